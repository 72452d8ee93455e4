"""What git said of commits is kept within bounds, and not asked for again."""

from __future__ import annotations

import shutil

from bot.workspace.answers import Kept
from bot.workspace.mirror import Mirror
from tests.workspace.conftest import Origin


def test_what_was_once_read_of_a_commit_needs_no_mirror_any_more(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"a": "1"})
    head = origin.commit({"a": "2"})

    def everything() -> tuple[object, ...]:
        return (
            mirror.read(head, "a"),
            mirror.paths(head),
            mirror.diff(base, head),
            mirror.contains(head, base),
            mirror.contains(base, head),
            mirror.merge_base(base, head),
            mirror.tree_of(head),
        )

    read = everything()
    shutil.rmtree(mirror.directory)
    shutil.rmtree(origin.path)
    assert everything() == read


def test_two_repositories_with_the_same_commit_do_not_answer_for_each_other(mirror: Mirror) -> None:
    other = Mirror(mirror.directory.with_name("8.git"), mirror.clone_url, mirror.token, mirror.answers)
    mirror.answers.trees.keep((mirror.directory, "1" * 40), "a tree")
    assert other.answers.trees.among({(other.directory, "1" * 40)}) == {}


def test_when_answers_weigh_too_much_the_longest_unasked_goes_first() -> None:
    kept: Kept[str, str] = Kept(most=12, weigh=len)
    kept.keep("a", "1234")
    kept.keep("b", "1234")
    kept.among({"a"})
    kept.keep("c", "1234")
    assert kept.among({"a", "b", "c"}) == {"a": "1234", "c": "1234"}


def test_what_is_heavier_than_all_may_weigh_is_answered_and_not_kept() -> None:
    kept: Kept[str, str] = Kept(most=3, weigh=len)
    assert kept.asked("a", lambda: "12345") == "12345"
    assert kept.among({"a"}) == {}
