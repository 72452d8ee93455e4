"""What an agent is told when it is set to work: the facts and the mirror, made into a run's request."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.crew.briefs import further
from bot.crew.briefs.conventions import read_conventions
from bot.crew.briefs.inputs import (
    Brief,
    Delivered,
    Document,
    Evidence,
    IssueText,
    Note,
    PlannerInputs,
    ReviewerInputs,
    Said,
    WorkerInputs,
)
from bot.crew.briefs.planner import planner_brief
from bot.crew.briefs.reviewer import reviewer_brief
from bot.crew.briefs.worker import worker_brief
from bot.crew.request import Limits, Purpose, RunRequest, model_id
from bot.engine.observing import Place
from bot.facts.facts import ROUNDS, Facts
from bot.facts.remarks import remarks
from bot.facts.seen import CheckState, Comment, Issue
from bot.facts.tasks import Task
from bot.facts.works import Work
from bot.gates.checks import is_forged
from bot.github.errors import Refused
from bot.github.logs import Failure, failure_of
from bot.github.reading import moment
from bot.moves import StartRun
from bot.plan.agent import Agent
from bot.settings import Settings
from bot.workspace.mirror import Mirror

MOST_LINKED = 5
MOST_SPECS = 12
_LINK = re.compile(r"(?<![\w/&])#(\d{1,9})\b")
_SPEC = re.compile(r"\bspecs/(\d{1,4}-[\w.-]+)|\bspec(?:ification)?\s*[:#]?\s*(\d{3})\b", re.IGNORECASE)
_DOCUMENTS = re.compile(r"docs/(?:[\w.-]+/)*[\w.-]+\.(?:md|ya?ml)\Z")
MOST_DOCUMENTS = 12


class Briefing:
    """Makes requests; asks GitHub only for linked issues."""

    def __init__(self, settings: Settings, spent_this_month: Callable[[int], float]) -> None:
        self._settings = settings
        self._spent_this_month = spent_this_month

    def request(self, move: StartRun, facts: Facts, place: Place, start: str) -> RunRequest:
        """All that the run needs, as of the commit it starts from; it is stored, so that a replay gets the same."""
        agent = facts.house.agent(move.agent)
        brief = self._brief(move, agent, facts, place, start)
        return RunRequest(
            purpose=_PURPOSES.get(move.task, Purpose.WORK),
            agent=agent.name,
            model=model_id(agent.model, self._settings.models),
            system=brief.system,
            brief=brief.message,
            tools=agent.tools,
            limits=self._limits(facts, place),
        )

    def _limits(self, facts: Facts, place: Place) -> Limits:
        caps = facts.house.configuration.caps
        return Limits(
            turns=caps.turns,
            run_usd=caps.run_usd,
            feature_usd_left=max(caps.feature_usd - facts.remembered.cost, 0.0),
            month_usd_left=max(caps.month_usd - self._spent_this_month(place.repository_id), 0.0),
        )

    def _brief(self, move: StartRun, agent: Agent, facts: Facts, place: Place, start: str) -> Brief:
        match move.task:
            case Task.DRAFT:
                inputs = planner_inputs(agent, facts, place, start)
                return planner_brief(replace(inputs, notes=_notes(move)))
            case Task.VERDICT:
                reviewer = _reviewer_inputs(agent, facts, place.mirror, start)
                return reviewer_brief(replace(reviewer, notes=_notes(move)))
            case _:
                work = facts.work(move.work or "")
                worker = worker_inputs(agent, work, facts, place.mirror, start)
                task, evidence = _task(move, work, facts, place)
                return worker_brief(replace(worker, notes=_notes(move), task=task, evidence=evidence))


_PURPOSES = {Task.DRAFT: Purpose.DRAFT, Task.VERDICT: Purpose.VERDICT}


def _task(move: StartRun, work: Work, facts: Facts, place: Place) -> tuple[str, tuple[Evidence, ...]]:
    """What is to be done where that is not simply the stage, and what there is to look at."""
    pull = facts.pull_of(work.attempt)
    if pull is None or not move.task.is_on_a_branch:
        return _reason_of(work, facts), ()
    match move.task:
        case Task.ANSWER:
            wanted = {each.key: each for each in remarks(pull, facts)}
            return further.answering(pull.number, [wanted[key] for key in move.about if key in wanted]), ()
        case Task.MEND:
            red = [
                check
                for check in pull.head.checks
                if check.name in move.about and check.state is CheckState.RED and not is_forged(check, facts)
            ]
            failures = [failure_of(check, place.reads, place.full_name) for check in red]
            said = _said_before(move, facts)
            return further.mending(pull.number, move.about), (*map(_evidence, failures), *said)
        case Task.RESOLVE:
            conflicts = place.mirror.merged(pull.head.sha, move.about[0]).conflicts
            return further.resolving(pull.number, facts.seen.base.branch, conflicts), ()
        case _:
            return further.once_more(pull.number), ()


def _said_before(move: StartRun, facts: Facts) -> Iterator[Evidence]:
    """Who looked at the same commit and found the cause elsewhere."""
    for run in facts.runs_of(move.chapter):
        if run.start == move.head and run.is_finished and run.result and run.result.summary.strip():
            yield Evidence(f"What {run.agent} says, who changed nothing", run.result.summary)


def _evidence(failure: Failure) -> Evidence:
    step = f", step {failure.step}" if failure.step else ""
    return Evidence(f"The log of {failure.check}{step}", failure.text or "There is no log to read.")


def _reason_of(work: Work, facts: Facts) -> str:
    """Why there is this work, where it is a fix."""
    found = [
        finding
        for round in ROUNDS
        if work in facts.fixes_of(round)
        for kind, finding in facts.findings_of(round)
        if kind is work.kind
    ]
    if found:
        return further.fixing(found)
    for stage in facts.works:
        if work in facts.amendments_before(stage):
            return further.amending(stage.kind, facts.amendment_asked(work))
    return ""


def _notes(move: StartRun) -> tuple[Note, ...]:
    """People's words to this run, each under what it is about."""
    return tuple(Note(title, text) for title, text in move.notes)


