"""One look: what GitHub shows, what the mirror knows of the base branch, and what people may do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from bot.commands.hearing import speaks_to_baton
from bot.engine import tables
from bot.engine.database import Database
from bot.engine.houses import Houses
from bot.engine.leasing import Leased
from bot.facts import identities
from bot.facts.facts import ROUNDS, Facts, House
from bot.facts.remembered import Attempt, Remembered, StageRecord
from bot.facts.seen import Account, Base, CheckState, Permission, PullRequest, PullState, Seen
from bot.facts.works import fix_key, is_amendment
from bot.github.auth import FETCHING, READING, App, Permissions
from bot.github.connection import Connection
from bot.github.errors import LEAST_PAUSE, Gone, NotGranted, NotInstalled, NotNow, Unreachable
from bot.github.observe import IssueGone, Look, RepositoryGone, observe
from bot.github.reading import Trigger
from bot.github.rules import Rules
from bot.plan.stage_kind import StageKind
from bot.workspace.git import GitFailed
from bot.workspace.mirror import CommitMissing, Mirror, Mirrors, NothingInCommon

RETRY_INSTALLATION = timedelta(minutes=5)
RETRY_SOON = timedelta(seconds=5)
MOST_DOCUMENTS = 200
READING_ISSUES = {"issues": "read", "metadata": "read"}
GONE_FOR_GOOD = 410


class CannotLook(Exception):
    """GitHub does not let Baton see the feature now: a whole sentence, and when to try again."""

    def __init__(self, sentence: str, look_again_at: datetime) -> None:
        super().__init__(sentence)
        self.look_again_at = look_again_at


@dataclass(frozen=True)
class Place:
    """A repository as it is reached: under which installation and name, with which connections and mirror.

    `trigger`: the node id of the trigger label, once it was seen there.
    """

    repository_id: int
    installation: int
    full_name: str
    branch: str
    trigger: str | None
    reads: Connection
    writes: Connection
    mirror: Mirror


@dataclass(frozen=True)
class Current:
    """Of the work at which the story stands: the pull request that is read to its end, and the merge commit."""

    pull: int | None = None
    merge_sha: str | None = None


class Observing:
    """Brings together what one look needs; keeps nothing but caches."""

    def __init__(
        self,
        database: Database,
        app: App,
        login: str,
        houses: Houses,
        mirrors: Mirrors,
        permissions: Permissions,
        rules: Rules,
    ) -> None:
        self._database = database
        self._app = app
        self._login = login
        self._houses = houses
        self._mirrors = mirrors
        self._permissions = permissions
        self._rules = rules
        self._connections: dict[tuple[int, int], tuple[Connection, Connection]] = {}
        self._documents: dict[tuple[int, str], Mapping[str, str]] = {}

    # --- where ---

    def place(self, repository_id: int) -> Place:
        """How to reach the repository. Raises CannotLook where Baton is not installed."""
        row = self._row(repository_id)
        if row is None:
            raise CannotLook("The repository is not known yet.", _soon())
        full_name = f"{row.owner}/{row.name}"
        installation = row.installation_id or self._installation_of(full_name)
        reads, writes = self._connections_to(int(installation), repository_id)
        branch = row.default_branch or str(reads.get(f"/repos/{full_name}")["default_branch"] or "")
        return Place(
            repository_id=repository_id,
            installation=int(installation),
            full_name=full_name,
            branch=branch,
            trigger=row.trigger_node if row.trigger_setting == self._houses.label else None,
            reads=reads,
            writes=writes,
            mirror=self._mirror(int(installation), repository_id, full_name),
        )

    def _row(self, repository_id: int) -> Row[Any] | None:
        with self._database.reading() as connection:
            known = select(tables.repository).where(tables.repository.c.id == repository_id)
            return connection.execute(known).one_or_none()

    def _installation_of(self, full_name: str) -> int:
        found = self._app.installation_of(full_name)
        if found is None:
            raise CannotLook(f"Baton is not installed on {full_name}, or suspended there.", _later())
        return found

    def _connections_to(self, installation: int, repository_id: int) -> tuple[Connection, Connection]:
        key = (installation, repository_id)
        if key not in self._connections:
            self._connections[key] = (
                self._app.on(installation, repository_id, READING),
                self._app.writing_to(installation, repository_id),
            )
        return self._connections[key]

    def _mirror(self, installation: int, repository_id: int, full_name: str) -> Mirror:
        url = f"{web_address(self._app.api_url)}/{full_name}.git"
        return self._mirrors.of(
            repository_id, url, lambda: self._app.token(installation, repository_id, FETCHING)
        )

    # --- what ---

    def look(self, leased: Leased, place: Place, remembered: Remembered) -> tuple[Seen, House, Place]:
        """GitHub at this moment. Raises CannotLook, IssueGone, NotNow, Unreachable.

        Which work the story stands at is known for certain only with the set-up, which is read after GitHub is: where
        it is another one than its rows told, that one is looked at.
        """
        supposed = _supposed_current(remembered)
        seen, house, place = self._look_at(supposed, leased, place, remembered)
        current = _current(Facts(seen, remembered, house, datetime.now(UTC)))
        if current != supposed:
            seen, house, place = self._look_at(current, leased, place, remembered)
        return replace(seen, permissions=self._asked(seen, remembered, house, place)), house, place

    def _look_at(
        self, current: Current, leased: Leased, place: Place, remembered: Remembered
    ) -> tuple[Seen, House, Place]:
        try:
            seen = observe(place.reads, self._question(leased, place, remembered, current))
            if seen.repository.default_branch and seen.repository.default_branch != place.branch:
                place = replace(place, branch=seen.repository.default_branch)
                seen = observe(place.reads, self._question(leased, place, remembered, current))
        except RepositoryGone as error:
            raise CannotLook(f"{error} Give it back to Baton's installation to go on.", _later()) from error
        except NotGranted as error:
            raise CannotLook(str(error), _later()) from error
        except NotInstalled as error:
            raise self._not_installed(place, error) from error
        except IssueGone as error:
            raise self._where_it_went(error, leased.issue, place) from error
        self._keep_names(seen, place)
        seen = self._with_rules(seen, place)
        seen, house = self._with_git(seen, place, remembered)
        return seen, house, place

    def _where_it_went(
        self, error: IssueGone, issue: int, place: Place
    ) -> IssueGone | Unreachable | CannotLook:
        """A second opinion, by REST: it leads on to where a transferred issue is now (hazard C17)."""
        everywhere = self._app.on(place.installation, 0, READING_ISSUES)
        try:
            found = everywhere.get(f"/repos/{place.full_name}/issues/{issue}")
        except Gone as gone:
            if gone.status != GONE_FOR_GOOD:
                return error
            if "deleted" in gone.message.lower():
                return IssueGone(
                    f"Issue #{issue} of {place.full_name} was deleted, so the feature ends here."
                )
            why = f"Issues of {place.full_name} cannot be read: {gone.message} Switch them on again to go on."
            return CannotLook(why, _later())
        there = f"{str(found['repository_url']).partition('/repos/')[2]}#{found['number']}"
        if there == f"{place.full_name}#{issue}":
            return Unreachable(f"GitHub shows issue #{issue} in one answer and not in another.")
        return IssueGone(
            f"Issue #{issue} was transferred to {there}. What was built stays here; "
            "set the label there to begin anew."
        )

    def _not_installed(self, place: Place, error: NotInstalled) -> CannotLook:
        """Perhaps it was installed anew, under another id, and no delivery told of it."""
        current = self._app.installation_of(place.full_name)
        if current is None or current == place.installation:
            why = f"Baton is suspended or no longer installed on {place.full_name}: {error.message}"
            return CannotLook(f"{why} Install it there, or unsuspend it, to go on.", _later())
        with self._database.writing() as connection:
            known = update(tables.repository).where(tables.repository.c.id == place.repository_id)
            connection.execute(known.values(installation_id=current))
        return CannotLook(f"Baton was installed anew on {place.full_name}; it goes on at once.", _soon())

    def _with_rules(self, seen: Seen, place: Place) -> Seen:
        """From whom a required check must come, asked as soon as one was reported (hazard G10)."""
        reported = [check for pull in seen.pulls.values() for check in pull.head.checks]
        if not any(check.required or check.name in seen.base.required for check in reported):
            return seen
        apps = self._rules.apps_of(place.reads, place.full_name, place.repository_id, place.branch)
        return replace(seen, base=replace(seen.base, bound_to=apps))

    def _with_git(self, seen: Seen, place: Place, remembered: Remembered) -> tuple[Seen, House]:
        """What the mirror has to say: the set-up, the documents, and whether merged work is still there."""
        head = seen.base.head.sha if seen.base.head else None
        owner = place.full_name.partition("/")[0]
        try:
            house = self._houses.of(place.repository_id, owner, place.mirror, head)
            base = self._with_mirror(seen.base, place, remembered, house)
            older = remembered.older_pulls
            pulls = {
                number: pull if number in older else _beside_base(pull, head, place.mirror)
                for number, pull in seen.pulls.items()
            }
            return replace(seen, base=base, pulls=pulls), house
        except CommitMissing as error:
            raise Unreachable(f"{error} GitHub's git may not have caught up.") from error
        except GitFailed as error:
            # Git does not say whether it was the token: with a fresh one the next look shows.
            self._app.forget(place.installation, place.repository_id, FETCHING)
            why = f"The repository could not be fetched: {error}"
            if error.is_too_often:
                raise NotNow(datetime.now(UTC) + LEAST_PAUSE, why) from error
            raise Unreachable(why) from error

    def _question(
        self, leased: Leased, place: Place, remembered: Remembered, current: Current | None = None
    ) -> Look:
        current = current or _supposed_current(remembered)
        generation = remembered.generation
        attempts = [attempt for record in remembered.stages.values() for attempt in record.attempts]
        numbers = [attempt.pull for attempt in attempts if attempt.pull]
        watched = [*_unfinished_pulls(remembered), *remembered.older_pulls]
        approver = remembered.approvals[-1].by if remembered.approvals else None
        reviewer = approver or (generation.by if generation else None)
        return Look(
            full_name=place.full_name,
            issue=leased.issue,
            branch=place.branch,
            trigger=Trigger(self._houses.label, place.trigger),
            own_app=self._app.id,
            own_login=self._login,
            pulls=tuple(_pull_nodes(remembered, watched)),
            current_pull=current.pull,
            own_pulls=frozenset(numbers) | frozenset(remembered.older_pulls),
            merge_sha=current.merge_sha,
            reviewer=reviewer.login if reviewer and not reviewer.is_bot else None,
        )

    def _keep_names(self, seen: Seen, place: Place) -> None:
        """Names are for show and are refreshed on every read; ids are what counts (R9)."""
        owner, _, name = seen.repository.full_name.partition("/")
        known = tables.repository.c.id == place.repository_id
        fresh = {
            "owner": owner,
            "name": name,
            "default_branch": seen.repository.default_branch or None,
            "installation_id": place.installation,
        }
        trigger = seen.issue.trigger
        if trigger is not None and place.trigger in (None, trigger.node_id):
            fresh |= {
                "trigger_setting": self._houses.label,
                "trigger_node": trigger.node_id,
                "trigger_name": trigger.name,
            }
        with self._database.reading() as connection:
            row = connection.execute(select(tables.repository).where(known)).one()
        if any(getattr(row, column) != value for column, value in fresh.items()):
            with self._database.writing() as connection:
                connection.execute(
                    update(tables.repository).where(known).values(**fresh, seen_at=datetime.now(UTC))
                )

    def _with_mirror(self, base: Base, place: Place, remembered: Remembered, house: House) -> Base:
        """What only git can tell: whether merged work is still there, and what the documents say."""
        if base.head is None:
            return base
        head = base.head.sha
        merged = [r.merged.merge_sha for r in remembered.stages.values() if r.merged and r.merged.merge_sha]
        if merged:  # else a missing head would be taken for missing work
            place.mirror.fetch(head)
        contained = frozenset(sha for sha in merged if _contains(place.mirror, head, sha))
        return replace(base, contains=contained, documents=self._documents_at(place, head, house))

    def _documents_at(self, place: Place, head: str, house: House) -> Mapping[str, str]:
        key = (place.repository_id, head)
        found = self._documents.get(key)
        if found is None:
            wanted = {path for agent in house.agents for path in (*agent.must_leave, *agent.reads)}
            found = place.mirror.read_many(head, wanted)
            if len(self._documents) > MOST_DOCUMENTS:
                self._documents.clear()
            self._documents[key] = found
        return found

    def _asked(
        self, seen: Seen, remembered: Remembered, house: House, place: Place
    ) -> Mapping[str, Permission]:
        """The permission of everybody whose word may count at this look (hazards C7, C8, C13)."""
        found: dict[str, Permission] = {}
        for account in _speakers(seen, remembered, house):
            role = self._permissions.of(
                place.reads, place.full_name, place.repository_id, account.login, account.id
            )
            found[account.login] = Permission(role) if role in set(Permission) else Permission.NONE
        return found


def _speakers(seen: Seen, remembered: Remembered, house: House) -> Iterator[Account]:
    labelling = seen.issue.latest_labelling
    generation = remembered.generation
    if labelling and not (generation and labelling.id == generation.id) and not labelling.actor.is_bot:
        yield labelling.actor
    if generation is None and labelling is None:
        return
    # While a plan is due, everybody's words may become part of what is planned from.
    known = labelling is not None and generation is not None and generation.id == labelling.id
    plans = labelling is not None and (not known or remembered.draft_is_due)
    yield from _reviewers(seen)
    for comment in seen.issue.comments:
        is_new = comment.id not in remembered.handled and not comment.author.is_bot
        if is_new and (plans or speaks_to_baton(comment, house.login)):
            yield comment.author


def _reviewers(seen: Seen) -> Iterator[Account]:
    """Who said something in a review of an open pull request; only people's words can count."""
    for pull in seen.pulls.values():
        if pull.state is PullState.OPEN:
            authors = [review.author for review in pull.reviews]
            authors += [comment.author for thread in pull.threads for comment in thread.comments]
            yield from (author for author in authors if not author.is_bot)


