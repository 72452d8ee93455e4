"""A write that is refused leaves everything as it was: nothing of it is done, nothing of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.playground.github.town import Town

LONG = "x" * 65_537
LINE = {"path": "src/a.txt", "line": 2}
NOTICE = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "look"}
OUTPUT = {"title": "t", "summary": "s"}
MANY = {**OUTPUT, "annotations": [NOTICE] * 51}
SHA = {"head_sha": "{sha}"}
RULE = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "ci"}]}}

# Every kind of write, each with something right in it and something that is refused.
PEOPLES: tuple[tuple[str, Any], ...] = (
    ("POST /issues", {"title": "", "labels": ["new"]}),
    ("POST /issues", {"title": "New", "body": LONG, "labels": ["new"]}),
    ("POST /issues", {"title": "New", "labels": ["new", "x" * 51]}),
    ("PATCH /issues/1", {"title": "Other", "body": LONG}),
    ("PATCH /issues/1", {"title": "Other", "body": "other", "state": "bogus"}),
    ("PATCH /issues/1", {"title": "Other", "labels": ["new", " "]}),
    ("PATCH /issues/1", {"title": "Other", "labels": ["new"], "assignees": ["nobody"]}),
    ("PATCH /issues/1", {"labels": ["new"], "assignees": [5]}),
    ("PATCH /issues/3", {"title": "Other", "state": "open"}),
    ("PUT /issues/1/lock", {"lock_reason": "bogus"}),
    ("POST /issues/1/labels", {"labels": ["new", "x" * 51]}),
    ("PUT /issues/1/labels", {"labels": ["new", ""]}),
    ("POST /issues/1/comments", {"body": LONG}),
    ("PATCH /issues/comments/{comment}", {"body": " "}),
    ("POST /issues/1/reactions", {"content": "applause"}),
    ("POST /labels", {"name": "new", "color": "zzzzzz"}),
    ("POST /labels", {"name": "new", "color": "#ff0000"}),
    ("PATCH /labels/bug", {"new_name": "insect", "color": "red"}),
    ("PATCH /labels/bug", {"new_name": "insect", "color": "ff0000", "description": "x" * 101}),
    ("PATCH /labels/bug", {"new_name": "baton", "color": "ff0000"}),
    ("POST /pulls", {"title": "", "head": "fourth", "base": "main"}),
    ("POST /pulls", {"title": "New", "head": "fourth", "base": "nope"}),
    ("PATCH /pulls/2", {"title": "Other", "base": "nope"}),
    ("PATCH /pulls/2", {"title": "Other", "base": "fourth", "state": "bogus"}),
    ("PATCH /pulls/2", {"title": "Other", "body": LONG, "state": "closed"}),
    ("PATCH /pulls/3", {"title": "Other", "state": "open"}),
    ("PUT /pulls/2/merge", {"merge_method": "bogus"}),
    ("PUT /pulls/2/merge", {"sha": "0" * 40}),
    ("PUT /pulls/2/update-branch", {"expected_head_sha": "0" * 40}),
    ("POST /pulls/2/requested_reviewers", {"reviewers": ["tomas", "nobody"]}),
    ("POST /pulls/2/requested_reviewers", {"reviewers": ["tomas"], "team_reviewers": ["team"]}),
    ("POST /pulls/2/requested_reviewers", {"team_reviewers": ["team"]}),
    ("POST /pulls/2/requested_reviewers", {}),
    ("POST /pulls/2/reviews", {"event": "REQUEST_CHANGES", "body": "hm", "comments": [{**LINE, "body": " "}]}),
    ("POST /pulls/2/reviews", {"event": "COMMENT", "comments": [{**LINE, "body": "x"}, {**LINE, "body": LONG}]}),
    ("POST /pulls/2/reviews", {"comments": [{**LINE, "body": " "}]}),
    ("POST /pulls/2/reviews", {"event": "APPROVE", "body": LONG}),
    ("POST /pulls/2/reviews/{pending}/events", {"event": "BOGUS", "body": "x"}),
    ("PUT /pulls/2/reviews/{review}/dismissals", {"message": " "}),
    ("POST /pulls/2/comments", {**LINE, "commit_id": "{sha}", "body": " "}),
    ("POST /pulls/2/comments", {**LINE, "commit_id": "{sha}", "body": LONG}),
    ("POST /pulls/2/comments/{line}/replies", {"body": " "}),
    ("POST /pulls/2/comments/{line}/replies", {"body": LONG}),
    ("PATCH /pulls/comments/{line}", {"body": " "}),
    ("POST /statuses/{sha}", {"state": "bogus", "context": "ci"}),
    ("POST /statuses/{sha}", {"state": "success", "context": "ci", "description": "x" * 141}),
    ("POST /git/refs", {"ref": "refs/heads/fifth", "sha": "0" * 40}),
    ("PATCH /git/refs/heads/topic", {"sha": "0" * 40}),
    ("DELETE /git/refs/heads/main", None),
    ("PUT /contents/new.txt", {"content": "eA=="}),
    ("PUT /contents/src/a.txt", {"content": "eA==", "message": "m", "sha": "0" * 40}),
    ("POST /merges", {"base": "main", "head": "nope"}),
    ("POST /branches/topic/rename", {"new_name": "fourth"}),
    ("PUT /branches/main/protection", {"required_status_checks": {"contexts": "x"}}),
    ("PUT /collaborators/otto", {"permission": "king"}),
    ("POST /rulesets", {"name": "R", "enforcement": "bogus", "rules": [RULE]}),
    ("PUT /rulesets/{ruleset}", {"name": "Other", "enforcement": "bogus", "rules": [RULE]}),
    ("PUT /rulesets/{ruleset}", {"name": "Other", "rules": [{"type": "bogus"}]}),
    ("PATCH ", {"description": "Other", "default_branch": "nope"}),
    ("PATCH ", {"name": "other", "default_branch": "nope", "archived": True}),
)  # fmt: skip
APPS: tuple[tuple[str, Any], ...] = (
    ("POST /check-runs", {**SHA, "name": " "}),
    ("POST /check-runs", {**SHA, "name": "new", "conclusion": "success", "output": MANY}),
    ("POST /check-runs", {**SHA, "name": "new", "conclusion": "bogus"}),
    ("POST /check-runs", {**SHA, "name": "new", "conclusion": "stale"}),
    ("POST /check-runs", {**SHA, "name": "new", "status": "bogus"}),
    ("POST /check-runs", {**SHA, "name": "new", "status": "completed"}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {"summary": "s"}}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {**OUTPUT, "annotations": "no"}}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {**OUTPUT, "annotations": ["no"]}}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {**OUTPUT, "annotations": [{**NOTICE, "start_line": "q"}]}}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {**OUTPUT, "annotations": [{**NOTICE, "title": 5}]}}),
    ("POST /check-runs", {**SHA, "name": "new", "output": {"title": 5, "summary": ["s"]}}),
    ("POST /check-suites", {"head_sha": "0" * 40}),
    ("PATCH /check-runs/{run}", {"name": "other", "output": MANY}),
    ("PATCH /check-runs/{run}", {"name": "other", "conclusion": "stale"}),
    ("PATCH /check-runs/{run}", {"name": "other", "output": {"title": "t"}}),
)  # fmt: skip
SEEN = (
    "",
    "/issues?state=all",
    "/issues/events",
    "/issues/1/comments",
    "/pulls?state=all",
    "/pulls/2/reviews",
    "/pulls/2/comments",
    "/pulls/2/requested_reviewers",
    "/labels",
    "/collaborators",
    "/git/matching-refs/heads",
    "/rulesets",
    "/rulesets/{ruleset}",
    "/commits/{sha}/check-runs",
    "/commits/{sha}/check-suites",
    "/commits/{other}/check-suites",
    "/commits/{sha}/statuses",
)


def furnish(town: Town) -> dict[str, Any]:
    """Something of everything, and its ids: an open pull request, a closed one without its branch."""
    bot, mara = town.bot(), town.maintainer
    mara.post("/labels", {"name": "baton", "color": "ededed"})
    town.pull(bot, "topic", {"src/a.txt": "one\nTWO\nthree\nfour\nfive\n"})
    town.pull(bot, "gone", {"gone.txt": "x\n"})
    mara.delete("/git/refs/heads/gone")
    other = town.branch(mara, "fourth", {"fourth.txt": "x\n"})
    approving = town.person("reviewer").post("/pulls/2/reviews", {"event": "APPROVE"})
    sha = town.sha("topic")
    return {
        "sha": sha,
        "other": other,
        "comment": mara.post("/issues/1/comments", {"body": "said"})["id"],
        "line": mara.post("/pulls/2/comments", {**LINE, "body": "why?", "commit_id": sha})["id"],
        "pending": mara.post("/pulls/2/reviews", {"comments": [{**LINE, "body": "hm"}]})["id"],
        "review": approving["id"],
        "ruleset": mara.post("/rulesets", {"name": "Rules", "enforcement": "disabled", "rules": []})["id"],
        "run": bot.post("/check-runs", {"name": "gate", "head_sha": town.sha("topic")})["id"],
    }


def state_of(town: Town, ids: Mapping[str, Any]) -> tuple[object, ...]:
    """What people see, what there is, what was told."""
    assert town.playground.site.deliveries.idle(20)
    hub = town.playground.hub
    seen = [town.maintainer.get(path.format_map(ids)) for path in SEEN]
    return seen, hub.version, set(hub.nodes), len(hub.happenings), set(town.playground.site.deliveries.log)


def filled(value: Any, ids: Mapping[str, Any]) -> Any:
    return {name: ids["sha"] if each == "{sha}" else each for name, each in (value or {}).items()}


def test_a_refused_write_leaves_everything_as_it_was(town: Town) -> None:
    ids = furnish(town)
    before = state_of(town, ids)
    for who, writes in ((town.maintainer, PEOPLES), (town.bot(), APPS)):
        for write, body in writes:
            method, _, path = write.partition(" ")
            answer = who.ask(method, path.format_map(ids), filled(body, ids))
            assert 400 <= answer.status_code < 500, (write, str(body)[:200], answer.text)
            assert answer.json()["message"]
            assert state_of(town, ids) == before, (write, str(body)[:200], answer.text)
    page = town.client(None).http.get("/acme/small/pull/2", headers={"Accept": "text/html"})
    assert page.status_code == 200
