// The user's notifications: loaded once, then kept up to date by the live stream.
import { useCallback, useEffect, useState } from "react";
import {
  deleteNotification,
  followNotifications,
  listNotifications,
  listUnread,
  markNotification,
  type Notification,
} from "../api/notifications";

export interface NotificationsState {
  notifications: Notification[];
  problem: string | null;
  mark: (id: number, read: boolean) => Promise<void>;
  remove: (id: number) => Promise<void>;
}

/** Newest first, each once; where both lists have one, the newer list's word counts. */
export function merged(known: Notification[], news: Notification[]): Notification[] {
  const byId = new Map([...known, ...news].map((notification) => [notification.id, notification]));
  return [...byId.values()].sort((one, other) => other.id - one.id);
}

export function useNotifications(): NotificationsState {
  const [notifications, setNotifications] = useState<Notification[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    const report = (error: unknown) => {
      if (!stop.signal.aborted) {
        setProblem((error as Error).message);
      }
    };
    const add = (news: Notification[]) => {
      if (!stop.signal.aborted) {
        setNotifications((known) => merged(known, news));
      }
    };
    // Loaded whenever the stream opens, not before: what happens between the two would be in neither.
    const load = () => {
      Promise.all([listNotifications(), listUnread()])
        .then(([newest, unread]) => add([...unread, ...newest]))
        .catch(report);
    };
    followNotifications((notification) => add([notification]), load, stop.signal).catch(report);
    return () => stop.abort();
  }, []);

  const mark = useCallback(async (id: number, read: boolean) => {
    try {
      const marked = await markNotification(id, read);
      setNotifications((known) => merged(known, [marked]));
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, []);

  const remove = useCallback(async (id: number) => {
    try {
      await deleteNotification(id);
      setNotifications((known) => known.filter((notification) => notification.id !== id));
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, []);

  return { notifications, problem, mark, remove };
}
