"""What the story can ask for, as values; the engine makes each of them happen, once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.remembered import Ending
from bot.facts.seen import Account
from bot.facts.tasks import Task
from bot.facts.verdict import Done, Wait
from bot.facts.works import named
from bot.plan.stage_kind import StageKind


@dataclass(frozen=True)
class Move:
    """One thing to do. `told` is the line of the feature's timeline, empty where nobody needs to read it."""

    @property
    def told(self) -> str:
        return ""


# --- people and generations ---


@dataclass(frozen=True)
class Settle(Move):
    """Find out what came of an effect whose outcome is unknown."""

    identity: str


@dataclass(frozen=True)
class BeginGeneration(Move):
    """A new label begins a new life of the feature (rule 2)."""

    label_event: str
    by: Account

    @property
    def told(self) -> str:
        return f"{self.by.login} labelled the issue: planning begins"


@dataclass(frozen=True)
class RefuseLabel(Move):
    """Somebody labelled who may not command; said once (hazard C13)."""

    label_event: str
    by: Account
    reply: str

    @property
    def told(self) -> str:
        return f"{self.by.login} labelled the issue, who may not command Baton here"


@dataclass(frozen=True)
class Approve:
    """A person said yes to this revision of the plan; `despite_red` where the base branch was red then (rule 9)."""

    revision: int
    hash: str
    by: Account
    despite_red: bool = False


@dataclass(frozen=True)
class Pause:
    """Nothing is begun until somebody resumes."""

    reason: str


@dataclass(frozen=True)
class Resume:
    """The pause is over."""


@dataclass(frozen=True)
class End:
    """The generation is over."""

    ending: Ending


@dataclass(frozen=True)
class Reply:
    """The answer to the question of this key: one of its options, or a person's own words."""

    key: str
    by: Account
    choice: str | None
    words: str


@dataclass(frozen=True)
class Revise:
    """A person wants another plan; the approval is void from now on."""

    by: Account
    text: str


@dataclass(frozen=True)
class Strike:
    """Leave a stage out. Before the approval that makes another revision of the plan."""

    kind: StageKind
    by: Account
    reason: str
    new_revision: bool


@dataclass(frozen=True)
class RunAgain:
    """The agent works again on this work."""

    work: str
    by: Account


Decision = Approve | Pause | Resume | End | Reply | Revise | Strike | RunAgain


@dataclass(frozen=True)
class Hear(Move):
    """A comment was read and judged: what it decides, what is answered, which reactions acknowledge it."""

    comment_id: int
    author: Account
    verdict: str
    decisions: tuple[Decision, ...] = ()
    reply: str | None = None
    reactions: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        return f"{self.author.login}: {self.verdict}"


@dataclass(frozen=True)
class Say(Move):
    """Post a comment that is owed; its key is its identity."""

    key: str
    body: str


@dataclass(frozen=True)
class RemoveTwin(Move):
    """Delete the second of two comments of ours that are the same one: it was written in doubt (hazard R5)."""

    comment_id: int


@dataclass(frozen=True)
class Ask(Move):
    """Ask people a question in a comment of its own."""

    key: str
    text: str
    options: tuple[str, ...] = ()
    recommended: str | None = None

    @property
    def told(self) -> str:
        return f"Asked: {self.text}"


@dataclass(frozen=True)
class EndGeneration(Move):
    """The feature ends here: completed, cancelled, or its label was taken away."""

    ending: Ending

    @property
    def told(self) -> str:
        return f"The feature ended: {self.ending}"


@dataclass(frozen=True)
class ClosePullRequest(Move):
    """Close one of our pull requests with the reason; its branch is kept (rule 7)."""

    number: int
    reason: str

    @property
    def told(self) -> str:
        return f"Closed #{self.number}: {self.reason}"


@dataclass(frozen=True)
class LeaveNote(Move):
    """Say on a pull request that stays open why nothing more will happen to it."""

    number: int
    note: str


# --- the plan ---


@dataclass(frozen=True)
class StartRun(Move):
    """Set an agent to work on a chapter of the story. `notes` are people's words to it: a title and the text.

    `head` is the commit that it begins at where that is a pull request's head; `about` names what it is to answer,
    mend or merge, and for a draft the issue's text by its digest.
    """

    chapter: str
    number: int
    agent: str
    task: Task
    work: str | None = None
    notes: tuple[tuple[str, str], ...] = ()
    head: str | None = None
    about: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        work = named(self.work) if self.work else ""
        doing = {
            Task.DRAFT: "drafts a plan",
            Task.WORK: f"works on the {work}",
            Task.VERDICT: "reviews the whole feature",
            Task.ANSWER: f"revises the {work} as its review asks",
            Task.MEND: f"mends what is red in the {work}",
            Task.RESOLVE: f"resolves the conflict of the {work} with the base branch",
            Task.AGAIN: f"works on the {work} once more",
        }
        return f"{self.agent} {doing[self.task]}"


