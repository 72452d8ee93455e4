"""What a file may be called, and how its name is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.file_names import canonical_path, danger_in, fault_in, is_git_data, shown


@pytest.mark.parametrize(
    "path",
    [
        "README.md", ".gitignore", ".github", "a/.gitkeep", "git/config", "digit~1", "gitlab.yml", ".gitlab-ci.yml",
        "src/[slug]/page.tsx", "src/(group)/a.ts", "Grüße/straße.md", "a b.md", "日本語.md", "a..b", "...", "x.git/y",
    ],
)  # fmt: skip
def test_honest_names_are_left_in_peace(path: str) -> None:
    assert danger_in(path) is None
    if path != "...":
        assert fault_in(path) is None


@given(st.text(max_size=30))
def test_every_name_can_be_shown_and_encoded(name: str) -> None:
    shown(name).encode()


@given(
    st.lists(
        st.sampled_from([".", "g", "i", "t", "G", "I", "T", "\u200c", "\ufe0f", " ", "~", "1", ":", "\r"]),
        max_size=9,
    )
)
def test_whatever_a_forgiving_file_system_takes_for_git_is_git_data(parts: list[str]) -> None:
    name = "".join(parts)
    kept = "".join(c for c in name if c not in "\u200c\ufe0f\r").lower().split(":")[0].rstrip(". ")
    assert is_git_data(f"a/{name}/b") == (
        kept == ".git" or (kept.startswith("git~1") and set(kept[4:]) == {"1"})
    )


def test_a_long_name_is_refused() -> None:
    assert fault_in("a" * 255) is None
    assert fault_in("a" * 256) == (
        f"“{'a' * 60}…” is too long for a file name; at most 255 bytes a part and 1000 in all."
    )


def test_a_path_is_read_as_the_most_forgiving_file_system_would() -> None:
    assert canonical_path("A/.GiThub /GITATT~1") == "a/.github/.gitattributes"
