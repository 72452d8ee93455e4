-- The cards on a board.

create table public.cards (
  id uuid primary key default gen_random_uuid(),
  board_id uuid not null references public.boards (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 200),
  body text not null default '',
  status text not null default 'todo' check (status in ('todo', 'doing', 'done')),
  assignee_id uuid references public.profiles (id) on delete set null,
  created_by uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index cards_board_id_created_at_idx on public.cards (board_id, created_at);
create index cards_assignee_id_idx on public.cards (assignee_id) where assignee_id is not null;

create function public.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

create trigger cards_touch_updated_at
  before update on public.cards
  for each row execute function public.touch_updated_at();

alter table public.cards enable row level security;

create policy "members read cards" on public.cards
  for select to authenticated using (public.is_board_member(board_id, (select auth.uid())));
create policy "members add cards" on public.cards
  for insert to authenticated with check (
    created_by = (select auth.uid()) and public.is_board_member(board_id, (select auth.uid()))
  );
create policy "members change cards" on public.cards
  for update to authenticated
  using (public.is_board_member(board_id, (select auth.uid())))
  with check (public.is_board_member(board_id, (select auth.uid())));
create policy "members remove cards" on public.cards
  for delete to authenticated using (public.is_board_member(board_id, (select auth.uid())));
