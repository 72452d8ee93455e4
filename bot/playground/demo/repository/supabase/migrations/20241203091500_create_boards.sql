-- Boards, who may see them, and the people behind the accounts.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  created_at timestamptz not null default now()
);

create table public.boards (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 120),
  owner_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now()
);

create table public.board_members (
  id uuid primary key default gen_random_uuid(),
  board_id uuid not null references public.boards (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'member')),
  created_at timestamptz not null default now(),
  unique (board_id, user_id)
);

create index board_members_user_id_idx on public.board_members (user_id);

-- Policies on board_members cannot ask board_members without recursing: this function may.
create function public.is_board_member(board uuid, person uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.board_members m where m.board_id = board and m.user_id = person
  );
$$;

alter table public.profiles enable row level security;
alter table public.boards enable row level security;
alter table public.board_members enable row level security;

create policy "people read profiles" on public.profiles
  for select to authenticated using (true);
create policy "people change their own profile" on public.profiles
  for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy "members read their boards" on public.boards
  for select to authenticated using (public.is_board_member(id, (select auth.uid())));
create policy "people create boards they own" on public.boards
  for insert to authenticated with check (owner_id = (select auth.uid()));
create policy "owners change their boards" on public.boards
  for update to authenticated using (owner_id = (select auth.uid()));

create policy "members read who else is on the board" on public.board_members
  for select to authenticated using (public.is_board_member(board_id, (select auth.uid())));
create policy "owners add members" on public.board_members
  for insert to authenticated with check (
    exists (select 1 from public.boards b where b.id = board_id and b.owner_id = (select auth.uid()))
  );
create policy "owners remove members" on public.board_members
  for delete to authenticated using (
    exists (select 1 from public.boards b where b.id = board_id and b.owner_id = (select auth.uid()))
  );
