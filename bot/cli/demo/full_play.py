"""The people's part of `baton demo --full`: they say no, ask for more, get in the way, and mend what they broke."""

from __future__ import annotations

from typing import Any

from bot.cli.demo.plain_play import is_ready, merge_until_closed, plan_is_shown, red_of
from bot.cli.demo.scene import Scene
from bot.cli.demo.telling import Telling

SPECIFICATION = "docs/openapi.yaml"
HEADER = "frontend/src/App.tsx"
BOARDS = "backend/app/boards/service.py"
NOT_FOUND = 'NotFound("There is no such board, or you are not on it.")'
NOT_ALLOWED = 'NotAllowed("You are not on this board.")'

REFUSAL = "Only people with write permission"
WISH = (
    "/revise Live delivery is what this is about: make it a critical flow, and test it from end to end over a "
    "running server."
)
ABOUT_LIMIT = "A limit of what? Its neighbours say what they are."
ABOUT_BEFORE = "Why not `offset`, as most lists have it?"


def play_in_full(scene: Scene, telling: Telling) -> None:
    """One feature, with a refusal, a revised plan, a question, a red base, a review, a red check and a conflict."""
    an_outsider_is_refused(scene, telling)
    the_plan_is_revised(scene, telling)
    a_question_is_answered(scene, telling)
    the_base_turns_red_once(scene, telling)
    a_review_is_answered(scene, telling)
    a_red_check_is_mended(scene, telling)
    a_conflict_is_settled(scene, telling)
    telling.explains("Nobody wants anything of the rest: what is green is merged.")
    merge_until_closed(scene, telling)


def an_outsider_is_refused(scene: Scene, telling: Telling) -> None:
    telling.explains("Mara, who maintains the repository, adds the label: Baton shows a plan.")
    scene.mara.labels(scene.issue)
    telling.until(lambda: plan_is_shown(scene), "the plan is shown")
    telling.explains("Otto may only read here. He tries to approve: he must be refused, and told why.")
    scene.otto.comments(scene.issue, "/approve")
    telling.quotes(said_by_baton(scene, telling, REFUSAL, "Baton has refused the outsider"))


def the_plan_is_revised(scene: Scene, telling: Telling) -> None:
    telling.explains(
        "Mara misses the end-to-end test of the live delivery. She wants another plan and approves only that."
    )
    scene.mara.comments(scene.issue, WISH)
    said_by_baton(scene, telling, "- v2, waiting for approval", "the second plan is shown")
    scene.mara.comments(scene.issue, "/approve v2")


def a_question_is_answered(scene: Scene, telling: Telling) -> None:
    asked = said_by_baton(scene, telling, "supabase-architect asks:", "the agent has asked")
    telling.explains("The agent needs a decision that no document contains. Mara takes the first option.")
    telling.quotes(asked)
    scene.mara.comments(scene.issue, "/proceed 1")


def the_base_turns_red_once(scene: Scene, telling: Telling) -> None:
    pull = opened(scene, telling, "database")
    ready(scene, telling, pull)
    telling.explains(
        "While the schema is reviewed, Mara pushes a quick change straight to main. It breaks a test, and nobody "
        "notices before Tomás merges: main turns red. Nothing may be built on that."
    )
    message = "Say plainly that somebody is not on a board"
    scene.mara.changes_file(BOARDS, NOT_FOUND, NOT_ALLOWED, message)
    scene.tomas.merges(pull)
    telling.quotes(said_by_baton(scene, telling, "is red on main", "Baton says that main is red"))
    telling.explains(
        "Mara mends main. Nobody needs to tell Baton: the next green commit frees the next stage."
    )
    message = "Answer 404 again for a board that is not theirs to see"
    scene.mara.changes_file(BOARDS, NOT_ALLOWED, NOT_FOUND, message)