@dataclass(frozen=True)
class Drop(Move):
    """Whatever this run comes to is not used any more; it ends after the turn that it is in."""

    run: str
    why: str

    @property
    def told(self) -> str:
        return f"An agent's run is dropped: {self.why}"


@dataclass(frozen=True)
class KeepPlan(Move):
    """What the planner submitted becomes the next revision."""

    run: str
    revision: int

    @property
    def told(self) -> str:
        return f"Plan v{self.revision} is drafted"


@dataclass(frozen=True)
class ShowPlan(Move):
    """Show a revision for approval in the one plan comment."""

    revision: int

    @property
    def told(self) -> str:
        return f"Plan v{self.revision} is shown for approval"


# --- one piece of work ---


@dataclass(frozen=True)
class BeginAttempt(Move):
    """Choose the branch's name and the commit it starts from, once and for all."""

    work: str
    number: int
    start: str
    note: str | None = None

    @property
    def told(self) -> str:
        return f"The {named(self.work)} begins"


@dataclass(frozen=True)
class AnnounceStage(Move):
    """Post the one comment of a stage."""

    work: str


@dataclass(frozen=True)
class Push(Move):
    """Commit what the run changed and point the stage's branch at it."""

    work: str
    run: str | None

    @property
    def told(self) -> str:
        return f"The {named(self.work)} is committed"


@dataclass(frozen=True)
class Amend(Move):
    """Commit what the run changed on top of the pull request's head, never over anybody's commits (P5, P6)."""

    work: str
    run: str

    @property
    def told(self) -> str:
        return f"A further commit is on the branch of the {named(self.work)}"


@dataclass(frozen=True)
class MergeBase(Move):
    """Let GitHub merge the base branch into the pull request's branch."""

    work: str
    head: str
    base: str

    @property
    def told(self) -> str:
        return f"The base branch is merged into the branch of the {named(self.work)}"


@dataclass(frozen=True)
class Rerun(Move):
    """Ask GitHub to run a check once more that was cancelled or timed out."""

    head: str
    source: str
    name: str
    check: int

    @property
    def told(self) -> str:
        return f"The check {self.name} is run again: it was cancelled or timed out"


@dataclass(frozen=True)
class AnswerRemark(Move):
    """Answer one remark of a review where it stands."""

    work: str
    run: str
    remark: str


@dataclass(frozen=True)
class AskForReview(Move):
    """Ask those who reviewed to look again, after a revision."""

    pull: int
    run: str
    logins: tuple[str, ...]


@dataclass(frozen=True)
class OpenPullRequest(Move):
    """Open the stage's pull request."""

    work: str

    @property
    def told(self) -> str:
        return f"The {named(self.work)}'s pull request is open"


@dataclass(frozen=True)
class Skip(Move):
    """Leave a stage out, as a person answered; the reason stands in the report."""

    work: str
    reason: str

    @property
    def told(self) -> str:
        return f"The {named(self.work)} is left out: {self.reason}"


@dataclass(frozen=True)
class GoWithoutCi(Move):
    """A person said that this repository has no CI to wait for; asked once a repository."""

    @property
    def told(self) -> str:
        return "This repository goes on without CI, as a person answered"


@dataclass(frozen=True)
class PostStageGate(Move):
    """Report the inspections of the head commit as the check run `Baton / stage gate`."""

    work: str
    head: str


@dataclass(frozen=True)
class RememberMerge(Move):
    """A person merged it; from now on the stage is frozen (rule 6)."""

    work: str
    attempt: int
    merge_sha: str
    by: Account | None

    @property
    def told(self) -> str:
        who = self.by.login if self.by else "somebody"
        return f"{who} merged the {named(self.work)}"


@dataclass(frozen=True)
class Finish(Move):
    """The stage is merged and the base branch is green with it."""

    work: str
    note: str | None = None

    @property
    def told(self) -> str:
        return f"The {named(self.work)} is done"


# --- the end ---


@dataclass(frozen=True)
class PostReport(Move):
    """Post the completion report."""

    @property
    def told(self) -> str:
        return "The completion report is posted"


@dataclass(frozen=True)
class CloseIssue(Move):
    """Close the issue as completed."""

    @property
    def told(self) -> str:
        return "The issue is closed as completed"


# What the story answers.
Next = Move | Wait | Done
