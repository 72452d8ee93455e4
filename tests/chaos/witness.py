"""The witness of a random life: what must hold after everything that happens, by the number it has in the catalogue."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.engine import tables
from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.playground.acts.refs import HEADS
from bot.playground.acts.workflows import ACTIONS_SLUG
from bot.playground.hub import Signal
from bot.playground.state import PullRequest
from bot.render.markers import read_marker
from tests.engine.lives import Life
from tests.github.homes import OFFENCES

Fact = tuple[str, tuple[Any, ...], str]  # table, key, column
MODES = {"100644", "100755"}
FURTHER = (Task.ANSWER, Task.MEND, Task.RESOLVE)  # of these there may be several upon one pull request
# Once they are known they stay as they are: the catalogue's monotone facts, as table, key and columns.
MONOTONE: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
    (tables.generation, ("id",), ("label_event", "ending", "plan_comment")),
    (tables.plan_revision, ("id",), ("plan", "hash", "shown_at")),
    (tables.approval, ("id",), ("hash", "comment_id")),
    (tables.stage, ("id",), ("finished_at",)),
    (tables.attempt, ("id",), ("branch", "start", "head", "pull", "merge_sha")),
    (tables.command, ("feature_id", "comment_id"), ("verdict",)),
    (tables.effect, ("feature_id", "identity"), ("known_at",)),
    (tables.run, ("id",), ("result",)),
)


class Broken(AssertionError):
    """An invariant does not hold; its number and name come first."""


def _is_refusal(fact: Fact, before: str, known: str | None) -> bool:
    """The second judge may say no to what an agent has finished; that is one fact more, and none that reverts."""
    if fact[0] != "run" or known is None:
        return False
    was, now = json.loads(before), json.loads(known)
    return (was["ending"], now["ending"]) == ("finished", "gave_up") and was == {
        **now,
        "ending": was["ending"],
        "sentence": was["sentence"],
    }


def _name_of(revision: Any) -> tuple[int, int, str]:
    """What an approval is bound to."""
    return revision.generation_id, revision.number, revision.hash


class Witness:
    """Sees everything that happens on GitHub at once, and Baton's database after each step."""

    def __init__(self, life: Life, may_stage_touch: Callable[[str], set[str]], has_ci: bool) -> None:
        self.life, self._may_touch, self.has_ci = life, may_stage_touch, has_ci
        self.hub = life.home.town.playground.hub
        self.willing: set[int] = set()  # comments that may approve: by somebody who may, unedited
        self.reopened: set[int] = set()  # pull requests that a person has taken over
        self.of_people: list[tuple[str, str]] = []  # branch and commit
        self.branches: Counter[str] = Counter()
        self.lags = False
        self.asked_otherwise = 0  # how often people may have asked for a run again
        # What called for another commit, by what the agent does about it.
        self.occasions: Counter[str] = Counter()
        self.happened = 0  # each thing that happens may void a run: a push, a merge, a word, CI
        self.may_go_on_without_green = self.is_reopened = False  # what people may have asked for
        self._facts: dict[Fact, Any] = {}
        self._broken: list[str] = []
        self._ancestry: set[tuple[str, str]] = set()
        self._before = self._offences()
        self.hub.told.append(self.hear)

    def leave(self) -> None:
        self.hub.told.remove(self.hear)

    def deleted_by_people(self, branch: str) -> None:
        """What people throw away, and perhaps begin anew under the same name, is not lost by Baton."""
        self.of_people = [(name, sha) for name, sha in self.of_people if name != branch]

    # --- while it happens

    def hear(self, signal: Signal) -> None:
        if signal.repository is not self.life.home.repository or signal.sender.app is None:
            return
        if signal.sender.app.id != self.life.home.town.app_id:
            return
        self._broken += self._of_a_push(signal) if signal.event == "push" else ()
        if signal.event == "pull_request" and signal.action == "opened":
            self._broken += self._of_a_pull(signal.about["pull"])

    def _of_a_push(self, signal: Signal) -> Iterator[str]:
        branch, sha = str(signal.about["ref"]).removeprefix(HEADS), str(signal.about["after"])
        if set(sha) == {"0"}:
            return
        git = self.life.home.repository.git
        if set(str(signal.about["before"])) == {"0"}:
            self.branches[branch] += 1
            yield from self._of_a_new_branch(branch, sha)
        for line in git.run("diff-tree", "-r", "--no-commit-id", "--root", sha).decode().splitlines():
            mode, path = line.split()[1], line.partition("\t")[2]
            if path not in self._may_touch(branch) or mode not in MODES | {"000000"}:
                yield f"I6 only the stage's files: {path} ({mode}) on {branch}"
        yield from self._stopped(f"pushed to {branch}")

    def _of_a_new_branch(self, branch: str, sha: str) -> Iterator[str]:
        known = [row for row in self.life.rows(tables.attempt) if row.branch == branch]
        if not known:
            yield f"I2 one branch for each attempt: nobody decided on {branch}"
            return
        stages = {row.id: row for row in self.life.rows(tables.stage)}
        mine = stages[known[-1].stage_id]
        for kind in self._kinds_before(mine.generation_id, mine.kind):
            yield from self._of_the_stage_before(branch, mine.generation_id, kind)
        git = self.life.home.repository.git
        for row in self.life.rows(tables.attempt):
            if row.merge_sha and not git.is_ancestor(row.merge_sha, sha):
                yield f"I4 upon what was merged: {branch} lacks {row.merge_sha[:7]} of {row.branch}"

    def _of_the_stage_before(self, branch: str, generation: int, kind: str) -> Iterator[str]:
        """By what GitHub shows, whatever Baton remembers."""
        rows = [
            row for row in self.life.rows(tables.stage) if (row.generation_id, row.kind) == (generation, kind)
        ]
        if any(row.skipped is not None for row in rows):
            return
        ids = {row.id for row in rows}
        branches = {row.branch for row in self.life.rows(tables.attempt) if row.stage_id in ids}
        merged = [pull for pull in self.pulls() if pull.head_ref in branches and pull.merged]
        if not merged:
            yield f"I4 after the stage before: {branch} was created while {kind} is not merged"
        elif not self.may_go_on_without_green and not any(self._was_green(pull) for pull in merged):
            yield f"I4 after the stage before: {branch} was created while {kind} is not green"

    def _was_green(self, pull: PullRequest) -> bool:
        """What CI says of commits that contain the merge counts; where it says nothing, what it said of the head."""
        if not self.has_ci:
            return True
        git, merge = self.life.home.repository.git, pull.merge_commit_sha
        said: dict[str, set[str | None]] = defaultdict(set)
        for suite in self.life.home.repository.suites:
            if suite.app.slug == ACTIONS_SLUG and suite.runs:
                said[suite.head_sha] |= {run.conclusion for run in suite.runs}
        after = [found for sha, found in said.items() if merge and git.is_ancestor(merge, sha)]
        return any("success" in found for found in after or [said[pull.head_sha]])

    def _kinds_before(self, generation: int, kind: str) -> list[str]:
        plans = [row.plan for row in self.life.rows(tables.plan_revision) if row.generation_id == generation]
        kinds = [str(each["kind"]) for each in json.loads(plans[-1])["stages"]] if plans else []
        return kinds[: kinds.index(kind)] if kind in kinds else []

    def _of_a_pull(self, pull: PullRequest) -> Iterator[str]:
        others = [
            each
            for each in self.pulls()
            if each is not pull and each.issue.state == "open" and each.number not in self.reopened
        ]
        if others:
            yield f"I3 one open pull request: #{pull.number} beside #{others[0].number}"
        plans = self.life.rows(tables.plan_revision)
        latest = max(plans, key=lambda row: row.id) if plans else None
        approvals = [
            row
            for row in self.life.rows(tables.approval)
            if latest and (row.generation_id, row.revision, row.hash) == _name_of(latest)
        ]
        if not any(row.comment_id in self.willing for row in approvals):
            yield f"I5 approved by somebody who may: #{pull.number} was opened without"
        yield from self._stopped(f"opened #{pull.number}")

    def _stopped(self, what: str) -> Iterator[str]:
        """With lagging lists Baton cannot have read it; people here act only between looks."""
        issue = self.life.home.issue
        generations = self.life.rows(tables.generation)
        if any(row.ending for row in generations[-1:]):
            yield f"I8 nothing after the end: {what} after {generations[-1].ending}"
        if any(row.paused is not None for row in generations[-1:]):
            yield f"I8 nothing while it is paused: {what}"
        is_labelled = "baton" in {label.name for label in issue.labels}
        if not self.lags and not is_labelled:
            yield f"I8 nothing after unlabelling: {what}"
        if not self.lags and issue.state == "closed":
            yield f"I8 nothing after closing: {what}"

    # --- after each step

    def pulls(self) -> list[PullRequest]:
        """Baton's own."""
        app = self.life.home.town.app_id
        return [
            pull
            for pull in self.life.home.repository.pulls
            if pull.issue.author.app is not None and pull.issue.author.app.id == app
        ]

    def own_comments(self) -> list[Any]:
        app = self.life.home.town.app_id
        issues = self.life.home.repository.issues.values()
        return [
            comment
            for issue in issues
            for comment in issue.comments
            if comment.author.app is not None and comment.author.app.id == app
        ]

    def check(self) -> None:
        """Raises Broken with all that does not hold."""
        with self.hub.lock:
            wrong = [
                *self._broken,
                *self._one_of_each(),
                *self._nothing_lost_of_people(),
                *self._nothing_unlearned(),
                *self._said_where_it_stands(),
                *self._turns_paid_once(),
            ]
        offences = self._offences()
        for name in OFFENCES:
            if offences[name] > self._before[name]:
                number = "I10 within the limits" if name == "too_fast" else "the referee"
                wrong.append(f"{number}: {name}: {self._report()[name][-1]['what']}")
        if wrong:
            raise Broken("\n".join(wrong))

    def _one_of_each(self) -> Iterator[str]:
        marks = [read_marker(comment.body) or {} for comment in self.own_comments()]
        plans = Counter(mark["generation"] for mark in marks if mark.get("kind") == "plan")
        for generation, count in plans.items():
            if count > 1:
                yield f"I1 one plan comment a generation: {count} of {generation}"
        heads = Counter(pull.head_ref for pull in self.pulls())
        for branch, count in heads.items():
            if count > 1:
                yield f"I2 one pull request for each attempt: {count} from {branch}"
        for branch, count in self.branches.items():
            if count > 1:
                yield f"I2 one branch for each attempt: {branch} was created {count} times"

    def _nothing_lost_of_people(self) -> Iterator[str]:
        git = self.life.home.repository.git
        for branch, sha in self.of_people:
            head = git.branch(branch)
            if head is None or (sha, head) in self._ancestry:
                continue
            if not git.is_ancestor(sha, head):
                yield f"I7 no commit of people is lost: {sha[:7]} from {branch}"
            self._ancestry.add((sha, head))

    def _nothing_unlearned(self) -> Iterator[str]:
        now = dict(self._facts_now())
        for fact, before in self._facts.items():
            known = now.get(fact)
            is_allowed = _is_refusal(fact, before, known) or self._is_a_further_commit(fact, before, known)
            if known != before and not is_allowed:
                yield f"I9 known once, known for ever: {fact} was {before!r} and is {known!r}"
        self._facts.update((fact, known) for fact, known in now.items() if known is not None)

    def _is_a_further_commit(self, fact: Fact, before: str, known: str | None) -> bool:
        """A branch's head that Baton knows moves on to what it pushes next."""
        is_a_head = (fact[0], fact[2]) == ("attempt", "head") and known is not None
        return is_a_head and self.life.home.repository.git.is_ancestor(before, str(known))

    def _facts_now(self) -> Iterator[tuple[Fact, Any]]:
        for table, keys, columns in MONOTONE:
            for row in self.life.rows(table):
                fields = row._mapping
                key = tuple(fields[name] for name in keys)
                for column in columns:
                    # A branch is only chosen before the push: where somebody has that name it is another (rule 12).
                    if column != "branch" or fields["head"] is not None:
                        yield (table.name, key, column), fields[column]

    def _said_where_it_stands(self) -> Iterator[str]:
        row = self.life.row
        if row.looked == 0:
            return
        if not row.waiting_for.strip():
            yield f"I11 a state with a reason: {row.state} without a sentence"
        if row.state is not None and row.state not in set(FeatureState):
            yield f"I11 a state with a reason: {row.state} is none"
        if "does not know" in row.waiting_for:
            yield f"I11 a state with a reason: {row.waiting_for}"
        is_awaited = row.look_again_at or row.nudge_at or row.leased_until or row.wanted > row.looked
        if row.live and not is_awaited:
            yield f"I11 looked at again: {row.state} is live, and nothing wakes it"

    def _turns_paid_once(self) -> Iterator[str]:
        rows = self.life.rows(tables.run)
        dropped = sum(row.dropped for row in rows)
        if dropped > 1 + self.happened:
            yield f"I13 paid once: {dropped} runs were dropped, and {self.happened} things have happened"
        runs = Counter((row.generation_id, row.chapter) for row in rows if not row.dropped)
        for (generation, chapter), count in runs.items():
            task = chapter.rpartition("/")[2]
            if count > (self.occasions[task] if task in FURTHER else 1) + self.asked_otherwise:
                yield f"I13 paid once: {count} runs of {chapter} in generation {generation}"

    def _report(self) -> dict[str, Any]:
        report: dict[str, Any] = self.life.home.town.playground.site.referee.report()
        return report

    def _offences(self) -> dict[str, int]:
        report = self._report()
        return {name: len(report[name]) for name in OFFENCES}

    # --- at the end

    def check_at_rest(self, canaries: list[str], database: Path, log: list[str]) -> None:
        """What holds once nothing is on its way any more."""
        self.check()
        wrong = [
            f"I15 every delivery is handled: {row.guid} ({row.event})"
            for row in self.life.rows(tables.delivery)
            if row.handled_at is None
        ]
        told = "\n".join([*self._everything_told(), *log])
        kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
        wrong += [
            f"I14 no secret is told or kept: {canary[:9]}…"
            for canary in canaries
            if canary in told or canary.encode() in kept
        ]
        wrong += self._visible()
        if wrong:
            raise Broken("\n".join(wrong))

    def _everything_told(self) -> Iterator[str]:
        """Comments, pull requests, checks, commits with what they change."""
        repository = self.life.home.repository
        yield from (comment.body for comment in self.own_comments())
        yield from (f"{pull.issue.title} {pull.issue.body} {pull.head_ref}" for pull in self.pulls())
        yield from (
            f"{run.title} {run.summary} {run.text}" for suite in repository.suites for run in suite.runs
        )
        yield repository.git.run("log", "--all", "-p", "--format=%an %ae %B").decode(errors="replace")

    def check_what_was_delivered(self, written: Mapping[str, Mapping[str, str]]) -> None:
        """I12: as in a life without faults, what the agents wrote is on the base branch and the issue is closed."""
        git = self.life.home.repository.git
        files = {
            path for path, entry, _ in git.walk(git.commit(self.life.home.sha()).tree) if entry.kind == "blob"
        }
        generation = self.life.rows(tables.generation)[-1].id
        wrong = [
            f"I12 it ends: {path} of {row.kind} is not on the base branch"
            for row in self.life.rows(tables.stage)
            if row.generation_id == generation and row.skipped is None
            for path in written.get(row.kind, {})
            if path not in files
        ]
        if self.life.home.issue.state != "closed" and not self.is_reopened:
            wrong.append("I12 it ends: the feature is complete, and its issue open")
        if wrong:
            raise Broken("\n".join(wrong))

    def _visible(self) -> Iterator[str]:
        row = self.life.row
        if row.state is None:
            return
        shown = sorted(
            label.name for label in self.life.home.issue.labels if label.name.startswith("baton: ")
        )
        label = FeatureState(row.state).label
        if shown != ([label] if label else []):
            yield f"I11 visible on the issue: {row.state} ({row.waiting_for}), and its labels are {shown}"
