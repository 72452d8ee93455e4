"""Trees, commits and refs made by the API are git's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.playground.github.town import Town, git


def test_a_tree_with_inline_content_and_a_deletion_becomes_a_commit_and_a_branch(town: Town) -> None:
    bot = town.bot()
    sha = town.branch(bot, "baton/1-x/1-database", {"docs/new.md": "hello\n", "src/b.txt": None})
    tree = bot.get(f"/git/trees/{sha}?recursive=1")["tree"]
    assert [each["path"] for each in tree if each["type"] == "blob"] == [
        "README.md",
        "docs/new.md",
        "src/a.txt",
    ]
    assert bot.get("/git/ref/heads/baton/1-x/1-database")["object"]["sha"] == sha
    assert [each["ref"] for each in bot.get("/git/matching-refs/heads/baton/")] == [
        "refs/heads/baton/1-x/1-database"
    ]


def test_what_the_api_wrote_is_sound_to_git(town: Town) -> None:
    bot = town.bot()
    town.branch(bot, "topic", {"a/b/c/d.txt": "deep\n", "ä ö.txt": "names\n"})
    directory = town.playground.repository.git.directory
    checked = subprocess.run(
        ["git", "fsck", "--full", "--strict"], check=False, cwd=directory, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_a_commit_without_author_is_the_apps_and_signed(town: Town, tmp_path: Path) -> None:
    bot = town.bot()
    sha = town.branch(bot, "topic", {"new.txt": "x\n"})
    commit = bot.get(f"/git/commits/{sha}")
    assert commit["verification"]["verified"] is True
    assert (commit["committer"]["name"], commit["author"]["name"]) == ("GitHub", "Baton")
    signers = tmp_path / "signers"
    signers.write_text(f"noreply@github.com {town.playground.hub.signer.public_key}\n")
    directory = town.playground.repository.git.directory
    verified = git(
        "-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", sha, cwd=directory, ok=False
    )
    assert 'Good "git" signature for noreply@github.com' in verified.stderr


def test_a_commit_with_an_author_is_not_signed(town: Town) -> None:
    bot = town.bot()
    tree = bot.get(f"/git/commits/{town.sha()}")["tree"]["sha"]
    author = {"name": "Mara", "email": "mara@example.com", "date": "2025-01-02T03:04:05Z"}
    made = bot.post("/git/commits", {"message": "m", "tree": tree, "parents": [town.sha()], "author": author})
    assert made["verification"] == {
        "verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None,
    }  # fmt: skip
    assert made["author"]["date"] == "2025-01-02T03:04:05Z"


def test_a_ref_moves_forward_and_back_only_by_force(town: Town) -> None:
    bot = town.bot()
    first = town.branch(bot, "topic", {"new.txt": "1\n"})
    second = town.commit(bot, {"new.txt": "2\n"}, parent=first)
    bot.patch("/git/refs/heads/topic", {"sha": second})
    answer = bot.ask("PATCH", "/git/refs/heads/topic", {"sha": first, "force": False})
    assert (answer.status_code, answer.json()["message"]) == (422, "Update is not a fast forward")
    bot.patch("/git/refs/heads/topic", {"sha": first, "force": True})
    assert town.sha("topic") == first
    assert [each["what"] for each in town.referee()["forced_updates"]] == [
        f"refs/heads/topic of acme/small: {second[:7]} to {first[:7]}"
    ]


def test_refs_are_refused_in_githubs_words(town: Town) -> None:
    bot = town.bot()
    town.branch(bot, "topic", {"new.txt": "1\n"})

    def message(method: str, path: str, body: object = None) -> tuple[int, str]:
        answer = bot.ask(method, path, body)
        return answer.status_code, answer.json()["message"]

    ref = {"ref": "refs/heads/topic", "sha": town.sha()}
    assert message("POST", "/git/refs", ref) == (422, "Reference already exists")
    assert message("POST", "/git/refs", {"ref": "refs/heads/no", "sha": "0" * 40}) == (
        422,
        "Object does not exist",
    )
    assert message("PATCH", "/git/refs/heads/gone", {"sha": town.sha()}) == (422, "Reference does not exist")
    assert message("DELETE", "/git/refs/heads/gone") == (422, "Reference does not exist")
    status, text = message("POST", "/git/refs", {"ref": "refs/heads/topic/below", "sha": town.sha()})
    assert (status, "Reference update failed" in text) == (422, True)


def test_the_refs_of_pull_requests_are_githubs_own(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "1\n"})["number"]
    head = town.sha("topic")
    for method, path, body in (
        ("POST", "/git/refs", {"ref": "refs/pull/9/head", "sha": head}),
        ("PATCH", f"/git/refs/pull/{number}/head", {"sha": town.sha(), "force": True}),
        ("DELETE", f"/git/refs/pull/{number}/head", None),
    ):
        answer = bot.ask(method, path, body)
        assert (answer.status_code, "Reference update failed" in answer.json()["message"]) == (422, True)
    assert bot.get(f"/git/ref/pull/{number}/head")["object"]["sha"] == head


def test_workflow_files_need_the_permission_of_that_name(town: Town) -> None:
    bot = town.bot()
    sha = town.commit(bot, {".github/workflows/ci.yml": "on: push\n"})
    answer = bot.ask("POST", "/git/refs", {"ref": "refs/heads/topic", "sha": sha})
    assert (answer.status_code, "without `workflows` permission" in answer.json()["message"]) == (403, True)
    town.maintainer.post("/git/refs", {"ref": "refs/heads/topic", "sha": sha})


def test_contents_and_comparisons_are_read(town: Town) -> None:
    import base64

    bot = town.bot()
    sha = town.branch(bot, "topic", {"src/a.txt": "one\nTWO\nthree\nfour\nfive\n"})
    file = bot.get("/contents/src/a.txt?ref=topic")
    assert base64.b64decode(file["content"]) == b"one\nTWO\nthree\nfour\nfive\n"
    assert [each["name"] for each in bot.get("/contents/src")] == ["a.txt", "b.txt"]
    compared = bot.get("/compare/main...topic")
    assert (
        compared["status"],
        compared["ahead_by"],
        compared["files"][0]["patch"].count("\n-two\n+TWO"),
    ) == ("ahead", 1, 1)
    assert bot.get(f"/commits/{sha}")["stats"] == {"total": 2, "additions": 1, "deletions": 1}
    assert bot.ask("GET", "/contents/nowhere").status_code == 404


def test_the_default_branch_cannot_be_deleted(town: Town) -> None:
    assert town.maintainer.ask("DELETE", "/git/refs/heads/main").status_code == 422


def test_a_file_is_created_changed_and_deleted_by_the_contents_api(town: Town) -> None:
    import base64

    person, path = town.maintainer, "/contents/docs/new.md"

    def text(words: str) -> str:
        return base64.b64encode(words.encode()).decode()

    created = person.put(path, {"message": "Add", "content": text("one\n")})
    assert town.sha() == created["commit"]["sha"]
    unseen = person.ask("PUT", path, {"message": "Change", "content": text("two\n"), "sha": "0" * 40})
    assert unseen.status_code == 409
    sha = created["content"]["sha"]
    changed = person.put(path, {"message": "Change", "content": text("two\n"), "sha": sha})
    deleted = {"message": "Delete", "sha": changed["content"]["sha"]}
    assert person.http.request("DELETE", "/repos/acme/small" + path, json=deleted).status_code == 200
    assert person.ask("GET", path).status_code == 404


def test_a_sha_is_of_no_account_where_there_is_no_file(town: Town) -> None:
    """Measured at GitHub: https://github.com/pome-sh/digital-twins/pull/400."""
    given = {"message": "Add", "content": "eA==", "sha": "0" * 40}
    assert town.maintainer.ask("PUT", "/contents/new.md", given).status_code == 201


def test_a_directory_is_not_replaced_by_a_file(town: Town) -> None:
    for more in ({}, {"sha": "0" * 40}):
        given = {"message": "Replace", "content": "eA==", **more}
        answer = town.maintainer.ask("PUT", "/contents/src", given)
        assert (answer.status_code, answer.json()["message"]) == (422, "src is a directory")
    assert len(town.maintainer.get("/contents/src")) == 2


def test_what_is_no_base64_is_refused(town: Town) -> None:
    for text in ("###", "eA=", "eA==\n", "é"):
        blob = town.bot().ask("POST", "/git/blobs", {"content": text, "encoding": "base64"})
        file = town.maintainer.ask("PUT", "/contents/new.md", {"message": "Add", "content": text})
        for answer in (blob, file):
            assert (answer.status_code, answer.json()["message"]) == (422, "content is not valid Base64")
