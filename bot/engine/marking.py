"""Turn new deliveries into marks: which features are worth a look, and from when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, or_, select, update

from bot.engine.database import Database, insert_or_leave
from bot.engine.hints import Hint
from bot.engine.tables import delivery, feature, reference, repository

MOST_AT_ONCE = 500
MOST_IN_A_STATEMENT = 10_000
OWN_DELAY = timedelta(seconds=5)
ABOUT_A_PULL_REQUEST = frozenset(
    {
        "issue_comment",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
    }
)
RESULTS = frozenset({"check_run", "check_suite", "status"})
ABOUT_A_COMMIT = RESULTS | {"push"}
HINTS = [column for column in delivery.c if column.name in Hint.__dataclass_fields__]


@dataclass(frozen=True)
class Ourselves:
    """Baton's own account on GitHub, by which it knows its own echo."""

    login: str = ""
    id: int | None = None

    def caused(self, hint: Hint) -> bool:
        if self.id is not None and hint.sender_id is not None:
            return self.id == hint.sender_id
        return bool(self.login) and hint.sender_login == self.login


def mark_new(database: Database, ourselves: Ourselves, now: datetime | None = None) -> int:
    """Mark what the new deliveries name, and call them handled; how many there were."""
    moment = now or datetime.now(UTC)
    with database.writing() as connection:
        rows = connection.execute(_unhandled()).all()
        at_once: set[int] = set()
        later: set[int] = set()
        for row in rows:
            hint = Hint(**{column.name: row._mapping[column.name] for column in HINTS})
            concerned = _concerned(connection, hint, moment)
            (later if _is_echo(hint, ourselves) else at_once).update(concerned)
        # All at the end and by rising id: two processes that mark cannot then wait for each other.
        mark(connection, at_once, moment)
        mark(connection, later - at_once, moment, OWN_DELAY)
        _handled(connection, [row.id for row in rows], moment)
    return len(rows)


def _is_echo(hint: Hint, ourselves: Ourselves) -> bool:
    # CI's results on our commits are sent in our name, since we pushed; they are news all the same.
    return ourselves.caused(hint) and hint.event not in RESULTS


def mark(
    connection: Connection, features: Iterable[int], now: datetime, delay: timedelta | None = None
) -> None:
    """Make these features worth a look, now or after a delay, in the transaction that learned something."""
    ids = sorted(features)
    for start in range(0, len(ids), MOST_IN_A_STATEMENT):
        _mark(connection, ids[start : start + MOST_IN_A_STATEMENT], now, delay)


def ensure_feature(connection: Connection, repository_id: int, issue: int, now: datetime) -> int:
    """The id of the feature's row; made now, and marked, where there was none."""
    row = {"repository_id": repository_id, "issue": issue, "created_at": now, "wanted": 1}
    connection.execute(insert_or_leave(connection, feature, "repository_id", "issue"), row)
    known = select(feature.c.id).where(feature.c.repository_id == repository_id, feature.c.issue == issue)
    return int(connection.execute(known).scalar_one())


def _mark(connection: Connection, ids: Sequence[int], now: datetime, delay: timedelta | None) -> None:
    connection.execute(
        select(feature.c.id).where(feature.c.id.in_(ids)).order_by(feature.c.id).with_for_update()
    ).all()
    marked = update(feature).where(feature.c.id.in_(ids))
    if delay is None:
        connection.execute(marked.values(wanted=feature.c.wanted + 1, quiet_sweeps=0))
        return
    then = now + delay
    sooner = case((feature.c.nudge_at < then, feature.c.nudge_at), else_=then)
    connection.execute(marked.values(nudge_at=sooner))


def _unhandled() -> Select[Any]:
    waiting = select(delivery.c.id, *HINTS).where(delivery.c.handled_at.is_(None))
    # Several processes share the inbox on PostgreSQL: each takes what no other is handling.
    return waiting.order_by(delivery.c.id).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)


def _handled(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    if ids:
        connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(handled_at=now))


def _concerned(connection: Connection, hint: Hint, now: datetime) -> Sequence[int]:
    """The features that one delivery may concern."""
    known = _know_repository(connection, hint, now)
    if known and hint.event == "issues" and hint.issue is not None and hint.repository_id is not None:
        return [ensure_feature(connection, hint.repository_id, hint.issue, now)]
    return connection.execute(select(feature.c.id).where(_named(connection, hint))).scalars().all()


def _know_repository(connection: Connection, hint: Hint, now: datetime) -> bool:
    """Note under which installation and name to ask GitHub, if the hint says; what it answers counts."""
    if hint.repository_id is None or hint.owner is None or hint.name is None:
        return False
    said = {
        "installation_id": hint.installation_id,
        "owner": hint.owner,
        "name": hint.name,
        "default_branch": hint.default_branch,
    }
    given = {column: value for column, value in said.items() if value is not None}
    row = {"id": hint.repository_id, "seen_at": now, **given}
    connection.execute(insert_or_leave(connection, repository, "id"), row)
    differs = or_(*(repository.c[column].is_distinct_from(value) for column, value in given.items()))
    known = update(repository).where(repository.c.id == hint.repository_id, differs)
    connection.execute(known.values(seen_at=now, **given))
    return True


def _named(connection: Connection, hint: Hint) -> ColumnElement[bool]:
    if hint.repository_id is None:
        theirs = select(repository.c.id).where(repository.c.installation_id == hint.installation_id)
        return and_(feature.c.live, feature.c.repository_id.in_(theirs))
    here = feature.c.repository_id == hint.repository_id
    if hint.issue is not None:
        return and_(here, feature.c.issue == hint.issue)
    if hint.event in ABOUT_A_PULL_REQUEST:
        return and_(here, _referring(hint))
    if hint.event in ABOUT_A_COMMIT:
        return and_(here, or_(_referring(hint), _on_base(connection, hint)))
    return and_(here, feature.c.live)


def _referring(hint: Hint) -> ColumnElement[bool]:
    """Features that keep a reference to this pull request, commit or branch."""
    named = (("pull", hint.pull_request), ("sha", hint.sha), ("branch", hint.branch))
    either = [
        and_(reference.c.kind == kind, reference.c.value == str(value))
        for kind, value in named
        if value is not None
    ]
    return feature.c.id.in_(select(reference.c.feature_id).where(or_(false(), *either)))


def _on_base(connection: Connection, hint: Hint) -> ColumnElement[bool]:
    """Every live feature, when this is about the default branch, or may be for all the hint says."""
    known = select(repository.c.default_branch).where(repository.c.id == hint.repository_id)
    default = hint.default_branch or connection.execute(known).scalar()
    unsaid = hint.branch is None and hint.event != "push"  # a push without a branch is a tag's
    if unsaid or default is None or hint.branch == default:
        return feature.c.live
    return false()
