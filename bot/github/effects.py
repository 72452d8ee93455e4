"""Everything that Baton does on GitHub. Each effect has an identity, is journalled before it is tried, and exists once.

After an unknown outcome an effect is not tried again: it is settled, by looking whether it is there (hazard R5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from bot.facts.diff import EXECUTABLE, REGULAR, ChangedFile, FileStatus
from bot.github.connection import Connection
from bot.github.errors import GitHubError, Gone, OutcomeUnknown, Refused
from bot.ports import Journal
from bot.render.markers import read_marker
from bot.render.stage_gate import CheckRun

Result = Mapping[str, Any]
# What GraphQL will refuse again: the comment was deleted, or is not Baton's to change.
FOR_GOOD = frozenset({"NOT_FOUND", "FORBIDDEN", "UNPROCESSABLE"})


class BranchMoved(Exception):
    """The branch is not where it was when the work on top of it began: somebody pushed, or deleted it (P5, P7)."""


class BranchTaken(Exception):
    """A branch of the chosen name exists and is not ours: another name is needed (rule 12)."""


class NameBlocked(BranchTaken):
    """A branch stands where the name needs a folder: git lets nobody make `baton/x` beside `baton` (P4)."""


@dataclass(frozen=True)
class Permit:
    """What must be asked before each write: whether there is still time in the lease, and room in the budget.

    `before_write` gets the identity of what is about to be created, empty where nothing is.
    """

    before_write: Callable[[str], None] = lambda creates: None


class Effects:
    """The effects on one repository, on behalf of one feature."""

    def __init__(
        self,
        connection: Connection,
        full_name: str,
        journal: Journal,
        own_login: str,
        permit: Permit | None = None,
    ) -> None:
        self._connection = connection
        self._repo = f"/repos/{full_name}"
        self._owner = full_name.partition("/")[0]
        self._journal = journal
        self._own_login = f"{own_login}[bot]"
        self._permit = permit or Permit()
        self._sent = False

    # --- what can be ensured ---

    def ensure_comment(self, identity: str, number: int, body: str) -> Result:
        """One comment on an issue or pull request, found again by its marker. Gives `id`, `node_id`, `at`."""
        path = f"{self._repo}/issues/{number}/comments"
        arguments = {"kind": "comment", "number": number, "marker": read_marker(body)}
        return self._once(
            identity, arguments, lambda: _comment(self._write("POST", path, {"body": body}, identity))
        )

    def edit_comment(self, comment: int, body: str) -> str:
        """Make a comment of ours say this; GitHub's time of the write. Doing it again says the same."""
        path = f"{self._repo}/issues/comments/{comment}"
        return str(self._write("PATCH", path, {"body": body})["updated_at"])

    def ensure_comment_deleted(self, identity: str, comment: int) -> Result:
        """A comment of ours is not there any more, whoever deleted it."""

        def remove() -> Result:
            try:
                self._write("DELETE", f"{self._repo}/issues/comments/{comment}", {})
            except Gone:
                return {"gone": True}
            return {"deleted": True}

        return self._once(identity, {"kind": "state"}, remove)

    def ensure_commit(
        self,
        identity: str,
        parents: Sequence[str],
        base_tree: str,
        files: Sequence[ChangedFile],
        message: str,
    ) -> Result:
        """A commit on top of its parents, without author or committer so that GitHub signs it. Gives `sha`."""

        def create() -> Result:
            tree = base_tree
            if files:  # GitHub makes no tree of nothing
                entries = {"base_tree": base_tree, "tree": [_entry(file) for file in files]}
                tree = self._write("POST", f"{self._repo}/git/trees", entries, identity)["sha"]
            commit = {"message": message, "tree": tree, "parents": list(parents)}
            return {"sha": self._write("POST", f"{self._repo}/git/commits", commit, identity)["sha"]}

        return self._once(identity, {"kind": "commit"}, create)

    def ensure_branch(self, identity: str, name: str, sha: str) -> Result:
        """A new branch at this commit. Raises BranchTaken where the name points elsewhere, NameBlocked where it cannot be."""
        data = {"ref": f"refs/heads/{name}", "sha": sha}

        def create() -> Result:
            try:
                return {"sha": self._write("POST", f"{self._repo}/git/refs", data, identity)["object"]["sha"]}
            except Refused as error:
                if error.status != 422:
                    raise
                standing = self._branch(name)
                if standing == sha:
                    return {"sha": sha}
                if standing is not None:
                    raise BranchTaken(f"The branch {name} exists and is not ours.") from error
                blocking = next(filter(self._branch, folders_of(name)), None)
                if blocking is None:
                    raise
                raise NameBlocked(f"The branch {blocking} stands in the way of {name}.") from error

        return self._once(identity, {"kind": "branch", "name": name, "sha": sha}, create)

    def ensure_branch_moved(self, identity: str, name: str, start: str, sha: str) -> Result:
        """The branch points at a commit on top of `start`, never by force. Raises BranchMoved.

        A refusal while the branch stands where it stood is GitHub's no, and not somebody's push.
        """

        def move() -> Result:
            try:
                self._write("PATCH", f"{self._repo}/git/refs/heads/{name}", {"sha": sha, "force": False})
            except Refused as error:
                if error.status in (404, 422) and self._branch(name) != start:
                    raise BranchMoved(f"{name} has moved on: {error}") from error
                raise
            return {"sha": sha}

        return self._once(identity, {"kind": "branch_moved", "name": name, "sha": sha}, move)

    def ensure_base_merged(self, identity: str, branch: str, base: str, message: str) -> Result:
        """The base commit is merged into the branch, by GitHub. Gives `sha`, empty where it was already.

        Where GitHub does not merge them, because they conflict or because base changed a workflow file, it gives
        `refused` with why: asking again for the same two commits would be refused again.
        """
        data = {"base": branch, "head": base, "commit_message": message}

        def merge() -> Result:
            try:
                answer = self._write("POST", f"{self._repo}/merges", data, identity)
            except Refused as error:
                if error.status not in (403, 404, 409, 422):
                    raise
                return {"refused": str(error)}
            return {"sha": str(answer["sha"]) if answer else ""}

        return self._once(identity, {"kind": "merge"}, merge)

    def ensure_thread_reply(self, identity: str, pull: int, comment: int, body: str) -> Result:
        """One reply in the review thread that a comment belongs to, found again by its marker. Gives `id`."""
        path = f"{self._repo}/pulls/{pull}/comments/{comment}/replies"
        arguments = {"kind": "thread_reply", "number": pull, "marker": read_marker(body)}
        return self._once(
            identity,
            arguments,
            lambda: {"id": int(self._write("POST", path, {"body": body}, identity)["id"])},
        )

    def ensure_review_requested(self, identity: str, pull: int, logins: Sequence[str]) -> Result:
        """These people are asked for a review. Whom GitHub refuses is left out for good, and that is on record."""

        def request() -> Result:
            try:
                data = {"reviewers": list(logins)}
                self._write("POST", f"{self._repo}/pulls/{pull}/requested_reviewers", data)
            except Refused as error:
                if error.status != 422:
                    raise
                return {"refused": str(error)}
            return {"asked": list(logins)}

        return self._once(identity, {"kind": "state"}, request)

    def ensure_check_rerun(self, identity: str, check: int, at: str) -> Result:
        """A check run is asked for once more. Gives `at`, `check`, and `refused` where GitHub does not let it run again."""

        def rerun() -> Result:
            try:
                self._write("POST", f"{self._repo}/check-runs/{check}/rerequest", {})
            except Refused as error:
                if error.status not in (403, 404, 422):
                    raise
                return {"at": at, "check": check, "refused": str(error)}
            return {"at": at, "check": check}

        return self._once(identity, {"kind": "state"}, rerun)

    def ensure_pull_request(self, identity: str, head: str, base: str, title: str, body: str) -> Result:
        """One pull request for a branch; GitHub allows one open at a time. Gives `number`, `node_id`."""
        data = {"head": head, "base": base, "title": title, "body": body, "maintainer_can_modify": True}

        def create() -> Result:
            try:
                return _pull(self._write("POST", f"{self._repo}/pulls", data, identity))
            except Refused as error:
                if error.status != 422:
                    raise
                return self._standing(head, error)

        return self._once(identity, {"kind": "pull_request", "head": head}, create)

    def ensure_check_run(
        self, identity: str, sha: str, name: str, external_id: str, check: CheckRun
    ) -> Result:
        """One completed check run on a commit, by name and external id."""
        data = {
            "name": name,
            "head_sha": sha,
            "external_id": external_id,
            "status": "completed",
            "conclusion": check.conclusion,
            "output": {
                "title": check.title,
                "summary": check.summary,
                "annotations": [asdict(annotation) for annotation in check.annotations],
            },
        }
        arguments = {"kind": "check_run", "sha": sha, "name": name, "external_id": external_id}
        return self._once(
            identity,
            arguments,
            lambda: {"id": self._write("POST", f"{self._repo}/check-runs", data, identity)["id"]},
        )

    def ensure_label(self, identity: str, name: str, color: str, description: str) -> Result:
        """A label that issues can carry. Gives `node_id`."""
        data = {"name": name, "color": color, "description": description}

        def create() -> Result:
            try:
                return {"node_id": self._write("POST", f"{self._repo}/labels", data, identity)["node_id"]}
            except Refused as error:
                found = self._label(name) if error.status == 422 else None
                if found is None:
                    raise
                return found

        return self._once(identity, {"kind": "label", "name": name}, create)

    def ensure_pull_request_closed(self, identity: str, number: int) -> Result:
        """The pull request is closed; its branch is kept."""
        path = f"{self._repo}/pulls/{number}"
        return self._once(
            identity,
            {"kind": "state"},
            lambda: _state(self._write("PATCH", path, {"state": "closed"})),
        )

    def ensure_issue_closed(self, identity: str, number: int) -> Result:
        """The issue is closed as completed."""
        path, data = f"{self._repo}/issues/{number}", {"state": "closed", "state_reason": "completed"}
        return self._once(identity, {"kind": "state"}, lambda: _state(self._write("PATCH", path, data)))

    def show(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, str]:
        """One request of several mutations, each of which only makes something be as it should be.

        Gives the fields that GitHub refused, with why; the others were done all the same.
        """
        self._permit.before_write("")
        answer = self._connection.mutate(document, variables)
        refused: dict[str, str] = {}
        for error in answer.get("errors") or ():
            path = error.get("path") or ()
            if not path or error.get("type") not in FOR_GOOD:
                raise OutcomeUnknown(f"GitHub answered only in part: {error.get('message')}")
            refused[str(path[0])] = str(error.get("message"))
        return refused

    # --- settling ---

    def settle(self, identity: str, arguments: Mapping[str, Any]) -> Result | None:
        """Look whether an effect of unknown outcome is there, and tell the journal."""
        found = self._find(arguments)
        if found is None:
            self._journal.forget(identity)
        else:
            self._journal.record(identity, found)
        return found

    def _find(self, arguments: Mapping[str, Any]) -> Result | None:
        match arguments.get("kind"):
            case "comment":
                return self._comment_by_marker(int(arguments["number"]), arguments["marker"])
            case "branch":
                sha = self._branch(str(arguments["name"]))
                return {"sha": sha} if sha is not None and sha == arguments["sha"] else None
            case "branch_moved":
                return self._is_on_branch(str(arguments["name"]), str(arguments["sha"]))
            case "pull_request":
                return self._pull_of(str(arguments["head"]))
            case "thread_reply":
                return self._thread_reply(int(arguments["number"]), arguments["marker"])
            case "check_run":
                return self._check_run(arguments)
            case "label":
                return self._label(str(arguments["name"]))
            case _:
                # A commit without a ref is nothing that anybody sees; a state may be set again without harm.
                return None

    def _comment_by_marker(self, number: int, wanted: Any) -> Result | None:
        for each in self._connection.get_all(f"{self._repo}/issues/{number}/comments"):
            if self._is_ours(each) and read_marker(each["body"]) == wanted:
                return _comment(each)
        return None

    def _thread_reply(self, pull: int, wanted: Any) -> Result | None:
        for each in self._connection.get_all(f"{self._repo}/pulls/{pull}/comments"):
            if self._is_ours(each) and read_marker(each["body"]) == wanted:
                return {"id": int(each["id"])}
        return None

    def _branch(self, name: str) -> str | None:
        try:
            return str(self._connection.get(f"{self._repo}/git/ref/heads/{name}")["object"]["sha"])
        except Gone:
            return None

    def _is_on_branch(self, name: str, sha: str) -> Result | None:
        """Also where somebody has pushed on top of it since."""
        if self._branch(name) == sha:
            return {"sha": sha}
        try:
            path = f"{self._repo}/compare/{sha}...{quote(name, safe='')}"
            found = self._connection.get(path, per_page=1)["status"] in ("ahead", "identical")
        except Gone:
            return None
        return {"sha": sha} if found else None

    def _pull_of(self, head: str) -> Result | None:
        """Ours only: a pull request of somebody else from this branch is not adopted (P4)."""
        ours = (each for each in self._pulls_of(head, "all") if self._is_ours(each))
        return next((_pull(each) for each in ours), None)

    def _standing(self, head: str, error: Refused) -> Result:
        """The pull request of ours that stands in the way of a second one, which is just what was wanted."""
        listed = self._pulls_of(head, "open")
        ours = next((each for each in listed if self._is_ours(each)), None)
        if ours is not None:
            return _pull(ours)
        if listed:
            why = f"#{listed[0]['number']}, opened by somebody else, is in the place of Baton's own from {head}. "
            raise Refused(422, f"{why}Close it, and Baton opens its own.") from error
        raise error

    def _pulls_of(self, head: str, state: str) -> list[Any]:
        return self._connection.get_all(f"{self._repo}/pulls", head=f"{self._owner}:{head}", state=state)

    def _is_ours(self, node: Mapping[str, Any]) -> bool:
        return bool((node.get("user") or {}).get("login") == self._own_login)

    def _check_run(self, arguments: Mapping[str, Any]) -> Result | None:
        path = f"{self._repo}/commits/{arguments['sha']}/check-runs"
        named = {"check_name": arguments["name"], "filter": "all"}
        for each in self._connection.get_all(path, key="check_runs", **named):
            if each.get("external_id") == arguments["external_id"]:
                return {"id": each["id"]}
        return None

    def _label(self, name: str) -> Result | None:
        try:
            found = self._connection.get(f"{self._repo}/labels/{quote(name, safe='')}")
            return {"node_id": found["node_id"]}
        except Gone:
            return None

    # --- once ---

    def _once(self, identity: str, arguments: Mapping[str, Any], act: Callable[[], Result]) -> Result:
        known = self._journal.outcome(identity)
        if known is not None:
            return known
        self._journal.intend(identity, arguments)
        self._sent = False
        try:
            result = act()
        except OutcomeUnknown:
            raise
        except (KeyError, TypeError, ValueError) as error:
            if not self._sent:
                self._journal.forget(identity)
                raise
            # A 2xx whose body is not what GitHub describes: a proxy's page, or an answer cut short (I10).
            raise OutcomeUnknown(f"GitHub's answer made no sense: {error!r}.") from error
        except (GitHubError, BranchTaken, BranchMoved):
            self._journal.forget(identity)
            raise
        except Exception:
            if not self._sent:  # there was no time left, or no room: nothing can have happened
                self._journal.forget(identity)
            raise
        self._journal.record(identity, result)
        return result

    def _write(self, verb: str, path: str, data: Mapping[str, Any], creates: str = "") -> Any:
        self._permit.before_write(creates)
        self._sent = True
        return self._connection.write(verb, path, data)


