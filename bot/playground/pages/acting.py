"""What the forms of the pages do, each as the same request that the person could make by the API."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from bot.playground.acts import merge_queue, refs
from bot.playground.acts.reviews import add_draft
from bot.playground.github.asking import Answer
from bot.playground.pages.diffs import pending_of
from bot.playground.pages.layout import address, back, redirect
from bot.playground.pages.places import Room
from bot.playground.pages.visiting import Visit
from bot.playground.refusals import not_found
from bot.playground.state import Draft, Thread

places = Room()
HOME = "/{owner}/{repo}"
ISSUE = f"{HOME}/issues/{{number#}}"
PULL = f"{HOME}/pull/{{number#}}"


# -- issues, and what pull requests share with them
@places.post(f"{HOME}/issues")
def open_issue(visit: Visit) -> Answer:
    made = visit.does(
        "POST", f"{visit.api}/issues",
        {"title": visit.said("title"), "body": visit.said("body"), "labels": labels_said(visit)},
    )  # fmt: skip
    return redirect(f"{address(visit.repository)}/issues/{made['number']}")


@places.post(f"{ISSUE}/comments")
def comment(visit: Visit) -> Answer:
    """Comments, closes or reopens, or both: the button says which."""
    issue, text, button = visit.issue, visit.said("body"), visit.said("button")
    here = f"{visit.api}/issues/{issue.number}"
    anchor = ""
    if text.strip() or button == "comment":
        anchor = f"#issuecomment-{visit.does('POST', f'{here}/comments', {'body': text})['id']}"
    if button in ("completed", "not_planned", "duplicate"):
        visit.does("PATCH", here, {"state": "closed", "state_reason": button})
    elif button == "reopen":
        visit.does("PATCH", here, {"state": "open"})
    return redirect(f"{address(issue)}{anchor}")


@places.post(f"{ISSUE}/edit")
def edit(visit: Visit) -> Answer:
    given = {name: visit.said(name) for name in ("title", "body") if name in visit.form}
    visit.does("PATCH", f"{visit.api}/issues/{visit.issue.number}", given)
    return redirect(address(visit.issue))


@places.post(f"{ISSUE}/labels")
def set_labels(visit: Visit) -> Answer:
    """The boxes that are ticked, and a new one where its name was typed; what did not change is not touched."""
    issue = visit.issue
    wished = labels_said(visit)
    here = f"{visit.api}/issues/{issue.number}/labels"
    had = [each.name for each in issue.labels]
    added = [name for name in wished if name.lower() not in [each.lower() for each in had]]
    if added:
        visit.does("POST", here, {"labels": added})
    for name in had:
        if name.lower() not in [each.lower() for each in wished]:
            visit.does("DELETE", f"{here}/{quote(name, safe='')}")
    return redirect(address(issue))


def labels_said(visit: Visit) -> list[str]:
    new = visit.said("new_label").strip()
    return [*visit.form.get("label", []), *([new] if new else [])]


@places.post(f"{ISSUE}/assignees")
def assign(visit: Visit) -> Answer:
    wished = visit.form.get("assignee", [])
    visit.does("PATCH", f"{visit.api}/issues/{visit.issue.number}", {"assignees": wished})
    return redirect(address(visit.issue))


@places.post(f"{ISSUE}/lock")
def lock(visit: Visit) -> Answer:
    visit.does("DELETE" if visit.issue.locked else "PUT", f"{visit.api}/issues/{visit.issue.number}/lock")
    return redirect(address(visit.issue))


REACTED = {
    "issue": "issues/{}", "comment": "issues/comments/{}", "review_comment": "pulls/comments/{}"
}  # fmt: skip


@places.post(f"{ISSUE}/reactions")
def react(visit: Visit) -> Answer:
    """Adds the reaction, or takes one's own away."""
    template, number = REACTED.get(visit.said("kind")), visit.number("id")
    if template is None or number is None:
        raise not_found()
    where = f"{visit.api}/{template.format(number)}/reactions"
    content = visit.said("content")
    mine = [
        each
        for each in visit.does("GET", where)
        if each["content"] == content and each["user"]["login"] == visit.person.user.login
    ]
    if mine:
        visit.does("DELETE", f"{where}/{mine[0]['id']}")
    else:
        visit.does("POST", where, {"content": content})
    return redirect(back(visit))


@places.post(f"{HOME}/comments/{{kind}}/{{id#}}")
def change_comment(visit: Visit) -> Answer:
    """Edits or deletes a comment of an issue or on a line."""
    template = {"issue": "issues/comments/{}", "line": "pulls/comments/{}"}.get(visit.names["kind"])
    if template is None:
        raise not_found()
    where = f"{visit.api}/{template.format(visit.names['id'])}"
    if visit.said("button") == "delete":
        visit.does("DELETE", where)
    else:
        visit.does("PATCH", where, {"body": visit.said("body")})
    return redirect(back(visit))


# -- pull requests
@places.post(f"{HOME}/pulls")
def open_pull(visit: Visit) -> Answer:
    given = {name: visit.said(name) for name in ("title", "body", "head", "base")}
    made = visit.does("POST", f"{visit.api}/pulls", {**given, "draft": bool(visit.said("draft"))})
    return redirect(f"{address(visit.repository)}/pull/{made['number']}")


