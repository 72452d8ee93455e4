"""A mirror answers what a repository holds, fetches little, and heals itself."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.facts.diff import FileStatus
from bot.workspace.absent import BranchMissing, CommitMissing, NothingInCommon, RepositoryEmpty
from bot.workspace.git import GitFailed
from bot.workspace.local import RevisionUnknown, commit_named
from bot.workspace.lock import LockBusy, locked
from bot.workspace.mirror import Mirror, Mirrors
from bot.workspace.store import MOST_PACKS
from tests.workspace.conftest import Origin
from tests.workspace.http_git import serving

PROMISOR = (("remote.origin.url", "/"), ("remote.origin.promisor", "true"))


def packs(mirror: Mirror) -> int:
    return len(list((mirror.directory / "objects" / "pack").glob("*.pack")))


def break_packs(mirror: Mirror) -> None:
    for pack in (mirror.directory / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:20])


def test_the_head_of_a_branch_is_what_the_last_fetch_saw(origin: Origin, mirror: Mirror) -> None:
    first = origin.commit({"README.md": "one\n"})
    assert mirror.head_of("main") == first
    second = origin.commit({"README.md": "two\n"})
    assert mirror.head_of("main") == first
    mirror.fetch()
    assert mirror.head_of("main") == second


def test_a_repository_without_a_commit_is_said_to_be_empty(mirror: Mirror) -> None:
    with pytest.raises(RepositoryEmpty, match="has no commit yet, so there is nothing to build on"):
        mirror.head_of("main")
    with pytest.raises(RepositoryEmpty):
        mirror.default_branch()


def test_a_branch_that_is_not_there_is_named(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    origin.git("branch", "feature/x")
    for name in ("develop", "feature", "-u", "ma*", "main^{tree}"):
        with pytest.raises(BranchMissing):
            mirror.head_of(name)


def test_the_default_branch_may_have_any_name(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    origin.git("branch", "--move", "trunk/next")
    assert mirror.default_branch() == "trunk/next"


def test_a_detached_head_is_no_default_branch(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    origin.git("checkout", "--quiet", "--detach")
    with pytest.raises(BranchMissing):
        mirror.default_branch()


def test_only_a_missing_commit_is_fetched(origin: Origin, mirror: Mirror) -> None:
    first = origin.commit({"README.md": "one\n"})
    mirror.fetch(first)
    before = packs(mirror)
    second = origin.commit({"README.md": "two\n"})
    mirror.fetch(first)
    assert packs(mirror) == before
    mirror.fetch(first, second)
    assert packs(mirror) > before


def test_a_commit_on_no_branch_is_fetched_by_its_name(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    mirror.fetch()
    origin.git("checkout", "--quiet", "-b", "gone")
    lost = origin.commit({"lost.txt": "found\n"})
    origin.git("checkout", "--quiet", "--force", "main")
    origin.git("branch", "--delete", "--force", "gone")
    assert mirror.read(lost, "lost.txt") == "found\n"


def test_a_commit_that_nobody_has_is_missing(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    with pytest.raises(CommitMissing, match="The commit 111111111111 is not in the repository"):
        mirror.fetch("1" * 40)


def test_a_name_that_is_no_sha_never_reaches_git(mirror: Mirror) -> None:
    with pytest.raises(ValueError, match="no full commit SHA"):
        mirror.fetch("--upload-pack=touch /tmp/x")


def test_deleted_branches_leave_the_mirror_and_make_room(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"README.md": "one\n"})
    origin.git("branch", "baton")
    mirror.fetch()
    origin.git("branch", "--delete", "baton")
    origin.git("branch", "baton/12-x/1-database")
    mirror.fetch()
    assert mirror.branches() == ("baton/12-x/1-database", "main")


def test_ancestry_is_answered_both_ways(origin: Origin, mirror: Mirror) -> None:
    first = origin.commit({"a": "1"})
    second = origin.commit({"a": "2"})
    assert mirror.contains(second, first)
    assert mirror.contains(first, first)
    assert not mirror.contains(first, second)


def test_the_merge_base_is_the_newest_common_commit(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"a": "1"})
    origin.git("checkout", "--quiet", "-b", "side")
    side = origin.commit({"b": "1"})
    origin.git("checkout", "--quiet", "main")
    main = origin.commit({"c": "1"})
    assert mirror.merge_base(side, main) == base


def test_unrelated_histories_have_nothing_in_common(origin: Origin, mirror: Mirror) -> None:
    one = origin.commit({"a": "1"})
    origin.git("checkout", "--quiet", "--orphan", "other")
    other = origin.commit({"b": "1"})
    with pytest.raises(NothingInCommon, match="no history in common"):
        mirror.merge_base(one, other)


def test_equal_files_are_an_equal_tree(origin: Origin, mirror: Mirror) -> None:
    first = origin.commit({"a": "1"})
    second = origin.commit({"a": "2"})
    third = origin.commit({"a": "1"})
    assert mirror.tree_of(first) == mirror.tree_of(third) != mirror.tree_of(second)


def test_many_files_come_in_one_fetch(origin: Origin, mirror: Mirror) -> None:
    sha = origin.commit({f"docs/{n}.md": f"number {n}\n" for n in range(20)})
    mirror.fetch(sha)
    before = packs(mirror)
    texts = mirror.read_many(sha, [f"docs/{n}.md" for n in range(20)] + ["none.md"])
    assert texts == {f"docs/{n}.md": f"number {n}\n" for n in range(20)}
    assert packs(mirror) == before + 1


def test_contents_are_not_fetched_before_they_are_read(origin: Origin, mirror: Mirror) -> None:
    sha = origin.commit({"a.txt": "text\n"})
    mirror.fetch(sha)
    blob = mirror.entries(sha)[0].blob
    with pytest.raises(GitFailed):
        mirror.git("cat-file", "-e", blob)
    assert mirror.read(sha, "a.txt") == "text\n"
    mirror.git("cat-file", "-e", blob)


def test_what_is_no_text_is_not_read(origin: Origin, mirror: Mirror) -> None:
    origin.stage("120000", "link", "target.md")
    sha = origin.commit({"binary": b"a\0b", "latin": b"\xe9", "large": "x" * (1024 * 1024 + 1), "fits": "x"})
    names = ("binary", "latin", "large", "link", "missing", "fits")
    assert mirror.read_many(sha, names) == {"fits": "x"}
    assert mirror.read(sha, "missing") is None


def test_a_diff_has_both_sides_of_every_file(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"changed": "old\n", "gone": "bye\n", "old name": "same\n", "kept": "k\n"})
    head = origin.commit(
        {"changed": "new\n", "gone": None, "old name": None, "neuer Name é": "same\n", "b.png": b"\0"}
    )
    diff = mirror.diff(base, head)
    assert [(file.path, file.status, file.old_text, file.text) for file in diff.files] == [
        ("b.png", FileStatus.ADDED, None, None),
        ("changed", FileStatus.MODIFIED, "old\n", "new\n"),
        ("gone", FileStatus.DELETED, "bye\n", None),
        ("neuer Name é", FileStatus.ADDED, None, "same\n"),
        ("old name", FileStatus.DELETED, "same\n", None),
    ]
    assert diff.files[0].is_binary
    assert diff.files[1].size == 4


def test_a_diff_shows_modes_links_and_submodules(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"run.sh": "#!/bin/sh\n", "real": "text\n"})
    origin.stage("100755", "run.sh", "#!/bin/sh\n")
    origin.stage("120000", "real", "../../etc/passwd")
    origin.stage("160000", "sub", base)
    head = origin.commit({})
    modes = [(file.path, file.old_mode, file.new_mode) for file in mirror.diff(base, head).files]
    assert modes == [
        ("real", "100644", "120000"),
        ("run.sh", "100644", "100755"),
        ("sub", "", "160000"),
    ]


def test_a_path_that_is_not_utf_8_survives(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"a": "1"})
    head = origin.commit_entry("100644", "caf\udce9.txt", "x")
    assert mirror.diff(base, head).paths == ("caf\udce9.txt",)


def test_a_textconv_of_the_repository_does_not_run(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    base = origin.commit({".gitattributes": "* diff=evil\n", "a": "1"})
    head = origin.commit({"a": "2"})
    mirror.fetch(head)
    with (mirror.directory / "config").open("a") as configuration:
        configuration.write(f'[diff "evil"]\n\ttextconv = touch {canary}\n\tcommand = touch {canary}\n')
    assert mirror.diff(base, head).files[0].text == "2"
    assert not canary.exists()


@pytest.mark.parametrize("wreck", ["packs", "head", "everything"])
def test_a_broken_mirror_is_made_anew(
    origin: Origin, mirror_of: Callable[[Origin], Mirror], wreck: str
) -> None:
    sha = origin.commit({"a": "1"})
    mirror_of(origin).read(sha, "a")
    mirror = mirror_of(origin)  # one that remembers no answer
    if wreck == "packs":
        break_packs(mirror)
    elif wreck == "head":
        (mirror.directory / "HEAD").write_text("nonsense")
    else:
        for file in mirror.directory.rglob("*"):
            if file.is_file():
                file.unlink()
    assert mirror.read(sha, "a") == "1"
    assert mirror.head_of("main") == sha
    assert [
        entry.name for entry in mirror.directory.parent.iterdir() if entry.is_dir() and entry.name != "7.git"
    ] == []


def test_a_new_mirror_knows_the_lost_commits_too(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({"README.md": "one\n"})
    origin.git("checkout", "--quiet", "-b", "gone")
    lost = origin.commit({"lost.txt": "found\n"})
    origin.git("checkout", "--quiet", "--force", "main")
    origin.git("branch", "--delete", "--force", "gone")
    mirror.fetch(base, lost)
    break_packs(mirror)
    assert mirror.diff(base, lost).paths == ("lost.txt",)


def test_locks_that_a_killed_git_left_do_not_stop_a_fetch(origin: Origin, mirror: Mirror) -> None:
    origin.commit({"a": "1"})
    mirror.fetch()
    second = origin.commit({"a": "2"})
    for leftover in ("packed-refs.lock", "refs/remotes/origin/main.lock", "config.lock", "shallow.lock"):
        (mirror.directory / leftover).parent.mkdir(parents=True, exist_ok=True)
        (mirror.directory / leftover).touch()
    mirror.fetch()
    assert mirror.head_of("main") == second


def test_a_fetch_that_was_killed_leaves_a_mirror_that_works(origin: Origin, mirror: Mirror) -> None:
    """Baton dies in the middle of a fetch, its git lives on for a while, and the next Baton comes."""
    origin.commit({f"{n}.txt": f"{n}" * 5000 for n in range(200)})
    program = (
        "import sys; from pathlib import Path; from bot.workspace.mirror import Mirrors\n"
        "Mirrors(Path(sys.argv[1])).of(7, sys.argv[2], lambda: '').fetch()"
    )
    command = [sys.executable, "-c", program, str(mirror.directory.parent), str(origin.path)]
    for pause in (0.0, 0.02, 0.05, 0.1):
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 10
        while not mirror.directory.with_suffix(".lock").exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause)
        process.kill()
        process.wait()
        sha = origin.commit({"a": str(pause)})
        assert mirror.read(sha, "a") == str(pause)
        assert mirror.git("fsck", "--connectivity-only", "--no-dangling", configuration=PROMISOR) == b""


def test_an_orphaned_fetch_keeps_its_mirror_locked(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"a": "1"})
    mirrors = tmp_path / "mirrors"
    program = (
        "import sys; from pathlib import Path; from bot.workspace.mirror import Mirrors\n"
        "Mirrors(Path(sys.argv[1])).of(7, sys.argv[2], lambda: '').fetch()"
    )
    with serving(origin.path.parent) as server:
        server.may_answer.clear()
        command = [sys.executable, "-c", program, str(mirrors), f"{server.url}/origin/.git"]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        while not server.seen:
            time.sleep(0.01)
        process.kill()
        process.wait()
        with pytest.raises(LockBusy), locked(mirrors / "7.lock", seconds=0.1):
            pass
        server.may_answer.set()
        with locked(mirrors / "7.lock", seconds=20):
            pass


def test_many_packs_become_few(origin: Origin, mirror: Mirror) -> None:
    files = {f"{n}.txt": f"number {n}\n" for n in range(MOST_PACKS + 5)}
    sha = origin.commit(files)
    for name, text in files.items():
        assert mirror.read(sha, name) == text
    assert packs(mirror) < 10
    assert mirror.read_many(sha, files) == files


def test_an_origin_that_is_away_is_no_broken_mirror(origin: Origin, mirror: Mirror) -> None:
    sha = origin.commit({"a": "1"})
    mirror.read(sha, "a")
    origin.path.rename(origin.path.with_name("elsewhere"))
    with pytest.raises(GitFailed, match="does not appear to be a git repository"):
        mirror.fetch()
    assert mirror.read(sha, "a") == "1"


def test_threads_share_a_mirror(origin: Origin, mirror: Mirror) -> None:
    shas = [origin.commit({"a": str(n)}) for n in range(4)]
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda sha: mirror.read(sha, "a"), shas * 3))
    assert texts == ["0", "1", "2", "3"] * 3


def test_processes_share_a_mirror(origin: Origin, mirror: Mirror) -> None:
    sha = origin.commit({"a": "shared"})
    program = (
        "import sys; from pathlib import Path; from bot.workspace.mirror import Mirrors\n"
        "mirror = Mirrors(Path(sys.argv[1])).of(7, sys.argv[2], lambda: '')\n"
        "print(mirror.read(sys.argv[3], 'a'), end='')"
    )
    command = [sys.executable, "-c", program, str(mirror.directory.parent), str(origin.path), sha]
    root = Path(__file__).parents[2]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(4)]
    assert [process.communicate()[0] for process in started] == ["shared"] * 4
    assert [process.returncode for process in started] == [0] * 4


def test_a_shallow_repository_can_be_mirrored(
    origin: Origin, mirror_of: Callable[[Origin], Mirror], tmp_path: Path
) -> None:
    origin.commit({"a": "1"})
    head = origin.commit({"a": "2"})
    shallow = Origin(tmp_path / "shallow")
    origin.git("clone", "--quiet", "--depth=1", f"file://{origin.path}", str(shallow.path))
    assert mirror_of(shallow).read(head, "a") == "2"


def test_a_revision_of_a_local_repository_is_named_like_in_git(origin: Origin) -> None:
    first = origin.commit({"a": "1"})
    second = origin.commit({"a": "2"})
    origin.git("tag", "v1", first)
    assert [commit_named(origin.path, name) for name in ("v1", "HEAD~1", "main", second[:10])] == [
        first, first, second, second,
    ]  # fmt: skip
    with pytest.raises(RevisionUnknown, match="has no commit called '--all'"):
        commit_named(origin.path, "--all")
    with pytest.raises(RevisionUnknown, match="is no git repository"):
        commit_named(origin.path.parent, "main")


def test_over_http_the_token_is_in_the_header_and_nowhere_else(origin: Origin, tmp_path: Path) -> None:
    sha = origin.commit({"a": "1"})
    with serving(origin.path.parent) as server:
        server.authorization = "Basic eC1hY2Nlc3MtdG9rZW46Z2hzX2NhbmFyeQ=="
        url = f"{server.url}/origin/.git"
        mirror = Mirrors(tmp_path / "mirrors").of(7, url, lambda: "ghs_canary")
        assert mirror.read(sha, "a") == "1"
        assert {header for _, header in server.seen} == {server.authorization}
    written = b"".join(file.read_bytes() for file in mirror.directory.rglob("*") if file.is_file())
    assert b"ghs_canary" not in written
    assert b"Z2hzX2NhbmFyeQ" not in written
    assert b"ghs_canary" not in repr(mirror).encode()


def test_a_token_is_asked_for_only_when_something_is_fetched(origin: Origin, tmp_path: Path) -> None:
    sha = origin.commit({"a": "1"})
    asked: list[str] = []

    def token() -> str:
        asked.append("token")
        return "ghs_x"

    with serving(origin.path.parent) as server:
        mirror = Mirrors(tmp_path / "mirrors").of(7, f"{server.url}/origin/.git", token)
        mirror.read(sha, "a")
        fetches = len(asked)
        mirror.read(sha, "a")
        mirror.contains(sha, sha)
        assert len(asked) == fetches == 2


def test_a_refused_token_is_reported_without_the_token(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"a": "1"})
    with serving(origin.path.parent) as server:
        server.authorization = "Basic other"
        mirror = Mirrors(tmp_path / "mirrors").of(7, f"{server.url}/origin/.git", lambda: "ghs_canary")
        with pytest.raises(GitFailed, match="git fetch failed") as refused:
            mirror.fetch()
    assert "ghs_canary" not in str(refused.value)


def test_a_redirect_to_another_host_never_gets_the_token(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"a": "1"})
    with serving(origin.path.parent) as server, serving(origin.path.parent) as thief:
        server.redirect_to = thief.url
        mirror = Mirrors(tmp_path / "mirrors").of(7, f"{server.url}/origin/.git", lambda: "ghs_canary")
        with pytest.raises(GitFailed):
            mirror.fetch()
        assert thief.seen == []


@pytest.mark.parametrize(
    "url",
    ["https://x:token@github.com/a/b.git", "ext::sh -c touch", "ssh://git@github.com/a/b", "file:///x", "-u"],
)
def test_a_clone_url_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="clone"):
        Mirrors(tmp_path).of(7, url, lambda: "")
