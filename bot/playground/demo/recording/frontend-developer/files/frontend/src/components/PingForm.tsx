// A short message to somebody on the board.
import { useState, type FormEvent } from "react";
import type { Member } from "../api/boards";
import { newPingSchema, type NewPing } from "../api/notifications";

interface Props {
  boardId: string;
  members: Member[];
  onSend: (ping: NewPing) => Promise<unknown>;
}

/** The ping in what was typed, or the first thing that is wrong with it. */
export function pingFrom(boardId: string, recipientId: string, message: string): NewPing | string {
  const result = newPingSchema.safeParse({ recipient_id: recipientId, board_id: boardId, message });
  return result.success ? result.data : (result.error.issues[0]?.message ?? "Something is missing.");
}

export function PingForm({ boardId, members, onSend }: Props) {
  const [recipientId, setRecipientId] = useState("");
  const [message, setMessage] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const ping = pingFrom(boardId, recipientId, message);
    if (typeof ping === "string") {
      setProblem(ping);
      return;
    }
    setSending(true);
    try {
      await onSend(ping);
      setMessage("");
      setProblem(null);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setSending(false);
    }
  };

  return (
    <form className="ping" onSubmit={submit} aria-label="Ping somebody">
      <select aria-label="Whom" value={recipientId} onChange={(event) => setRecipientId(event.target.value)}>
        <option value="">Whom?</option>
        {members.map((member) => (
          <option key={member.user_id} value={member.user_id}>
            {member.display_name}
          </option>
        ))}
      </select>
      <input
        aria-label="Message"
        placeholder="Can you look at this today?"
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      <button type="submit" disabled={sending}>
        Ping
      </button>
      {problem !== null && <span role="alert">{problem}</span>}
    </form>
  );
}
