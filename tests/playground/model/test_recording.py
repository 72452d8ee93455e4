"""A recording on disk: a mistake in it shows when it is loaded, not in the middle of a demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.model.recording import RecordingError, load_recording


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