def _unfinished_pulls(remembered: Remembered) -> list[int]:
    """The pull requests of works that are not done, and all that somebody could still reopen."""
    return [
        attempt.pull
        for record in remembered.stages.values()
        for attempt in record.attempts
        if attempt.pull and (record.finished_at is None or attempt.merge_sha is None)
    ]


def _current(facts: Facts) -> Current:
    """What of the work at which the story stands GitHub is asked about."""
    work = facts.current
    return _of_record(work.record, work.reopened) if work else Current()


def _supposed_current(remembered: Remembered) -> Current:
    """The same, as far as the rows alone tell it: by the newest plan, and fixes before what waits for them."""
    revision = remembered.revisions[-1] if remembered.revisions else None
    if revision is None:
        return Current()
    planned = {stage.kind.value for stage in revision.plan.stages}
    planned |= {fix_key(kind, revision.number, round) for kind in StageKind for round in ROUNDS}
    unfinished = [
        record
        for record in remembered.stages.values()
        if record.finished_at is None
        and record.skipped is None
        and (record.key in planned or is_amendment(record.key))
    ]
    first = min(unfinished, key=_place_in_the_story, default=None)
    return _of_record(first) if first else Current()


def _place_in_the_story(record: StageRecord) -> tuple[bool, int]:
    kind, _, fix = record.key.partition("-")
    return not fix, StageKind(kind).rank