def folders_of(branch: str) -> Iterator[str]:
    """`a` and `a/b` of `a/b/c`."""
    parts = branch.split("/")
    yield from ("/".join(parts[:count]) for count in range(1, len(parts)))


MakesEffects = Callable[[Connection, str, Journal, str, Permit], Effects]


def _comment(answer: Mapping[str, Any]) -> Result:
    return {"id": int(answer["id"]), "node_id": str(answer["node_id"]), "at": str(answer["created_at"])}


def _pull(answer: Mapping[str, Any]) -> Result:
    return {"number": int(answer["number"]), "node_id": str(answer["node_id"])}


def _state(answer: Mapping[str, Any]) -> Result:
    return {"state": str(answer["state"])}


def _entry(file: ChangedFile) -> Result:
    """One line of a tree, with its content inline; a deletion is a null SHA (GitHub, "Create a tree")."""
    if file.status is FileStatus.DELETED:
        return {"path": file.path, "mode": file.old_mode or REGULAR, "type": "blob", "sha": None}
    if file.text is None:
        raise ValueError(f"{file.path} is not text; the inspections refuse such files before they come here.")
    mode = EXECUTABLE if file.new_mode == EXECUTABLE else REGULAR
    return {"path": file.path, "mode": mode, "type": "blob", "content": file.text}
