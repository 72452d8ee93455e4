-- Notifications: what happened on somebody's cards, and short messages between people on a board.

create table public.notifications (
  -- In order of creation: the id is also the page cursor and the id of the server-sent event.
  id bigint generated always as identity primary key,
  recipient_id uuid not null references public.profiles (id) on delete cascade,
  actor_id uuid references public.profiles (id) on delete set null,
  board_id uuid not null references public.boards (id) on delete cascade,
  card_id uuid references public.cards (id) on delete cascade,
  kind text not null check (kind in ('assigned', 'moved', 'pinged')),
  message text not null check (char_length(message) between 1 and 500),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint notifications_are_from_somebody_else check (actor_id is distinct from recipient_id)
);

-- The list, and the number on the bell.
create index notifications_recipient_id_id_idx on public.notifications (recipient_id, id desc);
create index notifications_unread_idx on public.notifications (recipient_id, id desc) where read_at is null;
-- Deleting a board, a card or a person looks for what hangs on it.
create index notifications_board_id_idx on public.notifications (board_id);
create index notifications_card_id_idx on public.notifications (card_id) where card_id is not null;
create index notifications_actor_id_idx on public.notifications (actor_id) where actor_id is not null;

-- What was sent does not change, whoever asks: a policy cannot compare the old row with the new one, a trigger can.
-- actor_id may become empty, because that is what deleting the actor's account does.
create function public.notifications_keep_what_was_sent()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if (to_jsonb(new) - 'read_at' - 'actor_id') is distinct from (to_jsonb(old) - 'read_at' - 'actor_id')
    or (new.actor_id is not null and new.actor_id is distinct from old.actor_id)
  then
    raise exception 'Only read_at of a notification can change.' using errcode = 'check_violation';
  end if;
  return new;
end;
$$;

create trigger notifications_keep_what_was_sent
  before update on public.notifications
  for each row execute function public.notifications_keep_what_was_sent();

alter table public.notifications enable row level security;

create policy "people read their own notifications" on public.notifications
  for select to authenticated using (recipient_id = (select auth.uid()));

-- "assigned" and "moved" are written by the API alone, with the service key.
create policy "members ping members" on public.notifications
  for insert to authenticated with check (
    kind = 'pinged'
    and actor_id = (select auth.uid())
    and read_at is null
    and public.is_board_member(board_id, (select auth.uid()))
    and public.is_board_member(board_id, recipient_id)
    and (
      card_id is null
      or exists (select 1 from public.cards c where c.id = card_id and c.board_id = notifications.board_id)
    )
  );

create policy "people mark their own notifications" on public.notifications
  for update to authenticated
  using (recipient_id = (select auth.uid()))
  with check (recipient_id = (select auth.uid()));

create policy "people delete their own notifications" on public.notifications
  for delete to authenticated using (recipient_id = (select auth.uid()));
