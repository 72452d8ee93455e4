"""The tools that look at files and change them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.crew.records import BatchRecord
from bot.crew.request import Purpose
from bot.crew.tools.desk import Desk
from bot.crew.tools.toolbox import Toolbox
from tests.crew.folder import Folder
from tests.crew.messages_server import call
from tests.crew.runs import may_change, request

FILES = {
    "backend/app.py": "import os\n\ndef run():\n    return os\n",
    "backend/api/routes.py": "def run():\n    pass\n",
    "backend/windows.py": "a\r\nb\r\n",
    "backend/empty.py": "",
    "frontend/src/App.tsx": "export const App = 1\n",
    "frontend/src/app.ts": "export {}\n",
    "README.md": "# Hi\n",
}


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    image = tmp_path / "work" / "logo.png"
    image.parent.mkdir()
    image.write_bytes(b"\0PNG def run()")
    return Folder(tmp_path / "work", FILES)


def batch(files: Folder, *calls: dict[str, Any]) -> BatchRecord:
    desk = Desk(files, may_change, lambda _: ())
    return Toolbox(request()).carry_out([{**each, "id": "t"} for each in calls], desk)


def answer(files: Folder, tool: str, **inputs: Any) -> str:
    return batch(files, call(tool, **inputs)).results[0].text


def test_read_numbers_the_lines_and_says_which_part_it_gives(files: Folder) -> None:
    assert answer(files, "Read", file_path="backend/app.py", offset=3, limit=1) == (
        "     3\tdef run():\n[Lines 3 to 3 of 4. Go on with offset=4.]"
    )


def test_read_of_a_long_file_stops_and_says_where_to_go_on(files: Folder) -> None:
    files.write("long.txt", "".join(f"line {n} {'x' * 90}\n" for n in range(5000)))
    said = answer(files, "Read", file_path="long.txt")
    assert len(said) < 31_000
    assert "of 5000. Go on with offset=" in said


def test_read_cuts_a_line_that_is_too_long(files: Folder) -> None:
    files.write("min.js", "x" * 100_000)
    assert answer(files, "Read", file_path="min.js").endswith("x[… line cut]")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("backend/ap.py", "Near it there is: backend/app.py"),
        ("backend", "It is a directory: list it with Glob, pattern `backend/**`."),
        ("/etc/passwd", "is absolute; write the path relative"),
        ("C:\\x", "is absolute"),
        ("backend/../../x", "paths with `..` are refused"),
        ("", "A path is needed"),
        (".", "is the repository itself"),
        ("logo.png", "logo.png is binary."),
    ],
)
def test_read_of_what_cannot_be_read_helps_on(files: Folder, path: str, said: str) -> None:
    result = batch(files, call("Read", file_path=path)).results[0]
    assert result.is_error
    assert said in result.text


def test_read_of_an_empty_file_and_past_the_end(files: Folder) -> None:
    assert answer(files, "Read", file_path="backend/empty.py") == "backend/empty.py is empty."
    assert "only 4 lines" in answer(files, "Read", file_path="backend/app.py", offset=9)


def test_write_creates_and_replaces_and_the_batch_remembers(files: Folder) -> None:
    done = batch(
        files,
        call("Write", file_path="./backend/deep/new.py", content="x\n"),
        call("Write", file_path="backend/app.py", content="y\n"),
    )
    assert [result.text for result in done.results] == [
        "Created ./backend/deep/new.py: 1 lines.",
        "Replaced backend/app.py: 1 lines.",
    ]
    assert done.files == {"backend/deep/new.py": "x\n", "backend/app.py": "y\n"}


def test_write_of_half_a_character_is_refused_and_not_written(files: Folder) -> None:
    done = batch(files, call("Write", file_path="backend/x.py", content="\ud800"))
    assert done.results[0].is_error
    assert done.files == {}


def test_edit_replaces_the_only_place(files: Folder) -> None:
    answer(files, "Edit", file_path="backend/app.py", old_string="return os", new_string="return None")
    assert files.read("backend/app.py").endswith("    return None\n")


def test_edit_of_a_text_that_stands_twice_says_where(files: Folder) -> None:
    said = answer(files, "Edit", file_path="backend/app.py", old_string="os", new_string="sys")
    assert "stands 2 times in backend/app.py (lines 1, 4)" in said
    answer(files, "Edit", file_path="backend/app.py", old_string="os", new_string="sys", replace_all=True)
    assert files.read("backend/app.py").count("sys") == 2


def test_edit_of_a_text_that_is_not_there_says_what_is_near(files: Folder) -> None:
    said = answer(
        files, "Edit", file_path="backend/app.py", old_string="def run():\n  return", new_string="x"
    )
    assert "Its first line is like line 3; the blanks or what follows differ." in said


def test_edit_keeps_the_line_ends_of_a_windows_file(files: Folder) -> None:
    answer(files, "Edit", file_path="backend/windows.py", old_string="a\nb", new_string="a\nc")
    assert files.read("backend/windows.py") == "a\r\nc\r\n"


@pytest.mark.parametrize(("old", "new"), [("", "x"), ("run", "run")])
def test_edit_that_means_nothing_is_refused(files: Folder, old: str, new: str) -> None:
    assert (
        batch(files, call("Edit", file_path="backend/app.py", old_string=old, new_string=new))
        .results[0]
        .is_error
    )


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("*.py", None, ["backend/api/routes.py", "backend/app.py", "backend/empty.py", "backend/windows.py"]),
        ("backend/*.py", None, ["backend/app.py", "backend/empty.py", "backend/windows.py"]),
        ("**/*.{ts,tsx}", None, ["frontend/src/App.tsx", "frontend/src/app.ts"]),
        ("src/*.ts", "frontend", ["frontend/src/app.ts"]),
        ("**/routes.py", "backend", ["backend/api/routes.py"]),
        ("[A-Z]*.md", None, ["README.md"]),
        ("frontend/**", None, ["frontend/src/App.tsx", "frontend/src/app.ts"]),
        ("app.??", None, ["backend/app.py", "frontend/src/app.ts"]),
    ],
)
def test_glob_lists_what_matches(files: Folder, pattern: str, path: str | None, found: list[str]) -> None:
    inputs = {"pattern": pattern} | ({"path": path} if path else {})
    assert answer(files, "Glob", **inputs).splitlines() == found


def test_glob_without_a_match_says_so(files: Folder) -> None:
    assert answer(files, "Glob", pattern="*.rs", path="backend") == "No file matches `*.rs` in backend."


def test_grep_gives_paths_lines_or_counts(files: Folder) -> None:
    assert answer(files, "Grep", pattern=r"def \w+") == "backend/api/routes.py\nbackend/app.py"
    assert answer(files, "Grep", pattern="OS$", output_mode="content", **{"-i": True, "-B": 1}) == (
        "backend/app.py:1:import os\n--\nbackend/app.py-3-def run():\nbackend/app.py:4:    return os"
    )
    assert answer(files, "Grep", pattern="os", output_mode="count", path="backend") == "backend/app.py:2"
    assert answer(files, "Grep", pattern="export", glob="*.ts") == "frontend/src/app.ts"
    assert answer(files, "Grep", pattern="nowhere") == "Nothing matches `nowhere`."


def test_grep_with_a_pattern_that_would_hang_python_answers_at_once(files: Folder) -> None:
    files.write("a.txt", "a" * 5000)
    assert answer(files, "Grep", pattern="(a+)+$x", path="a.txt") == "Nothing matches `(a+)+$x`."


def test_grep_with_a_broken_pattern_says_what_is_wrong(files: Folder) -> None:
    assert "look-around" in answer(files, "Grep", pattern="(?<=a)b")


def test_all_problems_of_an_input_are_told_at_once(files: Folder) -> None:
    said = answer(files, "Edit", path="x", replace_all="perhaps")
    assert all(
        name in said for name in ("`file_path`", "`old_string`", "`new_string`", "`replace_all`", "`path`")
    )


def test_todos_are_noted(files: Folder) -> None:
    todos = [
        {"content": "a", "status": "completed"},
        {"content": "b", "status": "pending", "activeForm": "b-ing"},
    ]
    assert answer(files, "TodoWrite", todos=todos) == "Noted: 1 of 2 done. Next: b"


def test_a_file_hides_nothing_from_its_reader(files: Folder) -> None:
    files.write("backend/trick.py", "if admin\u202e:\n")
    assert answer(files, "Read", file_path="backend/trick.py") == "     1\tif admin⟦U+202E⟧:"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PARAMETERS = st.sampled_from(
    [
        "file_path",
        "path",
        "pattern",
        "glob",
        "content",
        "old_string",
        "new_string",
        "replace_all",
        "offset",
        "limit",
        "output_mode",
        "todos",
        "summary",
        "kind",
        "question",
        "options",
        "recommended",
        "verdict",
        "findings",
        "feature",
        "stages",
        "head_limit",
        "-i",
        "-A",
    ]
)
NAMES = st.sampled_from(
    ["Read", "Write", "Edit", "Glob", "Grep", "TodoWrite", "finish_stage", "submit_review", ""]
)
WORDS = st.sampled_from(
    ["backend/app.py", "backend", "import", "*", "[", "{a", "approved", "content", "\ud800"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, JSON | st.dictionaries(PARAMETERS, JSON | WORDS, max_size=6))
def test_whatever_a_model_sends_is_answered(files: Folder, name: str, inputs: Any) -> None:
    for purpose in Purpose:
        desk = Desk(files, may_change, lambda _: ("No.",))
        done = Toolbox(request(purpose)).carry_out([{"id": "t", "name": name, "input": inputs}], desk)
        assert done.results[0].text
        assert BatchRecord.from_json(done.to_json()) == done


def test_results_stand_in_the_order_of_the_calls(files: Folder) -> None:
    done = batch(files, call("finish_stage", summary="x"), call("Glob", pattern="*.md"))
    assert [result.tool for result in done.results] == ["finish_stage", "Glob"]
    assert BatchRecord.from_json(done.to_json()) == done
