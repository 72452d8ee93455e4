"""Whatever is given to the playground: it serves it, or says in a sentence what is wrong and what to do."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.playground.git import GitFailed
from tests.playground.github.town import Town, git, opened, small_repository

LFS = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def works(town: Town, branch: str = "main") -> None:
    """Read, changed, proposed, merged: the whole way, on the pages too."""
    name = town.state["repository"]
    page = town.client(None).http.get(f"/{name}", headers={"Accept": "text/html"})
    assert (page.status_code, name in page.text) == (200, True)
    mara = town.maintainer
    pull = mara.post("/pulls", {"title": "Change", "head": made(town, branch), "base": branch})
    assert mara.get(f"/pulls/{pull['number']}/files")[0]["filename"] == "new.txt"
    assert mara.put(f"/pulls/{pull['number']}/merge")["merged"] is True


def made(town: Town, branch: str) -> str:
    town.branch(town.maintainer, "feature", {"new.txt": "new\n"}, town.sha(branch))
    return "feature"


# -- repositories of every kind
def test_a_bare_repository_is_served(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source")
    git("clone", "-q", "--bare", str(source), str(tmp_path / "bare.git"), cwd=tmp_path)
    with opened(tmp_path, repo=tmp_path / "bare.git") as town:
        works(town)


def test_a_shallow_repository_is_served_from_where_its_history_begins(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source")
    for number in range(3):
        (source / "src/a.txt").write_text(f"{number}\n")
        git("commit", "-qam", f"Change {number}", cwd=source)
    git("clone", "-q", "--depth=2", f"file://{source}", str(tmp_path / "shallow"), cwd=tmp_path)
    with opened(tmp_path, repo=tmp_path / "shallow") as town:
        assert len(town.maintainer.get("/commits")) == 2
        works(town)
        git("clone", "-q", town.clone_url(town.token()), str(tmp_path / "clone"), cwd=tmp_path)
        assert (tmp_path / "clone/new.txt").read_text() == "new\n"


def test_submodules_are_shown_as_what_they_are_and_not_followed(tmp_path: Path) -> None:
    inner, source = small_repository(tmp_path / "inner"), small_repository(tmp_path / "source")
    git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(inner),
        "vendor/inner",
        cwd=source,
    )
    git("commit", "-qm", "Add a submodule", cwd=source)
    with opened(tmp_path, repo=source) as town:
        (entry,) = [each for each in town.maintainer.get("/contents/vendor") if each["name"] == "inner"]
        assert entry["type"] in ("submodule", "file")  # lists call it a file, as GitHub's do
        page = (
            town.client(None).http.get("/acme/source/tree/main/vendor", headers={"Accept": "text/html"}).text
        )
        assert f"@ {entry['sha'][:7]}" in page
        works(town)


def test_lfs_pointers_are_served_as_pointers(tmp_path: Path) -> None:
    source = small_repository(
        tmp_path / "source", files={"logo.png": LFS, ".gitattributes": "*.png filter=lfs diff=lfs\n"}
    )
    with opened(tmp_path, repo=source) as town:
        assert town.client(None).http.get("/acme/source/raw/main/logo.png").text == LFS
        works(town)


def test_twenty_thousand_files_are_served(tmp_path: Path) -> None:
    source = tmp_path / "large"
    source.mkdir()
    git("init", "-q", cwd=source)
    lines = [
        "blob\nmark :1\ndata 2\nx\n\n",
        "commit refs/heads/main\nmark :2\ncommitter Mara <mara@example.com> 1700000000 +0000\ndata 5\nBegin\n",
    ]
    lines += [f"M 100644 :1 src/{number % 200}/{number}.py\n" for number in range(20_000)]
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=source,
        input="".join(lines).encode(),
        check=True,
        capture_output=True,
    )
    began = time.monotonic()
    with opened(tmp_path, repo=source) as town:
        tree = town.maintainer.get("/git/trees/main?recursive=1")
        assert sum(each["type"] == "blob" for each in tree["tree"]) == 20_000
        works(town)
    assert time.monotonic() - began < 30


def test_an_empty_repository_says_so_on_its_page(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git("init", "-q", cwd=tmp_path / "empty")
    with opened(tmp_path, repo=tmp_path / "empty") as town:
        page = town.client(None).http.get("/acme/empty", headers={"Accept": "text/html"})
        assert (page.status_code, "This repository is empty." in page.text) == (200, True)
        git("clone", "-q", town.clone_url(town.state["people"]["maintainer"]["token"]), "clone", cwd=tmp_path)
        (tmp_path / "clone/a.txt").write_text("a\n")
        git("add", ".", cwd=tmp_path / "clone")
        git("commit", "-qm", "Begin", cwd=tmp_path / "clone")
        git("push", "-q", "origin", "HEAD:main", cwd=tmp_path / "clone")
        works(town)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("nothing", "does not exist. Give the path of a git repository."),
        ("directory", "is not a git repository. Give the path of one, or make one: git init"),
        ("file", "is not a git repository. Give the path of one, or make one: git init"),
        ("below", "Give that path instead."),
        ("broken", "could not be copied"),
    ],
)
def test_a_path_that_is_no_repository_is_refused_in_a_sentence(
    tmp_path: Path, kind: str, sentence: str
) -> None:
    source = small_repository(tmp_path / "source")
    (tmp_path / "file").write_text("x")
    (tmp_path / "directory").mkdir()
    given = {"below": source / "src", "broken": source}.get(kind, tmp_path / kind)
    if kind == "broken":
        for each in (source / ".git/objects").glob("??/*"):
            each.chmod(0o644)
            each.write_bytes(b"garbage")
    with pytest.raises(GitFailed, match=sentence.replace(".", r"\.")), opened(tmp_path, repo=given):
        pass


def baton(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "playground", "--no-baton", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_says_it_in_one_line_and_exits_with_2(tmp_path: Path) -> None:
    done = baton("--port", "0", "--repo", str(tmp_path))
    assert done.returncode == 2
    assert "is not a git repository" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--issue", "latin.md"), "latin.md is no text in UTF-8. Save it as UTF-8"),
        (("--issue", "blank.md"), "blank.md is empty. Write the issue there"),
        (("--issue", "gone.md"), "gone.md cannot be read: No such file or directory. Name a Markdown file"),
        (("--state", "nowhere/s.json"), "nowhere/s.json cannot be written: "),
        (("--port", "99999"), "Input should be less than or equal to 65535"),
        (("--ci", "sometimes"), "--ci takes run, green or off, not 'sometimes'."),
    ],
    ids=["no UTF-8", "an empty issue", "no such issue", "no such directory", "no such port", "no such CI"],
)
def test_an_option_that_cannot_be_meant_is_refused_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, str], sentence: str
) -> None:
    (tmp_path / "latin.md").write_bytes("# Größe\n".encode("latin-1"))
    (tmp_path / "blank.md").write_text("\n")
    name, value = arguments
    done = baton(name, str(tmp_path / value) if value.endswith((".md", ".json")) else value)
    said = " ".join(done.stderr.replace("│", " ").split())
    assert done.returncode == 2 and sentence in said, done.stderr


def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = baton("--port", str(port), "--repo", str(source))
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken. Choose another, or 0 for a free one." in done.stderr


# -- workflow files
JOB = "runs-on: ubuntu-latest, steps: [{run: sleep 3600}]"
ODD = {
    "unreadable": ("on: push\njobs: [unclosed\n", "is no YAML: line"),
    "circle": (
        f"on: push\njobs: {{a: {{needs: b, {JOB}}}, b: {{needs: a, {JOB}}}}}\n",
        "wait for each other in a circle",
    ),
    "an hour": (f"on: push\njobs: {{long: {{{JOB}}}}}\n", "has exceeded the maximum execution time of"),
}


@pytest.mark.parametrize("kind", ODD)
def test_people_read_on_the_page_what_is_wrong_with_a_workflow(tmp_path: Path, kind: str) -> None:
    workflow, sentence = ODD[kind]
    with opened(tmp_path, ci="run", ci_minutes=0.01) as town:
        content = base64.b64encode(workflow.encode()).decode()
        town.maintainer.put("/contents/.github/workflows/odd.yml", {"message": "Odd", "content": content})
        assert town.playground.ci.idle(30)
        (run,) = town.maintainer.get("/actions/runs")["workflow_runs"]
        page = town.client(None).http.get(
            f"/acme/small/actions/runs/{run['id']}", headers={"Accept": "text/html"}
        )
        assert sentence in page.text
        assert run["conclusion"] == ("cancelled" if kind == "an hour" else "startup_failure")


# -- tokens
def test_a_token_from_yesterday_is_refused_as_github_refuses_it(tmp_path: Path) -> None:
    with opened(tmp_path / "yesterday") as town:
        token = town.state["people"]["maintainer"]["token"]
    with opened(tmp_path / "today") as town:
        answer = town.client(token).ask("GET", "/issues/1")
        assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
        git("clone", "-q", town.clone_url(token), "clone", cwd=tmp_path)  # anybody may read what is public
        done = git("push", "-q", "origin", "HEAD:refs/heads/x", cwd=tmp_path / "clone", ok=False)
        assert done.returncode != 0 and "Authentication failed" in done.stderr
        page = town.client(None).http.get(f"/{town.state['repository']}", headers={"Cookie": "act_as=nobody"})
        assert page.status_code == 200


def test_the_state_of_a_playground_that_is_over_is_told_from_the_living_one(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as town:
        old = json.loads(json.dumps(town.state))
    with opened(tmp_path / "two") as town:
        assert old["people"]["maintainer"]["token"] != town.state["people"]["maintainer"]["token"]
        assert old["webhook_secret"] != town.state["webhook_secret"]