# --- the planner ----------------------------------------------------------------------------------


def planner_inputs(agent: Agent, facts: Facts, place: Place, start: str) -> PlannerInputs:
    issue, mirror = facts.seen.issue, place.mirror
    tree = sorted(mirror.paths(start))
    return PlannerInputs(
        planner=agent,
        agents=facts.house.agents,
        issue=_issue_text(issue, facts),
        triggered_at=facts.generation.began_at if facts.generation else facts.now,
        tree=tuple(tree),
        linked=tuple(_linked(issue, place)),
        specs=_read(mirror, start, list(_specs(issue, tree))),
        previous=facts.plan,
        frozen=tuple(_earlier(facts)),
        conventions=conventions_at(mirror, start, facts),
        documents=_read(
            mirror, start, [path for path in tree if _DOCUMENTS.fullmatch(path)][:MOST_DOCUMENTS]
        ),
    )


def _issue_text(issue: Issue, facts: Facts) -> IssueText:
    began = facts.generation.began_at if facts.generation else facts.now
    # The body counts as whoever labelled wants it: a person who may command took it as it stood then.
    body = Said(
        author=issue.author.login,
        text=issue.body,
        created_at=began,
        may_command=True,
        is_bot=issue.author.is_bot,
        edited=issue.edited_at is not None,
        edited_at=issue.edited_at,
    )
    comments = tuple(_said(comment, facts) for comment in issue.comments if not comment.ours)
    return IssueText(issue.number, issue.title, body, comments)


def _said(comment: Comment, facts: Facts) -> Said:
    return Said(
        author=comment.author.login,
        text=comment.body,
        created_at=comment.created_at,
        may_command=facts.may_command(comment.author),
        is_bot=comment.author.is_bot,
        edited=comment.edited,
    )


def _linked(issue: Issue, place: Place) -> Iterator[IssueText]:
    """Issues that the text refers to; their authors' words are data unless their permission is known.

    One that GitHub refuses to show is left out. Any other error says nothing about it, and the draft waits.
    """
    numbers = list(dict.fromkeys(int(found) for found in _LINK.findall(issue.body)))
    for number in [each for each in numbers if each != issue.number][:MOST_LINKED]:
        try:
            found = place.reads.get(f"/repos/{place.full_name}/issues/{number}")
        except Refused:
            continue
        created, updated = moment(found["created_at"]), moment(found["updated_at"])
        if created and updated and "pull_request" not in found:
            author = (found.get("user") or {}).get("login", "ghost")
            body = Said(
                author, found.get("body") or "", created, edited=updated != created, edited_at=updated
            )
            yield IssueText(number, str(found["title"]), body)


