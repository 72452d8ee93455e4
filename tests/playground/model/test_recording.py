"""A recording on disk: a mistake in it shows when it is loaded, not in the middle of a demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.model.player import part_of
from bot.playground.model.recording import FULL, RecordingError, Turn, load_recording


def test_the_packaged_recording_has_a_part_for_every_agent_of_the_demo() -> None:
    assert set(load_recording().agents) == {
        "implementation-orchestrator",
        "supabase-architect",
        "api-designer",
        "backend-developer",
        "frontend-developer",
        "test-engineer",
        "code-reviewer",
    }


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("turns: [{sings: la}]", "a turn has no sings"),
        ("turns: [{calls: [{Read: {}, Write: {}}]}]", "a call names one tool"),
        ("turns: [{calls: [{Write: {content_from: nowhere.py}}]}]", "nowhere.py"),
        ("[", "cannot be read"),
        ("- a list", "must hold a mapping"),
    ],
)
def test_a_mistake_in_a_recording_is_found_when_it_is_loaded(
    tmp_path: Path, script: str, expected: str
) -> None:
    (tmp_path / "recording.yaml").write_text("title: A\nnames: []\nsentences: []\n")
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "script.yaml").write_text(script)
    with pytest.raises((RecordingError, OSError), match=expected):
        load_recording(tmp_path)


# --- a recording that builds on another one --------------------------------------------------------

PLAIN = """
turns:
  - {thinks: one, says: first, calls: [{Read: {file_path: a.md}}]}
  - {says: second, calls: [{Write: {file_path: b.py, content: forgotten}}, {Write: {file_path: c.py, content: kept}}]}
  - {says: third}
"""


def built_on(home: Path, **files: str) -> Path:
    """A folder `more` with these files of the agent `somebody`, on top of a plain recording of three turns."""
    for folder, about in (
        ("plain", "title: A\nnames: [N]\nsentences: [S]\n"),
        ("more", "builds_on: ../plain\n"),
    ):
        (home / folder / "somebody").mkdir(parents=True)
        (home / folder / "recording.yaml").write_text(about)
    (home / "plain" / "somebody" / "script.yaml").write_text(PLAIN)
    for name, text in files.items():
        (home / "more" / "somebody" / f"{name}.yaml").write_text(text)
    return home / "more"


def said(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.says for turn in turns]


def test_what_it_says_nothing_about_is_as_it_was(tmp_path: Path) -> None:
    recording = load_recording(built_on(tmp_path))
    assert recording == load_recording(tmp_path / "plain")
    assert (recording.title, said(recording.scripts["somebody"])) == ("A", ["first", "second", "third"])


def test_recorded_turns_are_taken_over_with_new_words_and_without_what_is_left_out(tmp_path: Path) -> None:
    script = "turns: [{recorded: 1, says: anew}, {recorded: 2, leaves_out: forgotten}, {recorded: 1-3}]"
    turns = load_recording(built_on(tmp_path, script=script)).scripts["somebody"]
    assert said(turns) == ["anew", "second", "first", "second", "third"]
    assert (turns[0].thinks, turns[0].calls) == ("one", turns[2].calls)
    assert [call.arguments["file_path"] for call in turns[1].calls] == ["c.py"]
    assert len(turns[3].calls) == 2


def test_a_part_is_played_when_the_task_says_so_and_the_script_otherwise(tmp_path: Path) -> None:
    part = "when: CI is red\nturns: [{says: mended}]"
    recording = load_recording(built_on(tmp_path, mending=part))
    assert said(recording.scripts["somebody"]) == ["first", "second", "third"]
    played = part_of("Look: CI is red on it.", "somebody", recording)
    assert played is not None and said(played.turns) == ["mended"]
    assert part_of("Look: CI is green.", "somebody", recording) is None
    assert part_of("CI is red", "somebody else", recording) is None


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("turns: [{recorded: 3-4}]", "there is no recorded turn 3-4"),
        ("turns: [{recorded: 0}]", "there is no recorded turn 0"),
        ("turns: [{recorded: 1, sings: la}]", "a recorded turn has no sings"),
        ("turns: [{recorded: 1, leaves_out: nowhere}]", "no recorded call contains “nowhere”"),
    ],
)
def test_a_mistake_in_what_is_taken_over_is_found_when_it_is_loaded(
    tmp_path: Path, script: str, expected: str
) -> None:
    with pytest.raises(RecordingError, match=expected):
        load_recording(built_on(tmp_path, script=script))


def test_a_part_that_is_never_played_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="a part says `when` it is played"):
        load_recording(built_on(tmp_path, part="turns: []"))


def test_the_full_recording_has_a_part_for_each_thing_that_people_do() -> None:
    full = load_recording(FULL)
    assert {agent: [part.name for part in parts] for agent, parts in full.parts.items()} == {
        "implementation-orchestrator": ["second_draft"],
        "supabase-architect": ["answered"],
        "api-designer": ["reviewed"],
        "backend-developer": ["red_check"],
        "frontend-developer": ["conflict"],
    }
    assert load_recording().parts == {}
    assert full.scripts["test-engineer"] == load_recording().scripts["test-engineer"]
