"""An open pull request gets what it still needs: on the real playground, one look at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.crew.endings import Finished, Reviewed, ReviewFinding
from bot.engine import tables
from bot.playground.acts.comments import create_comment
from tests.engine.lives import (
    SHORT,
    Crash,
    Life,
    MortalDatabase,
    QuickDatabase,
    Written,
    begun,
    finished,
    planned,
)
from tests.github.homes import Home

DOCKER = "FROM scratch\n"
BRANCH = "baton/1-notifications/1-devops"


def answering(files: dict[str, str | None], **answers: str) -> Written:
    words = {number.removeprefix("remark"): text for number, text in answers.items()}
    return Finished("Pinned the image.", (), (), tuple(files), words), files


@pytest.fixture
def life(home: Home, tmp_path: Path) -> Iterator[Life]:
    found = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    yield found
    found.close()


def opened(life: Life) -> int:
    """Its first pull request waits for a person."""
    life.home.label()
    for _ in range(12):
        if life.state == "in_review":
            return 2
        life.do_peoples_part()
        life.look()
        life.clock.forward(5)
    raise AssertionError(life.waiting_for)


def settled(life: Life, sentence: str, looks: int = 12) -> None:
    """Look until the story stands at this."""
    for _ in range(looks):
        if sentence in life.look():
            return
        life.clock.forward(61)
    raise AssertionError(f"It stands at: {life.waiting_for}\n{life.moves}")


def review(home: Home, number: int, body: str, *lines: str, by: str = "reviewer") -> None:
    comments = [{"path": "Dockerfile", "line": 1, "side": "RIGHT", "body": line} for line in lines]
    home.person(by).post(
        f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": body, "comments": comments}
    )


def replies(home: Home, number: int) -> list[str]:
    said = home.maintainer.get(f"/pulls/{number}/comments?per_page=100")
    return [each["body"].partition("\n")[2] for each in said if each["user"]["type"] == "Bot"]


def test_a_review_is_answered_by_one_commit_and_one_reply_each(life: Life) -> None:
    home = life.home
    life.script["devops/answer"] = answering(
        {"Dockerfile": "FROM scratch@sha256:1\n"},
        remark1="It is pinned now.",
        remark2="No: there is no shell in it.",
    )
    number = opened(life)
    before = home.sha(BRANCH)
    review(home, number, "Please be careful.", "Pin this.", "Add a shell.")
    settled(life, "resolve what is settled, then merge it")
    head = home.sha(BRANCH)
    commits = home.maintainer.get(f"/pulls/{number}/commits")
    assert [each["sha"] for each in commits] == [before, head]
    assert commits[1]["commit"]["message"].startswith("Revise the devops stage as its review asks\n")
    assert sorted(replies(home, number)) == [
        f"It is pinned now.\n\nThe revision for this review is {head}. Resolve the thread if that settles it, or write here what is still missing.\n",
        (
            "No: there is no shell in it.\n\n"
            f"The revision for this review is {head}. Resolve the thread if that settles it, or write here what is still missing.\n"
        ),
    ]
    (answered,) = [each["body"] for each in home.comments(number) if "Please be careful" in each["body"]]
    assert answered.partition("\n")[2] == (
        "> Please be careful.\n\nPinned the image.\n\n"
        f"The revision for this review is {head}. If something is still missing, write another review.\n"
    )
    assert [each.login for each in home.pull(number).requested_reviewers] == ["tomas"]
    assert home.repository.git.run("show", f"{head}:Dockerfile") == b"FROM scratch@sha256:1\n"
    life.until("completed")


def test_a_review_is_answered_once_however_often_the_process_dies(home: Home, tmp_path: Path) -> None:
    database = MortalDatabase(f"sqlite:///{tmp_path / 'baton.db'}")
    database.is_mortal = False
    life = begun(home, database, tmp_path)
    life.script["devops/answer"] = answering({"Dockerfile": "FROM scratch@sha256:1\n"})
    number = opened(life)
    review(home, number, "Please be careful.", "Pin this.", "Add a shell.")
    database.is_mortal = True
    for _ in range(90):
        try:
            if "resolve what is settled, then merge it" in life.look():
                break
            life.clock.forward(61)
        except Crash:
            life.after_a_crash()
    assert len(database.deaths) > 20
    assert len(home.maintainer.get(f"/pulls/{number}/commits")) == 2
    assert len(replies(home, number)) == 2
    said = [each["body"] for each in home.comments(number)]
    assert sum("Please be careful" in body for body in said) == 1
    life.close()


def test_a_persons_commit_on_the_branch_is_kept(life: Life) -> None:
    """P5: the agent works on top of it."""
    home = life.home
    life.script["devops/answer"] = answering({"Dockerfile": "FROM scratch@sha256:1\n"})
    number = opened(life)
    life.runs.holding.add("devops/answer")
    review(home, number, "", "Pin this.")
    life.clock.forward(61)
    settled(life, "devops-engineer is at work.")
    mine = home.reviewer.put(
        "/contents/NOTES.md", {"message": "Mine", "content": "bWluZQ==", "branch": BRANCH}
    )["commit"]["sha"]
    life.runs.holding.clear()
    settled(life, "resolve what is settled, then merge it")
    shas = [each["sha"] for each in home.maintainer.get(f"/pulls/{number}/commits")]
    assert shas.index(mine) == 1 and len(shas) == 3


def test_a_conflict_is_settled_by_a_merge_of_base_and_nothing_is_forced(life: Life) -> None:
    """P13."""
    home = life.home
    life.script["devops/resolve"] = finished({"Dockerfile": "FROM scratch\n# both\n"})
    number = opened(life)
    before = home.sha(BRANCH)
    home.reviewer.put(
        "/contents/Dockerfile", {"message": "Theirs", "content": "RlJPTSBkZWJpYW4K", "branch": "main"}
    )
    life.look()  # GitHub computes only now whether it can be merged
    settled(life, "ready: review and merge it")
    head = home.sha(BRANCH)
    made = home.maintainer.get(f"/git/commits/{head}")
    assert [each["sha"] for each in made["parents"]] == [before, home.sha("main")]
    assert made["message"].startswith("Merge main and settle what conflicts\n")
    assert home.repository.git.run("show", f"{head}:Dockerfile") == b"FROM scratch\n# both\n"
    assert [file["filename"] for file in home.maintainer.get(f"/pulls/{number}/files")] == ["Dockerfile"]
    life.until("completed")


def fails(home: Home, sha: str, state: str = "failure") -> None:
    home.maintainer.post(f"/statuses/{sha}", {"state": state, "context": "lint"})


def test_red_is_mended_and_after_two_tries_asked_about(life: Life) -> None:
    home = life.home
    tries = iter("12345")
    life.script["devops/mend"] = finished({"Dockerfile": f"FROM scratch\n# {next(tries)}\n"})
    number = opened(life)
    fails(home, home.sha(BRANCH))
    settled(life, "ready: review and merge it", looks=3)
    fails(home, home.sha(BRANCH))
    life.script["devops/mend"] = finished({"Dockerfile": f"FROM scratch\n# {next(tries)}\n"})
    settled(life, "ready: review and merge it", looks=3)
    fails(home, home.sha(BRANCH))
    settled(life, "has tried 2 times.", looks=2)
    assert len(home.maintainer.get(f"/pulls/{number}/commits")) == 3
    home.say("/proceed 1", by="reviewer")
    life.script["devops/mend"] = finished({"Dockerfile": f"FROM scratch\n# {next(tries)}\n"})
    settled(life, "ready: review and merge it", looks=3)
    assert len(home.maintainer.get(f"/pulls/{number}/commits")) == 4
    life.until("completed")


def test_the_stage_gate_takes_what_the_agent_whose_fault_it_was_has_mended(life: Life) -> None:
    """R046: it is the test-engineer's file, on the branch of another agent's stage."""
    number = opened(life)
    life.script["devops/mend"] = finished({})
    life.runs.holding.add("devops/mend")
    fails(life.home, life.home.sha(BRANCH))
    for mended in ({}, {"tests/test_image.py": "def test_it() -> None:\n    assert True\n"}):
        settled(life, " is at work.")
        life.script["devops/mend"] = finished(mended)
        life.runs.complete(life.runs.started[-1], life.feature_id)
    settled(life, "is ready: review and merge it.")
    assert [row.agent for row in life.rows(tables.run) if "mend" in row.chapter] == [
        "devops-engineer",
        "test-engineer",
    ]
    head = life.home.pull(number).head_sha
    assert head == life.home.sha(BRANCH)
    (gate,) = life.home.maintainer.get(f"/commits/{head}/check-runs?check_name=Baton / stage gate")[
        "check_runs"
    ]
    assert gate["conclusion"] == "success"
    told = "tests/test_image.py is test-engineer's, which mended it here because a check was red."
    assert told in gate["output"]["summary"]


def test_what_the_agent_does_to_files_of_others_on_the_branch_is_not_pushed(life: Life) -> None:
    life.script["devops/mend"] = finished({"README.md": "# Not mine\n"})
    number = opened(life)
    before = life.home.sha(BRANCH)
    fails(life.home, before)
    settled(life, "its change was refused.")
    assert life.home.sha(BRANCH) == before
    assert "README.md" in life.waiting_for and number == 2


def test_retry_works_once_more_on_top_of_the_branch(life: Life) -> None:
    life.script["devops/again"] = finished({"Dockerfile": "FROM scratch\n# again\n"})
    number = opened(life)
    life.home.say("/retry", by="reviewer")
    settled(life, "ready: review and merge it", looks=3)
    assert len(life.home.maintainer.get(f"/pulls/{number}/commits")) == 2
    settled(life, "ready: review and merge it", looks=2)
    assert len(life.home.maintainer.get(f"/pulls/{number}/commits")) == 2


def test_what_the_reviewer_wants_changed_is_mended_by_its_owner_and_judged_again(life: Life) -> None:
    """R049: a pull request of the owning agent, then a new verdict."""
    finding = ReviewFinding("Dockerfile", 1, "major", "Pin the image.")
    life.script["plan"] = planned(SHORT)
    life.script["verdict/1"] = (Reviewed("changes", (finding,)), {})
    life.script["devops-fix1.1"] = finished({"Dockerfile": "FROM scratch@sha256:1\n"})
    life.complete()
    issues: dict[int, Any] = life.home.repository.issues
    titles = [each.title for number, each in sorted(issues.items()) if number > 1]
    assert titles == [
        "Notifications: A container (1/2)",
        "Notifications: Mend what the review found in DevOps (1/2)",
        "Notifications: Review (2/2)",
    ]
    assert life.home.pull(3).head_ref == f"{BRANCH}-2"
    assert life.home.repository.git.run("show", "main:Dockerfile") == b"FROM scratch@sha256:1\n"
    starts = [each.chapter for each in life.rows(tables.run)]
    assert starts == ["plan/1", "devops/1", "verdict/1/1", "devops-fix1.1/1", "verdict/1/2"]


def test_a_comment_that_stands_there_twice_is_there_once_again(life: Life) -> None:
    """R5: the older one stays, which people may have answered."""
    opened(life)
    home, hub = life.home, life.home.town.playground.hub
    before = home.comments()
    (plan,) = [each for each in home.issue.comments if '"kind":"plan"' in each.body]
    with hub.lock:
        create_comment(hub, home.issue, plan.author, plan.body.replace('"revision":1', '"revision":2', 1))
    life.look()
    assert [each["id"] for each in home.comments()] == [each["id"] for each in before]


def test_what_stands_on_the_branch_already_is_answered_without_a_commit(life: Life) -> None:
    """GitHub makes no tree of nothing; what an agent writes anew word for word is no change."""
    home = life.home
    life.script["devops/answer"] = finished({"Dockerfile": DOCKER})
    number = opened(life)
    review(home, number, "", "Pin this.")
    settled(life, "resolve what is settled, then merge it")
    assert len(home.maintainer.get(f"/pulls/{number}/commits")) == 1
    assert len(replies(home, number)) == 1


def test_a_conflict_that_is_settled_for_base_is_a_merge_without_a_change(life: Life) -> None:
    home = life.home
    theirs = "FROM debian\n"
    life.script["devops/resolve"] = finished({"Dockerfile": theirs})
    number = opened(life)
    home.reviewer.put(
        "/contents/Dockerfile", {"message": "Theirs", "content": "RlJPTSBkZWJpYW4K", "branch": "main"}
    )
    life.look()
    settled(life, "ready: review and merge it")
    assert home.maintainer.get(f"/pulls/{number}/files") == []


def test_a_push_that_github_refuses_is_said_and_no_agent_is_paid_for_it_again(life: Life) -> None:
    """A ruleset may forbid it: that is no push of somebody else, after which the work would be done anew."""
    home = life.home
    life.script["devops/answer"] = answering({"Dockerfile": "FROM scratch@sha256:1\n"})
    number = opened(life)
    review(home, number, "", "Pin this.")
    home.town.fault("PATCH", f"/repos/{home.full_name}/git/refs/*", "error_before", status=422)
    settled(life, "Look on GitHub at what stands in the way", looks=4)
    assert sum(each.chapter == "devops/1/answer" for each in life.rows(tables.run)) == 1
    home.town.calm()
    settled(life, "resolve what is settled, then merge it")
    assert len(home.maintainer.get(f"/pulls/{number}/commits")) == 2
