// The whole page.
import { BoardView } from "./components/BoardView";
import { useBoard } from "./hooks/useBoard";

export function App() {
  const { board, cards, problem, move } = useBoard();
  return (
    <>
      <header className="top">
        <h1>{board?.name ?? "Corkboard"}</h1>
      </header>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <BoardView cards={cards} onMove={move} />
    </>
  );
}
