"""Whatever a change is made of: what passes touches only what the agent owns, as plain files (invariant I6)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.facts.diff import ChangedFile, FileStatus, Level
from bot.inspections.inspection import inspect
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import change, stage_of

PLAIN = ("backend", "Backend", "frontend", "tests", "a.py", "workflows", "agents", "CODEOWNERS")
TRICKS = ("..", ".", "", ".git", ".GIT", "git~1", ".github", ".gitattributes", "x.")
ODD = ("b\r", "\u200ba", "cafe\u0301", "caf\udce9")
PARTS = st.sampled_from((*PLAIN, *TRICKS, *ODD))
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
MOSTLY_OURS = PATHS | PATHS.map("backend/{}".format) | st.sampled_from(["backend/a.py", "backend/b/c.py"])
MODES = st.sampled_from(["100644", "100644", "100755", "120000", "160000"])


@st.composite
def files(draw: st.DrawFn) -> ChangedFile:
    status = draw(st.sampled_from(FileStatus))
    old = "" if status is FileStatus.ADDED else draw(MODES)
    new = "" if status is FileStatus.DELETED else draw(MODES)
    text = draw(st.sampled_from(["text", "more", None])) if new else None
    return ChangedFile(draw(MOSTLY_OURS), status, old, new, text, None, 4)


@settings(max_examples=1000, deadline=None)
@given(st.lists(files(), max_size=3, unique_by=lambda file: file.path))
def test_what_passes_is_plain_and_the_agents_own(changed: list[ChangedFile]) -> None:
    findings = inspect(change(*changed), stage_of(StageKind.BACKEND))
    refused = {finding.path for finding in findings if finding.level is Level.ERROR}
    if refused:
        return
    for file in changed:
        assert file.path.startswith("backend/")
        assert file.new_mode in {"", "100644", file.old_mode}
        assert file.new_mode not in {"120000", "160000"}
        assert file.text is not None or not file.new_mode
        assert not {"..", ".", "", ".git", ".GIT", "git~1", ".gitattributes"} & set(file.path.split("/"))
        if file.status is not FileStatus.MODIFIED:
            assert not file.path.startswith("backend/tests/")
        if file.status is FileStatus.ADDED:
            assert file.path.isascii()
            assert file.path.isprintable()
