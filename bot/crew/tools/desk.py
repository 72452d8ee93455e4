"""What a batch of tool calls works on: the workspace as this agent may use it, and what it did there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from bot.crew.records import Refusal
from bot.facts.diff import Diff
from bot.plan.plan import Plan
from bot.ports import Workspace, WorkspaceRefusal

MayChange = Callable[[str], str | None]
JudgePlan = Callable[[Mapping[str, Any]], Plan | tuple[str, ...]]
JudgeWork = Callable[[Diff], tuple[str, ...]]


def content_with_anything(_: Diff) -> tuple[str, ...]:
    """For work that nobody inspects."""
    return ()


class ToolError(Exception):
    """A call that did not work; its text is a whole sentence that lets the model do better."""


class MalformedCall(ToolError):
    """A call that no state of the files could have made right."""


class Desk:
    """One batch's view of the workspace; it remembers what was changed and what was refused."""

    def __init__(
        self,
        workspace: Workspace,
        may_change: MayChange,
        judge_plan: JudgePlan,
        judge_work: JudgeWork = content_with_anything,
    ) -> None:
        self._workspace = workspace
        self._may_change = may_change
        self.judge_plan = judge_plan
        self._judge_work = judge_work
        self.files: dict[str, str | None] = {}
        self.refusals: list[Refusal] = []

    def fresh(self) -> Desk:
        """The same desk for the next batch, with nothing remembered."""
        return Desk(self._workspace, self._may_change, self.judge_plan, self._judge_work)

    def put_back(self, files: Mapping[str, str | None]) -> None:
        """Make files say again what an earlier batch had made them say."""
        for path, text in files.items():
            if text is None:
                self._workspace.delete(path)
            else:
                self._workspace.write(path, text)

    def read(self, file_path: str) -> str:
        path = inside(file_path)
        try:
            return self._workspace.read(path)
        except WorkspaceRefusal as refusal:
            raise ToolError(f"{refusal}{self._hint(path)}") from None

    def write(self, file_path: str, text: str) -> None:
        """Change a file, if this agent may."""
        path = inside(file_path)
        self.check_owner(path)
        if not _is_encodable(text):
            raise ToolError(f"{path} was not written: the text holds half a character (a lone surrogate).")
        try:
            self._workspace.write(path, text)
        except WorkspaceRefusal as refusal:
            raise ToolError(str(refusal)) from None
        self.files[path] = text

    def check_owner(self, path: str) -> None:
        """Raise, and remember, when the path is not this agent's to change."""
        sentence = self._may_change(path)
        if sentence is not None:
            self.refusals.append(Refusal(path, sentence))
            raise ToolError(sentence)

    def exists(self, file_path: str) -> bool:
        return inside(file_path) in self._workspace.paths()

    def paths(self) -> tuple[str, ...]:
        return self._workspace.paths()

    def changed_paths(self) -> tuple[str, ...]:
        """What differs from the commit that the run began at."""
        return self._workspace.changes().paths

    def objections(self) -> tuple[str, ...]:
        """What speaks against calling the work done, as it stands in the workspace."""
        return self._judge_work(self._workspace.changes())

    def _hint(self, path: str) -> str:
        paths = self._workspace.paths()
        if path in paths:
            return ""
        if any(each.startswith(f"{path}/") for each in paths):
            return f" It is a directory: list it with Glob, pattern `{path}/**`."
        near = get_close_matches(path, paths, n=3)
        return f" Near it there is: {', '.join(near)}." if near else ""


def inside(file_path: str) -> str:
    """The path relative to the repository's root, without a leading `./`."""
    path = file_path.strip()
    if not path or "\0" in path or "\n" in path:
        raise MalformedCall("A path is needed, relative to the repository's root, like `docs/README.md`.")
    if path.startswith(("/", "~")) or (len(path) > 1 and path[1] == ":"):
        raise MalformedCall(f"`{path}` is absolute; write the path relative to the repository's root.")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise MalformedCall(f"`{path}` leaves the repository; paths with `..` are refused.")
    if not parts:
        raise MalformedCall(f"`{path}` is the repository itself; name a file in it.")
    return "/".join(parts)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