def _specs(issue: Issue, tree: list[str]) -> Iterator[str]:
    """`specs/003-name/*.md`, named by its folder or by its number (R014)."""
    named = [folder or number for folder, number in _SPEC.findall(f"{issue.title}\n{issue.body}")]
    found = (
        path
        for path in tree
        if path.startswith("specs/")
        and path.endswith(".md")
        and any(path.removeprefix("specs/").startswith(name) for name in named)
    )
    for count, path in enumerate(found):
        if count < MOST_SPECS:
            yield path


# --- working agents and the reviewer --------------------------------------------------------------


def worker_inputs(agent: Agent, work: Work, facts: Facts, mirror: Mirror, start: str) -> WorkerInputs:
    plan = facts.plan
    if plan is None:
        raise ValueError("There is no plan to work on.")
    wanted = tuple(dict.fromkeys((*agent.reads, *agent.must_leave)))
    return WorkerInputs(
        agent=agent,
        plan=plan,
        issue_number=facts.seen.issue.number,
        kind=work.kind,
        documents=_read(mirror, start, wanted),
        conventions=conventions_at(mirror, start, facts),
        earlier=tuple(_earlier(facts)),
        tree=tuple(sorted(mirror.paths(start))),
    )


def _reviewer_inputs(agent: Agent, facts: Facts, mirror: Mirror, head: str) -> ReviewerInputs:
    """The diff of the whole feature: from where its first stage began to the base branch's head."""
    plan = facts.plan
    if plan is None:
        raise ValueError("There is no plan to review.")
    starts = [work.merged.start for work in facts.building_stages if work.merged]
    touched = {
        path for work in facts.merged_works if work.record.delivered for path in work.record.delivered.paths
    }
    diff = mirror.diff(starts[0] if starts else head, head)
    # Somebody else's work may have come to base meanwhile; the feature is what its own stages touched.
    own = replace(diff, files=tuple(file for file in diff.files if file.path in touched))
    documents = [path for each in facts.house.agents for path in each.must_leave]
    return ReviewerInputs(
        agent=agent,
        plan=plan,
        issue_number=facts.seen.issue.number,
        diff=own,
        documents=_read(mirror, head, documents),
        conventions=conventions_at(mirror, head, facts),
        earlier=tuple(_earlier(facts)),
    )


def _earlier(facts: Facts) -> Iterator[Delivered]:
    for work in facts.merged_works:
        run = facts.latest_run(work.chapter)
        yield Delivered(
            kind=work.kind,
            agent=work.stage.agent,
            title=work.title,
            pull_request=work.merged.pull if work.merged else None,
            files=work.record.delivered.paths if work.record.delivered else (),
            summary=run.result.summary if run and run.result else "",
        )


# --- documents ------------------------------------------------------------------------------------


def conventions_at(mirror: Mirror, sha: str, facts: Facts) -> tuple[Document, ...]:
    """The conventions file with what it imports, from the default branch only (hazard L15)."""
    links = _links(mirror, sha)
    configured = facts.house.configuration.conventions

    def read(path: str) -> Document | None:
        target = links.get(path, path)
        text = mirror.read(sha, target)
        return Document(target, sha, text) if text is not None else None

    if configured and (document := read(configured)):
        return (document,)
    return read_conventions(read)


def conventions_path(mirror: Mirror, sha: str, facts: Facts) -> str:
    """Whichever file carries the conventions; `CLAUDE.md` where none exists (design, section 5)."""
    configured = facts.house.configuration.conventions
    found = conventions_at(mirror, sha, facts)
    return configured or (found[0].path if found else "CLAUDE.md")


def _links(mirror: Mirror, sha: str) -> Mapping[str, str]:
    """Symbolic links among the conventions files, with their targets inside the repository."""
    entries = [
        entry for entry in mirror.entries(sha) if entry.mode == "120000" and entry.path.endswith(".md")
    ]
    contents = mirror.contents(entry.blob for entry in entries)
    found: dict[str, str] = {}
    for entry in entries:
        target = contents[entry.blob].text
        if target:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), target))
            if not path.startswith(("/", "..")):
                found[entry.path] = path
    return found


def _read(mirror: Mirror, sha: str, paths: Iterable[str]) -> tuple[Document, ...]:
    wanted = tuple(paths)
    texts = mirror.read_many(sha, wanted)
    return tuple(Document(path, sha, texts[path]) for path in wanted if path in texts)
