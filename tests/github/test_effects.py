"""Each effect exists once, whatever the network says of it; what is not ours is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.facts.diff import EXECUTABLE, REGULAR, ChangedFile, FileStatus
from bot.github.effects import BranchMoved, BranchTaken, Effects, NameBlocked, Permit
from bot.github.errors import NotNow, OutcomeUnknown, Refused
from bot.github.showing import Request, add_labels, ask_for_review, react, remove_labels, update_comment
from bot.playground.acts.comments import create_comment
from bot.render.markers import marker
from bot.render.stage_gate import Annotation, CheckRun
from tests.github.homes import Home, MemoryJournal


class NoTime(Exception):
    """The lease is half over."""


class Crash(BaseException):
    """The process dies here."""


def refuse(creates: str) -> None:
    raise NoTime


def crash(creates: str) -> None:
    raise Crash


GREEN = CheckRun(
    "success", "All is well", "Nothing to say", (Annotation("src/a.txt", 1, 1, "notice", "hm", "Hm"),)
)


def body(text: str, key: str = "k") -> str:
    return f"{marker('notice', 1, 'generation', key=key)}\n{text}"


@dataclass(frozen=True)
class Effect:
    """One of the effects: how it is asked for, which request makes it, and how often it exists."""

    name: str
    ensure: Callable[[Home, Effects], Any]
    method: str
    path: str
    count: Callable[[Home], int]
    is_found: bool = True  # settling can see it


def _branch(home: Home, effects: Effects) -> Any:
    return effects.ensure_branch("branch:1", "baton/1-x/1-api", home.sha())


def _pull(home: Home, effects: Effects) -> Any:
    if home.repository.git.branch("baton/1-x/1-api") is None:
        home.branch("baton/1-x/1-api", {"src/a.txt": "changed\n"})
    return effects.ensure_pull_request("pull:1", "baton/1-x/1-api", "main", "Title", body("text"))


def _own_pull(home: Home) -> int:
    if home.repository.git.branch("closing") is None:
        home.branch("closing", {"src/a.txt": "changed\n"})
        home.effects().ensure_pull_request("pull:c", "closing", "main", "Title", body("text"))
    return next(each.number for each in home.repository.pulls if each.head_ref == "closing")


def _check_runs(home: Home) -> int:
    sha = home.sha()
    return int(home.maintainer.get(f"/commits/{sha}/check-runs?filter=all")["total_count"])


EFFECTS = [
    Effect(
        "comment",
        lambda home, effects: effects.ensure_comment("comment:1", home.issue_number, body("Hello")),
        "POST",
        "/repos/*/issues/*/comments",
        lambda home: len(home.comments()),
    ),
    Effect(
        "branch",
        _branch,
        "POST",
        "/repos/*/git/refs",
        lambda home: len(home.maintainer.get("/git/matching-refs/heads/baton/")),
    ),
    Effect("pull request", _pull, "POST", "/repos/*/pulls", lambda home: len(home.repository.pulls)),
    Effect(
        "check run",
        lambda home, effects: effects.ensure_check_run(
            "gate:1", home.sha(), "Baton / stage gate", "g:api", GREEN
        ),
        "POST",
        "/repos/*/check-runs",
        _check_runs,
    ),
    Effect(
        "label",
        lambda home, effects: effects.ensure_label(
            "label:1", "baton: your turn", "fbca04", "a person's turn"
        ),
        "POST",
        "/repos/*/labels",
        lambda home: sum(each.name == "baton: your turn" for each in home.repository.labels),
    ),
    Effect(
        "closed issue",
        lambda home, effects: effects.ensure_issue_closed("close:1", home.issue_number),
        "PATCH",
        "/repos/*/issues/*",
        lambda home: sum(event.kind == "closed" for event in home.issue.timeline),
        is_found=False,
    ),
    Effect(
        "closed pull request",
        lambda home, effects: effects.ensure_pull_request_closed("close-pull:1", _own_pull(home)),
        "PATCH",
        "/repos/*/pulls/*",
        lambda home: sum(event.kind == "closed" for event in home.pull(_own_pull(home)).issue.timeline),
        is_found=False,
    ),
]
each_effect = pytest.mark.parametrize("effect", EFFECTS, ids=[each.name for each in EFFECTS])


@each_effect
def test_what_is_ensured_twice_exists_once(home: Home, effect: Effect) -> None:
    journal = MemoryJournal()
    first = effect.ensure(home, home.effects(journal))
    before = home.town.requests()["writes"]
    again = effect.ensure(home, home.effects(journal))
    assert first == again
    assert home.town.requests()["writes"] == before
    assert effect.count(home) == 1
    assert not journal.unsettled


@each_effect
@pytest.mark.parametrize("fault", ["error_after", "drop_after"])
def test_an_answer_that_was_lost_is_settled_by_looking(home: Home, effect: Effect, fault: str) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    home.town.fault(effect.method, effect.path, fault, status=502, nth=[1])
    with pytest.raises(OutcomeUnknown):
        effect.ensure(home, home.effects(journal))
    identity, arguments = next(iter(journal.unsettled.items()))
    found = home.effects(journal).settle(identity, arguments)
    assert (found is not None) is effect.is_found
    assert not journal.unsettled
    known = effect.ensure(home, home.effects(journal))
    assert known
    assert effect.count(home) == 1


@each_effect
@pytest.mark.parametrize("fault", ["error_before", "drop_before"])
def test_what_never_arrived_is_not_found_and_then_made_once(home: Home, effect: Effect, fault: str) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    home.town.fault(effect.method, effect.path, fault, status=502, nth=[1])
    with pytest.raises(OutcomeUnknown):
        effect.ensure(home, home.effects(journal))
    assert effect.count(home) == 0
    identity, arguments = next(iter(journal.unsettled.items()))
    assert home.effects(journal).settle(identity, arguments) is None
    assert not journal.unsettled
    effect.ensure(home, home.effects(journal))
    assert effect.count(home) == 1


@pytest.mark.parametrize("effect", EFFECTS[:2], ids=["comment", "branch"])
def test_a_limit_leaves_nothing_unknown(home: Home, effect: Effect) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    home.town.fault(effect.method, effect.path, "error_before", status=429, seconds=1, nth=[1])
    with pytest.raises(NotNow):
        effect.ensure(home, home.effects(journal))
    assert not journal.unsettled
    time.sleep(1.1)
    effect.ensure(home, home.effects(journal))
    assert effect.count(home) == 1


@each_effect
def test_where_there_is_no_time_or_room_nothing_is_tried_and_nothing_unknown(
    home: Home, effect: Effect
) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    with pytest.raises(NoTime):
        effect.ensure(home, home.effects(journal, Permit(refuse)))
    assert (effect.count(home), journal.unsettled) == (0, {})


@each_effect
def test_a_crash_before_the_request_leaves_the_intent(home: Home, effect: Effect) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    with pytest.raises(Crash):
        effect.ensure(home, home.effects(journal, Permit(crash)))
    assert len(journal.unsettled) == 1
    assert effect.count(home) == 0


def _prepared(home: Home, effect: Effect) -> None:
    """What the effect needs exists before faults begin."""
    if effect.name == "closed pull request":
        _own_pull(home)
    if effect.name == "pull request":
        home.branch("baton/1-x/1-api", {"src/a.txt": "changed\n"})


@pytest.mark.parametrize(
    "effect",
    [each for each in EFFECTS if each.name in ("comment", "pull request")],
    ids=lambda effect: effect.name,
)
def test_lists_that_lag_are_settled_after_the_lag(home: Home, effect: Effect) -> None:
    journal = MemoryJournal()
    _prepared(home, effect)
    home.town.fault("GET", "*", "lag", seconds=1.0)
    home.town.fault(effect.method, effect.path, "drop_after", nth=[1])
    with pytest.raises(OutcomeUnknown):
        effect.ensure(home, home.effects(journal))
    time.sleep(1.2)  # what BATON_SETTLE_SECONDS is for
    identity, arguments = next(iter(journal.unsettled.items()))
    assert home.effects(journal).settle(identity, arguments) is not None
    effect.ensure(home, home.effects(journal))
    assert effect.count(home) == 1


# --- branches and commits


def file(
    path: str, text: str | None, status: FileStatus = FileStatus.ADDED, mode: str = REGULAR
) -> ChangedFile:
    return ChangedFile(path, status, "" if status is FileStatus.ADDED else REGULAR, mode, text)


def test_a_commit_holds_added_changed_and_deleted_files_and_is_verified(home: Home) -> None:
    start = home.sha()
    tree = home.repository.git.run("rev-parse", f"{start}^{{tree}}").decode().strip()
    files = [
        file("new/ünïcode.txt", "new — text\n"),
        file("src/a.txt", "changed\n", FileStatus.MODIFIED),
        file("src/b.txt", None, FileStatus.DELETED),
        file("run.sh", "#!/bin/sh\n", mode=EXECUTABLE),
    ]
    effects = home.effects()
    made = effects.ensure_commit("commit:1", (start,), tree, files, "Add things\n\nRefs: #1")
    effects.ensure_branch("branch:1", "baton/1-x/1-api", made["sha"])
    listed = home.maintainer.get(f"/git/trees/{made['sha']}?recursive=1")["tree"]
    found = {each["path"]: each["mode"] for each in listed if each["type"] == "blob"}
    assert found == {
        "README.md": "100644",
        "new/ünïcode.txt": "100644",
        "run.sh": "100755",
        "src/a.txt": "100644",
    }
    commit = home.maintainer.get(f"/commits/{made['sha']}")
    assert commit["commit"]["verification"]["verified"]
    assert commit["author"]["login"] == f"{home.town.slug}[bot]"
    assert [each["sha"] for each in commit["parents"]] == [start]


def test_a_foreign_branch_of_the_name_is_taken(home: Home) -> None:
    """P4."""
    foreign = home.branch("baton/1-x/1-api", {"src/a.txt": "theirs\n"})
    journal = MemoryJournal()
    with pytest.raises(BranchTaken):
        _branch(home, home.effects(journal))
    assert not journal.unsettled
    assert home.sha("baton/1-x/1-api") == foreign


@pytest.mark.parametrize("blocking", ["baton", "baton/1-x"])
def test_a_branch_in_the_place_of_the_names_folder_blocks_the_name(home: Home, blocking: str) -> None:
    """P4: git lets nobody make `baton/1-x` beside `baton`."""
    theirs = home.branch(blocking, {"src/a.txt": "theirs\n"})
    journal = MemoryJournal()
    with pytest.raises(NameBlocked, match=f"The branch {blocking} stands in the way of baton/1-x/1-api."):
        _branch(home, home.effects(journal))
    assert (journal.unsettled, home.sha(blocking)) == ({}, theirs)


def _moved(home: Home, effects: Effects, on_top_of: str) -> Any:
    tree = home.repository.git.run("rev-parse", f"{on_top_of}^{{tree}}").decode().strip()
    files = [file("new.txt", "ours\n")]
    made = effects.ensure_commit("commit:2", (on_top_of,), tree, files, "Revise")
    return effects.ensure_branch_moved("moved:2", "baton/1-x/1-api", on_top_of, made["sha"])


def test_a_branch_moves_on_top_of_where_it_was(home: Home) -> None:
    start = _branch(home, home.effects())["sha"]
    moved = _moved(home, home.effects(), start)["sha"]
    assert home.sha("baton/1-x/1-api") == moved != start


def test_a_branch_that_a_person_pushed_to_or_rebased_is_not_moved(home: Home) -> None:
    """P5, P6: never by force; theirs is the truth."""
    start = _branch(home, home.effects())["sha"]
    theirs = home.branch("theirs", {"src/a.txt": "theirs\n"})
    home.maintainer.patch("/git/refs/heads/baton/1-x/1-api", {"sha": theirs, "force": True})
    journal = MemoryJournal()
    with pytest.raises(BranchMoved, match="baton/1-x/1-api has moved on"):
        _moved(home, home.effects(journal), start)
    assert (home.sha("baton/1-x/1-api"), journal.unsettled) == (theirs, {})


def test_a_branch_that_was_deleted_is_not_made_again_by_a_late_revision(home: Home) -> None:
    """P7."""
    start = _branch(home, home.effects())["sha"]
    home.maintainer.delete("/git/refs/heads/baton/1-x/1-api")
    with pytest.raises(BranchMoved):
        _moved(home, home.effects(), start)
    assert home.repository.git.branch("baton/1-x/1-api") is None


def test_a_branch_that_points_there_already_is_the_branch(home: Home) -> None:
    home.maintainer.post("/git/refs", {"ref": "refs/heads/baton/1-x/1-api", "sha": home.sha()})
    assert _branch(home, home.effects()) == {"sha": home.sha()}


def test_a_branch_at_a_commit_that_is_not_there_is_refused(home: Home) -> None:
    with pytest.raises(Refused, match="422"):
        home.effects().ensure_branch("branch:1", "baton/1-x/1-api", "1" * 40)


def test_a_branch_that_a_person_moved_is_not_found_as_ours(home: Home) -> None:
    """P5, P6."""
    journal = MemoryJournal()
    home.town.fault("POST", "/repos/*/git/refs", "error_after", nth=[1])
    with pytest.raises(OutcomeUnknown):
        _branch(home, home.effects(journal))
    other = home.branch("other", {"src/a.txt": "x\n"})
    home.maintainer.patch("/git/refs/heads/baton/1-x/1-api", {"sha": other})
    identity, arguments = next(iter(journal.unsettled.items()))
    assert home.effects(journal).settle(identity, arguments) is None
    with pytest.raises(BranchTaken):
        _branch(home, home.effects(journal))


# --- pull requests


def test_a_pull_request_of_ours_that_exists_already_is_adopted(home: Home) -> None:
    """P1, P3."""
    first = _pull(home, home.effects())
    assert _pull(home, home.effects()) == first


def test_a_foreign_pull_request_from_our_head_is_not_adopted(home: Home) -> None:
    """P4."""
    home.branch("baton/1-x/1-api", {"src/a.txt": "changed\n"})
    theirs = home.reviewer.post("/pulls", {"title": "Mine", "head": "baton/1-x/1-api", "base": "main"})
    journal = MemoryJournal()
    with pytest.raises(Refused, match=f"#{theirs['number']}, opened by somebody else"):
        _pull(home, home.effects(journal))
    assert not journal.unsettled
    assert home.effects(journal).settle("pull:1", {"kind": "pull_request", "head": "baton/1-x/1-api"}) is None
    home.reviewer.patch(f"/pulls/{theirs['number']}", {"state": "closed"})
    assert _pull(home, home.effects(journal))["number"] != theirs["number"]


def test_a_pull_request_that_was_merged_at_once_is_found_when_settling(home: Home) -> None:
    """Hazard P2: nothing is assumed to be open."""
    journal = MemoryJournal()
    home.branch("baton/1-x/1-api", {"src/a.txt": "changed\n"})
    home.town.fault("POST", "/repos/*/pulls", "drop_after", nth=[1])
    with pytest.raises(OutcomeUnknown):
        _pull(home, home.effects(journal))
    number = home.repository.pulls[0].number
    home.reviewer.put(f"/pulls/{number}/merge", {})
    identity, arguments = next(iter(journal.unsettled.items()))
    found = home.effects(journal).settle(identity, arguments)
    assert found is not None and found["number"] == number


@pytest.mark.parametrize(
    ("head", "base", "says"),
    [
        ("same", "main", "No commits between main and same"),
        ("missing", "main", "head"),
        ("same", "nowhere", "base"),
    ],
)
def test_a_422_is_told_in_githubs_words(home: Home, head: str, base: str, says: str) -> None:
    """P3."""
    home.maintainer.post("/git/refs", {"ref": "refs/heads/same", "sha": home.sha()})
    journal = MemoryJournal()
    with pytest.raises(Refused, match=says):
        home.effects(journal).ensure_pull_request("pull:1", head, base, "Title", "body")
    assert not journal.unsettled


# --- comments and check runs


def test_a_comment_is_found_past_the_first_page_and_only_ours(home: Home) -> None:
    """I11."""
    journal = MemoryJournal()
    home.say(body("a person's, with our marker"))
    with home.town.playground.hub.lock:
        for number in range(120):
            create_comment(home.town.playground.hub, home.issue, home.issue.author, f"{number}")
    home.town.fault("POST", "/repos/*/issues/*/comments", "drop_after", nth=[1])
    with pytest.raises(OutcomeUnknown):
        EFFECTS[0].ensure(home, home.effects(journal))
    identity, arguments = next(iter(journal.unsettled.items()))
    found = home.effects(journal).settle(identity, arguments)
    assert found is not None and found["id"] == home.issue.comments[-1].id


def test_comments_with_different_markers_are_different_comments(home: Home) -> None:
    effects = home.effects()
    one = effects.ensure_comment("comment:1", home.issue_number, body("x", "one"))
    two = effects.ensure_comment("comment:2", home.issue_number, body("x", "two"))
    assert one["id"] != two["id"]
    assert (
        effects.settle("comment:2", {"kind": "comment", "number": home.issue_number, "marker": {"v": 0}})
        is None
    )


def test_the_check_run_of_another_generation_is_another(home: Home) -> None:
    effects = home.effects()
    one = effects.ensure_check_run("gate:1", home.sha(), "Baton / stage gate", "one", GREEN)
    two = effects.ensure_check_run("gate:2", home.sha(), "Baton / stage gate", "two", GREEN)
    arguments = {"kind": "check_run", "sha": home.sha(), "name": "Baton / stage gate", "external_id": "one"}
    assert effects.settle("gate:1", arguments) == one != two


# --- what people are shown


def test_everything_is_shown_in_one_request(home: Home) -> None:
    effects = home.effects()
    comment = effects.ensure_comment("comment:1", home.issue_number, body("before"))
    label = effects.ensure_label("label:1", "baton: working", "1d76db", "at work")
    said = home.say("/approve", by="reviewer")
    home.label("bug")
    pull = _pull(home, effects)
    reviewer = home.town.playground.inhabitants.people["reviewer"].user
    bug = next(each for each in home.repository.labels if each.name == "bug")
    request = Request()
    update_comment(request, comment["node_id"], body("after"))
    add_labels(request, home.issue.node_id, [label["node_id"]])
    remove_labels(request, home.issue.node_id, [bug.node_id])
    react(request, next(each.node_id for each in home.issue.comments if each.id == said), "ROCKET")
    ask_for_review(request, pull["node_id"], reviewer.node_id)
    before = home.town.requests()["writes"]
    for _ in range(2):  # showing the same again changes nothing
        assert effects.show(request.document, request.variables) == {}
    assert home.town.requests()["writes"] == before + 2
    assert home.comments()[0]["body"].endswith("after")
    assert [each.name for each in home.issue.labels] == ["baton: working"]
    assert [each.content for each in home.issue.comments[1].reactions] == ["rocket"]
    assert home.pull(int(pull["number"])).requested_reviewers == [reviewer]


def test_what_cannot_be_shown_any_more_does_not_keep_the_rest_from_being_shown(home: Home) -> None:
    effects = home.effects()
    gone = effects.ensure_comment("comment:1", home.issue_number, body("gone", "one"))
    kept = effects.ensure_comment("comment:2", home.issue_number, body("kept", "two"))
    home.maintainer.delete(f"/issues/comments/{gone['id']}")
    request = Request()
    update_comment(request, gone["node_id"], "never")
    update_comment(request, kept["node_id"], "after")
    assert list(effects.show(request.document, request.variables)) == ["m0"]
    assert [each["body"] for each in home.comments()] == ["after"]


@pytest.mark.parametrize("fault", ["error_before", "error_after", "drop_after"])
def test_a_showing_without_an_answer_may_be_repeated(home: Home, fault: str) -> None:
    effects = home.effects()
    comment = effects.ensure_comment("comment:1", home.issue_number, body("before"))
    request = Request()
    update_comment(request, comment["node_id"], "after")
    home.town.fault("POST", "/graphql", fault, nth=[1])
    with pytest.raises(OutcomeUnknown):
        effects.show(request.document, request.variables)
    effects.show(request.document, request.variables)
    assert [each["body"] for each in home.comments()] == ["after"]