@places.post(f"{PULL}/merge")
def merge(visit: Visit) -> Answer:
    given = {"merge_method": visit.said("method") or "merge", "sha": visit.said("sha") or None}
    visit.does("PUT", f"{visit.api}/pulls/{visit.pull.number}/merge", given)
    return redirect(f"{address(visit.issue)}#merged")


@places.post(f"{PULL}/queue")
def queue(visit: Visit) -> Answer:
    """Into the merge queue, or out of it."""
    visit.caller.needs(visit.repository, "write", "contents", role="write")
    act = merge_queue.dequeue if merge_queue.entry_of(visit.pull) is not None else merge_queue.enqueue
    act(visit.hub, visit.pull, visit.person.user)
    return redirect(address(visit.issue))


@places.post(f"{PULL}/update-branch")
def update_branch(visit: Visit) -> Answer:
    visit.does("PUT", f"{visit.api}/pulls/{visit.pull.number}/update-branch")
    return redirect(address(visit.issue))


@places.post(f"{PULL}/delete-branch")
def delete_branch(visit: Visit) -> Answer:
    ref = quote(refs.HEADS.removeprefix("refs/") + visit.pull.head_ref)
    visit.does("DELETE", f"{visit.api}/git/refs/{ref}")
    return redirect(address(visit.issue))


@places.post(f"{PULL}/draft")
def draft(visit: Visit) -> Answer:
    act = "markPullRequestReadyForReview" if visit.pull.draft else "convertPullRequestToDraft"
    visit.mutates(act, pullRequestId=visit.pull.node_id)
    return redirect(address(visit.issue))


@places.post(f"{PULL}/reviewers")
def ask_for_review(visit: Visit) -> Answer:
    wished, here = (
        visit.form.get("reviewer", []),
        f"{visit.api}/pulls/{visit.pull.number}/requested_reviewers",
    )
    asked = [each.login for each in visit.pull.requested_reviewers]
    if new := [login for login in wished if login not in asked]:
        visit.does("POST", here, {"reviewers": new})
    if gone := [login for login in asked if login not in wished]:
        visit.does("DELETE", here, {"reviewers": gone})
    return redirect(address(visit.issue))


@places.post(f"{PULL}/reviews")
def review(visit: Visit) -> Answer:
    """Submits the review that was begun, or one without comments on lines."""
    pull, here = visit.pull, f"{visit.api}/pulls/{visit.pull.number}/reviews"
    said = {"event": visit.said("event") or "COMMENT", "body": visit.said("body")}
    begun = pending_of(pull, visit.person.user)
    path = f"{here}/{begun.id}/events" if begun is not None else here
    made = visit.does("POST", path, said)
    return redirect(f"{address(visit.issue)}#pullrequestreview-{made['id']}")


@places.post(f"{PULL}/comments")
def comment_on_line(visit: Visit) -> Answer:
    """A single comment, or one more of the review that is begun with it."""
    pull = visit.pull
    place = {"path": visit.said("path"), "line": visit.number("line"), "side": visit.said("side") or "RIGHT"}
    given = {**place, "body": visit.said("body")}
    files = f"{address(visit.issue)}/files"
    if visit.said("button") != "review":
        here = f"{visit.api}/pulls/{pull.number}/comments"
        made = visit.does("POST", here, {**given, "commit_id": pull.head_sha})
        return redirect(f"{files}#discussion_r{made['id']}")
    begun = pending_of(pull, visit.person.user)
    if begun is None:
        visit.does("POST", f"{visit.api}/pulls/{pull.number}/reviews", {"comments": [given]})
    else:
        side: Literal["LEFT", "RIGHT"] = "LEFT" if place["side"] == "LEFT" else "RIGHT"
        add_draft(visit.hub, begun, Draft(visit.said("path"), visit.said("body"), visit.number("line"), side))
    return redirect(f"{files}#pending")


@places.post(f"{PULL}/threads/{{thread#}}")
def answer_thread(visit: Visit) -> Answer:
    """Replies, resolves or opens a conversation again."""
    thread = the_thread(visit)
    button = visit.said("button")
    if visit.said("body").strip() or button == "reply":
        first = thread.comments[0].id
        where = f"{visit.api}/pulls/{visit.pull.number}/comments/{first}/replies"
        visit.does("POST", where, {"body": visit.said("body")})
    if button in ("resolve", "unresolve"):
        visit.mutates(f"{button}ReviewThread", threadId=thread.node_id)
    return redirect(back(visit))


@places.post(f"{PULL}/reviews/{{review#}}/dismiss")
def dismiss(visit: Visit) -> Answer:
    where = f"{visit.api}/pulls/{visit.pull.number}/reviews/{visit.names['review']}/dismissals"
    visit.does("PUT", where, {"message": visit.said("message") or "Dismissed."})
    return redirect(address(visit.issue))


# -- checks
@places.post(f"{HOME}/actions/runs/{{run#}}/rerun")
def rerun(visit: Visit) -> Answer:
    visit.does("POST", f"{visit.api}/actions/runs/{visit.names['run']}/rerun")
    return redirect(back(visit))


@places.post(f"{HOME}/runs/{{check#}}/rerequest")
def rerequest(visit: Visit) -> Answer:
    visit.does("POST", f"{visit.api}/check-runs/{visit.names['check']}/rerequest")
    return redirect(back(visit))


def the_thread(visit: Visit) -> Thread:
    number = int(visit.names["thread"])
    found = next((each for each in visit.pull.threads if each.id == number), None)
    if found is None:
        raise not_found()
    return found
