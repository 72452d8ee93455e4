"""What an agent is told to do on the branch of an open pull request, or to mend what others have found."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crew.hygiene import fenced, one_line, visible_text
from bot.facts.pasted import without_secrets
from bot.facts.remarks import Remark
from bot.facts.remembered import ReviewFinding

STANDS = (
    "Your work of this stage is there already, as the files below, on the branch of pull request #{pull}. "
    "Look at it before you change anything, and change only what this task asks for."
)


def answering(pull: int, remarks: Sequence[Remark]) -> str:
    """The remarks of reviewers, numbered; each gets one answer."""
    shown = []
    for number, remark in enumerate(remarks, start=1):
        place = f" on {one_line(remark.place)}" if remark.place else ""
        shown.append(f"{number}. {one_line(remark.author.login)}{place}:\n{_conversation(remark)}")
    return "\n\n".join(
        [
            STANDS.format(pull=pull),
            (
                "People have reviewed it. Do what they ask, or do not where it would be wrong, and then say why. "
                "Hand in with `finish_stage` one entry in `answers` for each remark, by its number."
            ),
            *shown,
        ]
    )


def _conversation(remark: Remark) -> str:
    """The whole thread, so that a short word at its end is understood; or the review's body."""
    if remark.thread is None:
        return _remark(remark.author.login, remark.text)
    return "\n".join(_remark(each.author.login, each.body) for each in remark.thread.comments)


def _remark(author: str, text: str) -> str:
    """A key that somebody has pasted goes no further: what an agent knows it may write down (R087)."""
    return fenced("remark", without_secrets(visible_text(text)), author=author)


def mending(pull: int, names: Sequence[str]) -> str:
    listed = ", ".join(f"`{one_line(name)}`" for name in names)
    return "\n\n".join(
        [
            STANDS.format(pull=pull),
            (
                f"CI is red on it: {listed}. Find the cause in what this stage has made and mend it there; the evidence "
                "below is the end of the log. Do not make a check pass by weakening it. Where the cause lies in files "
                "that are not yours, change nothing and say in the summary what is wrong and whose it is."
            ),
        ]
    )


def resolving(pull: int, base: str, conflicts: Sequence[str]) -> str:
    listed = "\n".join(f"- {path}" for path in conflicts) or "- none: git merged all of them by itself"
    return "\n\n".join(
        [
            STANDS.format(pull=pull),
            (
                f"The branch {one_line(base)} has changed the same lines meanwhile. Both are merged in the files below, "
                "with git's conflict markers (`<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`) where they disagree; the upper "
                f"side is yours, the lower one is what is on {one_line(base)} now. Keep what both sides mean, and leave no "
                f"marker behind. The files that conflict:\n{listed}"
            ),
        ]
    )


def once_more(pull: int) -> str:
    return "\n\n".join(
        [
            STANDS.format(pull=pull),
            (
                "A maintainer wants you to go over it once more: read it as its strictest reviewer, and mend what falls "
                "short of the plan."
            ),
        ]
    )


def fixing(findings: Sequence[ReviewFinding]) -> str:
    """What the code reviewer wants changed in this agent's files, after everything was merged."""
    listed = "\n".join(
        f"- {one_line(each.severity)}: {one_line(each.path)}{f', line {each.line}' if each.line else ''}: "
        f"{one_line(each.message)}"
        for each in findings
    )
    return (
        "The feature is merged, and the review of the whole found what must be mended in your files. Mend exactly "
        f"this, with its tests where there are some:\n{listed}"
    )


def amending(stage: str, question: str) -> str:
    """What a later stage's agent found wrong in this agent's documents; a person agreed."""
    return (
        f"The agent of the {stage} stage found something wrong in what you have left, and a maintainer agreed that it is "
        f"mended first:\n{fenced('note', visible_text(question))}\nMend that, and everything that follows from it in "
        "your files; change nothing else."
    )