def _of_record(record: StageRecord, reopened: Attempt | None = None) -> Current:
    pulls = [attempt.pull for attempt in record.attempts if attempt.pull]
    taken = reopened.pull if reopened else None
    return Current(
        pull=taken or (pulls[-1] if pulls else None),
        merge_sha=record.merged.merge_sha if record.merged else None,
    )


def _beside_base(pull: PullRequest, base: str | None, mirror: Mirror) -> PullRequest:
    """Whether a red one lacks commits of base, with which CI has judged it; whether base has a closed one's changes."""
    if base is None:
        return pull
    if pull.state is PullState.CLOSED:
        return replace(pull, on_base=_has_changes_of(mirror, base, pull.head.sha))
    red = any(check.state is CheckState.RED for check in pull.head.checks)
    if pull.state is not PullState.OPEN or not red:
        return pull
    return replace(pull, behind=not mirror.contains(pull.head.sha, base))


def _has_changes_of(mirror: Mirror, base: str, head: str) -> bool:
    """No commit is there any more where somebody has deleted the branch and GitHub cleaned up (hazard P11)."""
    try:
        return mirror.has_changes_of(base, head)
    except (CommitMissing, NothingInCommon):
        return False


def _contains(mirror: Mirror, head: str, sha: str) -> bool:
    """A merge commit that nobody has any more was reset away (hazard P16)."""
    try:
        return mirror.contains(head, sha)
    except CommitMissing:
        return False


def _pull_nodes(remembered: Remembered, numbers: list[int]) -> Iterator[str]:
    """Their node ids, which the journal kept when they were opened."""
    for identity, result in remembered.effects.items():
        if identity.startswith(identities.PULLS):
            data = json.loads(result)
            if data["number"] in numbers:
                yield str(data["node_id"])


def web_address(api_url: str) -> str:
    """Where repositories are cloned from: github.com, or the server that the API belongs to."""
    if api_url == "https://api.github.com":
        return "https://github.com"
    return api_url.removesuffix("/api/v3")


def _soon() -> datetime:
    return datetime.now(UTC) + RETRY_SOON


def _later() -> datetime:
    return datetime.now(UTC) + RETRY_INSTALLATION
