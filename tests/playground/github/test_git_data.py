"""Trees, commits and refs made by the API are git's own."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playground.git import Entry, Person
from tests.playground.github.town import Town, git

WHO = Person("Ann", "ann@example.com", datetime(2025, 3, 1, tzinfo=UTC))


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


def test_head_is_the_default_branch(town: Town) -> None:
    mara = town.maintainer
    assert mara.get("/commits/HEAD")["sha"] == town.sha()
    assert mara.get("/contents/src/b.txt?ref=HEAD")["sha"] == mara.get("/contents/src/b.txt")["sha"]
    paths = [each["path"] for each in mara.get("/git/trees/HEAD?recursive=1")["tree"]]
    assert paths == ["README.md", "src", "src/a.txt", "src/b.txt"]


def test_links_large_files_and_submodules_are_shown_as_github_shows_them(town: Town) -> None:
    mara, git = town.maintainer, town.playground.repository.git
    modules = '[submodule "lib"]\n\tpath = odd/lib\n\turl = https://github.com/acme/lib\n'
    tree = [
        {"path": "odd/link", "mode": "120000", "type": "blob", "content": "../src/b.txt"},
        {"path": "odd/astray", "mode": "120000", "type": "blob", "content": "/etc/passwd"},
        {"path": "odd/big", "mode": "100644", "type": "blob", "sha": git.write_blob(b"x" * 1_100_000)},
        {"path": "odd/lib", "mode": "160000", "type": "commit", "sha": "1" * 40},
        {"path": ".gitmodules", "mode": "100644", "type": "blob", "content": modules},
    ]
    made = mara.post("/git/trees", {"base_tree": town.sha(), "tree": tree})["sha"]
    commit = mara.post("/git/commits", {"message": "Odd", "tree": made, "parents": [town.sha()]})["sha"]
    mara.post("/git/refs", {"ref": "refs/heads/odd", "sha": commit})
    kinds = {each["name"]: each["type"] for each in mara.get("/contents/odd?ref=odd")}
    assert kinds == {"astray": "symlink", "big": "file", "lib": "file", "link": "symlink"}
    link = mara.get("/contents/odd/link?ref=odd")
    assert (link["type"], base64.b64decode(link["content"])) == ("file", b"b\n")
    astray = mara.get("/contents/odd/astray?ref=odd")
    assert (astray["type"], astray["target"]) == ("symlink", "/etc/passwd")
    big = mara.get("/contents/odd/big?ref=odd")
    assert (big["size"], big["content"], big["encoding"]) == (1_100_000, "", "none")
    module = mara.get("/contents/odd/lib?ref=odd")
    assert (module["type"], module["submodule_git_url"]) == ("submodule", "https://github.com/acme/lib")


def test_a_long_comparison_and_a_large_commit_come_in_pages(town: Town) -> None:
    mara, git = town.maintainer, town.playground.repository.git
    head = base = town.sha()
    for at in range(12):
        tree = git.write_tree([Entry("100644", "blob", git.write_blob(b"%d" % at), "one")])
        head = git.write_commit(tree, (head,), WHO, WHO, f"{at}\n")
    entries = [Entry("100644", "blob", git.write_blob(b"x"), f"f{at:04}") for at in range(310)]
    large = git.write_commit(git.write_tree(entries), (head,), WHO, WHO, "Large\n")
    mara.post("/git/refs", {"ref": "refs/heads/many", "sha": large})
    answer = mara.ask("GET", "/compare/main...many?per_page=10&page=2")
    assert [each["commit"]["message"] for each in answer.json()["commits"]] == ["10", "11", "Large"]
    assert (answer.json()["total_commits"], answer.json()["files"]) == (13, [])
    assert 'rel="prev"' in answer.headers["link"]
    first = mara.ask("GET", f"/compare/{base}...many")
    assert (len(first.json()["commits"]), len(first.json()["files"])) == (13, 300)
    shown = mara.ask("GET", "/commits/many")
    assert (len(shown.json()["files"]), 'rel="next"' in shown.headers["link"]) == (300, True)
    assert len(mara.get("/commits/many?page=2")["files"]) == 11
    assert shown.json()["stats"]["additions"] == 310


@pytest.mark.parametrize("what", ["/pulls/2", "/commits/topic", "/compare/main...topic"])
def test_a_patch_is_a_mailbox_and_a_diff_is_a_diff(town: Town, what: str) -> None:
    mara = town.maintainer
    town.pull(mara, "topic", {"new.txt": "x\n"})
    patch = mara.ask("GET", what, accept="application/vnd.github.patch")
    assert patch.text.startswith(f"From {town.sha('topic')} ")
    assert "Subject: [PATCH] Change files" in patch.text
    assert patch.headers["content-type"].startswith("application/vnd.github.patch")
    diff = mara.ask("GET", what, accept="application/vnd.github.v3.diff")
    assert diff.text.startswith("diff --git a/new.txt b/new.txt")
    page = {"/pulls/2": "/pull/2", "/commits/topic": f"/commit/{town.sha('topic')}"}.get(what, what)
    for form, text in (("patch", patch.text), ("diff", diff.text)):
        found = mara.ask("GET", f"//{town.state['repository']}{page}.{form}")
        assert found.text == text


def test_what_a_commit_has_that_is_not_offered_is_not_found(town: Town) -> None:
    assert town.maintainer.ask("GET", f"/commits/{town.sha()}/comments").status_code == 404
    assert town.maintainer.ask("GET", "/commits/no/branch").status_code == 422


def test_commits_are_found_by_their_time_and_their_author(town: Town) -> None:
    mara, git = town.maintainer, town.playground.repository.git
    tree = git.commit(town.sha()).tree
    other = Person("Bea", "bea@example.com", datetime(2025, 3, 3, tzinfo=UTC))
    first = git.write_commit(tree, (), WHO, WHO, "First\n")
    second = git.write_commit(tree, (first,), other, other, "Second\n")
    mara.post("/git/refs", {"ref": "refs/heads/old", "sha": second})
    for query, shas in {
        "since=2025-03-02T00:00:00Z": [second],
        "until=2025-03-02T00:00:00Z": [first],
        "author=ann@example.com": [first],
        "committer=bea@example.com": [second],
        "author=tomas": [],
    }.items():
        assert [each["sha"] for each in mara.get(f"/commits?sha=old&{query}")] == shas, query


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
