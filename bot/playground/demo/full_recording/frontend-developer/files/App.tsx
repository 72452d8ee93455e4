// The whole page.
import { sendPing } from "./api/notifications";
import { BoardView } from "./components/BoardView";
import { NotificationBell } from "./components/NotificationBell";
import { PingForm } from "./components/PingForm";
import { useBoard } from "./hooks/useBoard";
import { useNotifications } from "./hooks/useNotifications";

export function App() {
  const { board, cards, problem, move } = useBoard();
  const inbox = useNotifications();
  const wrong = problem ?? inbox.problem;
  return (
    <>
      <header className="top">
        <h1 title={board?.name}>{board?.name ?? "Corkboard"}</h1>
        {board !== null && <PingForm boardId={board.id} members={board.members} onSend={sendPing} />}
        <NotificationBell notifications={inbox.notifications} onMark={inbox.mark} onRemove={inbox.remove} />
      </header>
      {wrong !== null && (
        <p className="problem" role="alert">
          {wrong}
        </p>
      )}
      <BoardView cards={cards} onMove={move} />
    </>
  );
}