def a_review_is_answered(scene: Scene, telling: Telling) -> None:
    pull = opened(scene, telling, "api")
    telling.explains(
        "Tomás reviews the specification: two comments on lines, changes requested. The agent must answer both, "
        "with a change or with a reason, in one commit."
    )
    lines = scene.tomas.reads_text(SPECIFICATION, head_of(scene, pull)).splitlines()
    on_lines = [
        (SPECIFICATION, lines.index(f"        - name: {name}") + 1, words)
        for name, words in (("limit", ABOUT_LIMIT), ("before", ABOUT_BEFORE))
    ]
    scene.tomas.reviews(pull, "REQUEST_CHANGES", "", *on_lines)
    telling.until(
        lambda: all(thread_is_answered(thread) for thread in scene.tomas.reads_threads(pull)),
        "both threads are answered",
    )
    for thread in scene.tomas.reads_threads(pull):
        telling.quotes(thread["comments"]["nodes"][-1]["body"])
    telling.until(lambda: asked_again(scene, pull), "Tomás is asked to look again")
    telling.explains("Both answers are good: Tomás resolves his threads, approves and merges.")
    for thread in scene.tomas.reads_threads(pull):
        scene.tomas.resolves(thread["id"])
    scene.tomas.reviews(pull, "APPROVE", "Thank you, both are settled.")
    ready(scene, telling, pull)
    scene.tomas.merges(pull)


def a_red_check_is_mended(scene: Scene, telling: Telling) -> None:
    pull = opened(scene, telling, "backend")
    first = head_of(scene, pull)
    telling.until(lambda: is_red(scene, first), "CI has ended red")
    telling.explains(
        "The agent has forgotten a line, and the repository's own tests are red. It gets the end of the log and "
        "mends it; nobody else does anything."
    )
    telling.until(lambda: head_of(scene, pull) != first, "the agent has pushed a commit")
    ready(scene, telling, pull)
    scene.tomas.merges(pull)


def a_conflict_is_settled(scene: Scene, telling: Telling) -> None:
    pull = opened(scene, telling, "frontend")
    first = head_of(scene, pull)
    telling.explains(
        "Mara changes the header on main, in the lines that the open pull request changes too: they conflict. "
        "The agent gets both sides and settles it, as a merge of main into its branch."
    )
    scene.mara.changes_file(HEADER, "<h1>", "<h1 title={board?.name}>", "Show a long board name whole")
    telling.until(lambda: head_of(scene, pull) != first, "the conflict is settled")
    ready(scene, telling, pull)
    scene.tomas.merges(pull)


# --- what people look at --------------------------------------------------------------------------


def said_by_baton(scene: Scene, telling: Telling, text: str, what: str) -> str:
    """The comment of Baton's on the issue that says this, once it is there."""
    telling.until(lambda: bool(comments_with(scene, text)), what)
    return comments_with(scene, text)[-1]


def comments_with(scene: Scene, text: str) -> list[str]:
    found = scene.mara.reads_comments(scene.issue)
    return [each["body"] for each in found if each["user"]["type"] == "Bot" and text in each["body"]]


def opened(scene: Scene, telling: Telling, kind: str) -> int:
    """The number of this stage's pull request, once it is open."""

    def numbers() -> list[int]:
        pulls = scene.tomas.reads_pull_requests()
        return [pull["number"] for pull in pulls if pull["head"]["ref"].endswith(f"-{kind}")]

    telling.until(lambda: bool(numbers()), f"the pull request of the {kind} stage is open")
    return numbers()[0]


def ready(scene: Scene, telling: Telling, pull: int) -> None:
    telling.until(lambda: is_ready(scene, pull_request(scene, pull)), f"#{pull} is green")


def pull_request(scene: Scene, number: int) -> dict[str, Any]:
    found: dict[str, Any] = scene.tomas.asks("GET", f"/pulls/{number}")
    return found


def head_of(scene: Scene, pull: int) -> str:
    return str(pull_request(scene, pull)["head"]["sha"])


def is_red(scene: Scene, sha: str) -> bool:
    return any(red_of(scene.tomas.reads_checks(sha)))


def thread_is_answered(thread: dict[str, Any]) -> bool:
    return len(thread["comments"]["nodes"]) > 1


def asked_again(scene: Scene, pull: int) -> bool:
    asked = pull_request(scene, pull)["requested_reviewers"]
    return scene.tomas.login in [each["login"] for each in asked]
