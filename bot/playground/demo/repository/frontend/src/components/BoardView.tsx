// A board: three columns of cards.
import type { Card, Status } from "../api/boards";

export const COLUMNS: { status: Status; title: string }[] = [
  { status: "todo", title: "To do" },
  { status: "doing", title: "Doing" },
  { status: "done", title: "Done" },
];

interface Props {
  cards: Card[];
  onMove: (cardId: string, status: Status) => void;
}

export function BoardView({ cards, onMove }: Props) {
  return (
    <main className="board">
      {COLUMNS.map(({ status, title }) => (
        <section className="column" key={status} aria-label={title}>
          <h2>{title}</h2>
          {cards
            .filter((card) => card.status === status)
            .map((card) => (
              <CardTile key={card.id} card={card} onMove={onMove} />
            ))}
        </section>
      ))}
    </main>
  );
}

function CardTile({ card, onMove }: { card: Card; onMove: Props["onMove"] }) {
  return (
    <article className="card">
      <h3>{card.title}</h3>
      <select
        aria-label={`Column of ${card.title}`}
        value={card.status}
        onChange={(event) => onMove(card.id, event.target.value as Status)}
      >
        {COLUMNS.map(({ status, title }) => (
          <option key={status} value={status}>
            {title}
          </option>
        ))}
      </select>
    </article>
  );
}
