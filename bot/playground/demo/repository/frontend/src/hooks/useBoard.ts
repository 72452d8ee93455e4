// The board on the screen: its cards, and moving them.
import { useCallback, useEffect, useState } from "react";
import { getBoard, listBoards, listCards, moveCard, type BoardWithMembers, type Card, type Status } from "../api/boards";

export interface BoardState {
  board: BoardWithMembers | null;
  cards: Card[];
  problem: string | null;
  move: (cardId: string, status: Status) => Promise<void>;
}

export function useBoard(): BoardState {
  const [board, setBoard] = useState<BoardWithMembers | null>(null);
  const [cards, setCards] = useState<Card[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let current = true;
    const load = async () => {
      const [first] = await listBoards();
      if (first === undefined) {
        return;
      }
      const [whole, found] = await Promise.all([getBoard(first.id), listCards(first.id)]);
      if (current) {
        setBoard(whole);
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
