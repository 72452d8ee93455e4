// The board on the screen: its cards, and moving them.
import { useCallback, useEffect, useState } from "react";
import { listBoards, listCards, moveCard, type Board, type Card, type Status } from "../api/boards";

export interface BoardState {
  board: Board | null;
  cards: Card[];
  problem: string | null;
  move: (cardId: string, status: Status) => Promise<void>;
}

export function useBoard(): BoardState {
  const [board, setBoard] = useState<Board | null>(null);
  const [cards, setCards] = useState<Card[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let current = true;
    const load = async () => {
      const [first] = await listBoards();
      const found = first === undefined ? [] : await listCards(first.id);
      if (current) {
        setBoard(first ?? null);
        setCards(found);
      }
    };
    load().catch((error: Error) => current && setProblem(error.message));
    return () => {
      current = false;
    };
  }, []);

  const move = useCallback(async (cardId: string, status: Status) => {
    try {
      const moved = await moveCard(cardId, status);
      setCards((cards) => cards.map((card) => (card.id === moved.id ? moved : card)));
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, []);

  return { board, cards, problem, move };
}
