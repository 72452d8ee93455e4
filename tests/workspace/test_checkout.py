"""A checkout shows an agent files, takes changes to files, and nothing of the repository runs or escapes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.facts.diff import FileStatus
from bot.ports import Workspace, WorkspaceRefusal
from bot.workspace.checkout import Checkout, CheckoutImpossible, open_checkout
from bot.workspace.mirror import Mirror
from tests.workspace.conftest import Origin

FILES = {
    "README.md": "# Shop\n",
    "src/app.py": "print(1)\n",
    "src/lib/a.py": "a = 1\n",
    ".gitignore": "dist/\n",
}


@pytest.fixture
def sha(origin: Origin) -> str:
    return origin.commit(FILES)


@pytest.fixture
def checkout(mirror: Mirror, sha: str, tmp_path: Path) -> Iterator[Checkout]:
    with open_checkout(mirror, sha, tmp_path / "run") as opened:
        yield opened


def changes(checkout: Workspace) -> list[tuple[str, str, str | None, str | None]]:
    return [(file.status.value, file.path, file.old_text, file.text) for file in checkout.changes().files]


def refusal(checkout: Checkout, act: str, path: str, *rest: str) -> str:
    with pytest.raises(WorkspaceRefusal) as refused:
        getattr(checkout, act)(path, *rest)
    return str(refused.value)


def test_a_fresh_checkout_shows_the_files_and_no_change(checkout: Checkout) -> None:
    assert checkout.paths() == (".gitignore", "README.md", "src/app.py", "src/lib/a.py")
    assert checkout.read("src/app.py") == "print(1)\n"
    assert checkout.changes().files == ()


def test_nothing_of_git_stands_among_the_files(checkout: Checkout) -> None:
    assert not [
        path for path in checkout.files.rglob("*") if ".git" in path.name and path.name != ".gitignore"
    ]


def test_what_was_written_changed_and_deleted_is_the_change(checkout: Checkout) -> None:
    checkout.write("src/app.py", "print(2)\n")
    checkout.write("docs/new/read me.md", "Grüße\n")
    checkout.delete("src/lib/a.py")
    assert changes(checkout) == [
        ("A", "docs/new/read me.md", None, "Grüße\n"),
        ("M", "src/app.py", "print(1)\n", "print(2)\n"),
        ("D", "src/lib/a.py", "a = 1\n", None),
    ]
    assert checkout.paths() == (".gitignore", "README.md", "docs/new/read me.md", "src/app.py")


def test_a_change_taken_back_is_none(checkout: Checkout) -> None:
    checkout.write("src/app.py", "print(2)\n")
    checkout.write("src/app.py", "print(1)\n")
    checkout.write("new.md", "x")
    checkout.delete("new.md")
    assert changes(checkout) == []


def test_a_move_is_its_two_sides(checkout: Checkout) -> None:
    checkout.write("src/main.py", checkout.read("src/app.py"))
    checkout.delete("src/app.py")
    assert [(status, path) for status, path, _, _ in changes(checkout)] == [
        ("D", "src/app.py"),
        ("A", "src/main.py"),
    ]


def test_a_file_can_become_a_directory(checkout: Checkout) -> None:
    checkout.delete("README.md")
    checkout.write("README.md/index.md", "x")
    assert [(status, path) for status, path, _, _ in changes(checkout)] == [
        ("D", "README.md"),
        ("A", "README.md/index.md"),
    ]


def test_journalled_changes_are_replayed_as_often_as_one_likes(checkout: Checkout) -> None:
    journal = {"README.md": None, "src/app.py": "print(2)\n", "a/b.md": "b", "README.md/c": "c"}
    checkout.apply(journal)
    once = checkout.changes()
    checkout.apply(journal)
    assert checkout.changes() == once
    assert once.paths == ("README.md", "README.md/c", "a/b.md", "src/app.py")


def test_a_replay_is_as_confined_as_a_write(checkout: Checkout) -> None:
    for path in ("../out", ".git/config", "/etc/x"):
        with pytest.raises(WorkspaceRefusal):
            checkout.apply({path: "x"})
        with pytest.raises(WorkspaceRefusal):
            checkout.apply({path: None})


def test_a_directory_of_a_crashed_run_is_made_anew(mirror: Mirror, sha: str, tmp_path: Path) -> None:
    (tmp_path / "run" / "files" / "src").mkdir(parents=True)
    (tmp_path / "run" / "files" / "poison.py").write_text("x")
    (tmp_path / "run" / "git").mkdir()
    (tmp_path / "run" / "git" / "index.lock").touch()
    with open_checkout(mirror, sha, tmp_path / "run") as checkout:
        assert "poison.py" not in checkout.paths()
        assert checkout.changes().files == ()


def test_a_closed_checkout_leaves_nothing(mirror: Mirror, sha: str, tmp_path: Path) -> None:
    open_checkout(mirror, sha, tmp_path / "run").close()
    assert not (tmp_path / "run").exists()


def test_two_checkouts_of_one_mirror_do_not_disturb_each_other(
    mirror: Mirror, sha: str, tmp_path: Path
) -> None:
    with open_checkout(mirror, sha, tmp_path / "1") as one, open_checkout(mirror, sha, tmp_path / "2") as two:
        one.write("README.md", "one")
        assert two.read("README.md") == "# Shop\n"
        assert two.changes().files == ()


def test_contents_come_in_one_fetch(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    sha = origin.commit({f"{n}.txt": str(n) for n in range(30)})
    mirror.fetch(sha)
    before = len(list((mirror.directory / "objects" / "pack").glob("*.pack")))
    with open_checkout(mirror, sha, tmp_path / "run"):
        assert len(list((mirror.directory / "objects" / "pack").glob("*.pack"))) == before + 1


def test_a_checkout_outlives_its_mirror_being_made_anew(
    origin: Origin, mirror: Mirror, checkout: Checkout
) -> None:
    for pack in (mirror.directory / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"")
    checkout.write("README.md", "changed")
    mirror.fetch()
    mirror.paths(origin.git("rev-parse", "HEAD"))
    assert changes(checkout) == [("M", "README.md", "# Shop\n", "changed")]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("missing.py", "There is no file missing.py. Look for it with Glob or Grep."),
        ("README.md/x", "There is no file README.md/x. Look for it with Glob or Grep."),
        ("src", "src is a directory. Name a file in it, or list it with Glob."),
        ("/etc/passwd", "/etc/passwd is an absolute path; paths are relative to the repository's root."),
        ("src/../../x", "src/../../x leads out with “..”; only files of the repository can be used."),
        ("src//app.py", "src//app.py has an empty part or a “.” in it; write the path as git lists it."),
        ("./README.md", "./README.md has an empty part or a “.” in it; write the path as git lists it."),
        ("", "A path is needed: relative to the repository's root, such as docs/README.md."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(checkout: Checkout, path: str, sentence: str) -> None:
    assert refusal(checkout, "read", path) == sentence
    assert refusal(checkout, "delete", path) == sentence


@pytest.mark.parametrize(
    "path",
    [".git", ".git/config", ".GIT/config", "a/.Git/x", "git~1/x", ".git./x", ".git /x", ".g\u200cit/x", ".git::$INDEX_ALLOCATION/x", "x\\.git\\y"],
)  # fmt: skip
def test_git_data_under_any_name_is_out_of_bounds(checkout: Checkout, path: str) -> None:
    for act, rest in (("read", ()), ("write", ("x",)), ("delete", ())):
        assert "git's own data, or would be taken for it on some machine" in refusal(
            checkout, act, path, *rest
        )


def test_a_link_is_neither_followed_nor_replaced(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    origin.stage("120000", "link", str(tmp_path / "secret"))
    origin.stage("120000", "dir", str(tmp_path))
    origin.stage("120000", "CLAUDE.md", "AGENTS.md")
    sha = origin.commit({"AGENTS.md": "rules"})
    with open_checkout(mirror, sha, tmp_path / "run") as checkout:
        assert refusal(checkout, "read", "CLAUDE.md") == (
            "CLAUDE.md is a symbolic link to AGENTS.md; use the file it names."
        )
        for act, rest in (("read", ()), ("write", ("x",)), ("delete", ())):
            assert "is a symbolic link to" in refusal(checkout, act, "link", *rest)
        assert "There is no file" in refusal(checkout, "read", "dir/secret")
        assert "a part of its path is a file" in refusal(checkout, "write", "dir/new", "x")
        assert not any(path.is_symlink() for path in checkout.files.rglob("*"))
        assert checkout.changes().files == ()


def test_a_link_that_appears_on_the_disk_is_not_followed(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (checkout.files / "planted").symlink_to(tmp_path / "secret")
    (checkout.files / "out").symlink_to(tmp_path)
    assert refusal(checkout, "read", "planted") == (
        "planted is a link, and links are not followed. Use the file it names."
    )
    assert "links are not followed" in refusal(checkout, "write", "planted", "x")
    with pytest.raises(WorkspaceRefusal):
        checkout.read("out/secret")
    with pytest.raises(WorkspaceRefusal):
        checkout.write("out/new", "x")
    assert not (tmp_path / "new").exists()
    assert "out/secret" not in checkout.paths()


def test_a_pipe_on_the_disk_does_not_hang_a_reader(checkout: Checkout) -> None:
    os.mkfifo(checkout.files / "pipe")
    assert "pipe is a directory" in refusal(checkout, "read", "pipe")
    assert "pipe" not in checkout.paths()


def test_a_submodule_is_another_repository(origin: Origin, mirror: Mirror, sha: str, tmp_path: Path) -> None:
    origin.stage("160000", "vendor/lib", sha)
    head = origin.commit({".gitmodules": '[submodule "x"]\n\tpath = vendor/lib\n\turl = ext::sh -c touch\n'})
    with open_checkout(mirror, head, tmp_path / "run") as checkout:
        for path in ("vendor/lib", "vendor/lib/new.py"):
            assert refusal(checkout, "write", path, "x") == (
                "vendor/lib is a submodule; its files belong to another repository."
            )
        assert checkout.changes().files == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a\0b", "odd is a binary file; only text can be read and written."),
        (b"\xff\xfe", "odd is a binary file; only text can be read and written."),
        (b"x" * (1024 * 1024 + 1), "odd is larger than 1 MB (1048577 bytes); it is not shown."),
    ],
)
def test_what_is_no_text_is_not_read(
    origin: Origin, mirror: Mirror, tmp_path: Path, content: bytes, sentence: str
) -> None:
    with open_checkout(mirror, origin.commit({"odd": content}), tmp_path / "run") as checkout:
        assert refusal(checkout, "read", "odd") == sentence


def test_a_megabyte_is_text_still(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    text = "x" * (1024 * 1024)
    with open_checkout(mirror, origin.commit({"edge": text}), tmp_path / "run") as checkout:
        assert checkout.read("edge") == text
        checkout.write("edge2", text)
        assert checkout.changes().files[0].text == text


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("src", "x", "src cannot be written: it is a directory. Name a file."),
        ("README.md/x", "x", "README.md/x cannot be written: a part of its path is a file. Choose another path."),
        ("a.md", "a\0b", "The text for a.md has a NUL in it; only text files can be written."),
        ("a.md", "\ud800", "The text for a.md has half a character in it; write it anew."),
        ("a.md", "é" * 524289, "The text for a.md is larger than 1 MB (1048578 bytes); split it up or leave it out."),
        ("dist/a.js", "x", "dist/a.js is ignored by git (.gitignore, line 1: dist/), so it does not belong in the repository. Choose a path that is not ignored."),
        ("cafe\u0301.md", "x", "“cafe\\u{301}.md” is not in Unicode's composed form (NFC), so other machines would see another file."),
        ("a\tb.md", "x", "“a\\u{9}b.md” has a control character in its name; name the file without it."),
        ("a.md ", "x", "“a.md ” has a part that ends with a dot or a blank, which Windows drops."),
        ("a\u202eb.md", "x", "“a\\u{202e}b.md” has an invisible character in its name; name the file without it."),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_with_a_sentence(
    checkout: Checkout, path: str, text: str, sentence: str
) -> None:
    assert refusal(checkout, "write", path, text) == sentence
    assert checkout.changes().files == ()


def test_an_ignored_file_that_is_there_all_the_same_is_a_change(checkout: Checkout) -> None:
    checkout.write("out/a.js", "x")
    checkout.write(".gitignore", "dist/\nout/\n")
    assert checkout.changes().paths == (".gitignore", "out/a.js")


def test_attributes_change_no_byte(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    attributes = "* text eol=crlf\n*.id ident\n*.enc working-tree-encoding=UTF-16\n*.evil filter=evil\n"
    files = {
        ".gitattributes": attributes,
        "a.txt": "a\nb\n",
        "b.txt": "a\r\nb\n",
        "c.id": "$Id$\n",
        "d.enc": "d\n",
    }
    with open_checkout(mirror, origin.commit(files), tmp_path / "run") as checkout:
        assert {path: checkout.read(path) for path in checkout.paths()} == files
        assert (checkout.files / "b.txt").read_bytes() == b"a\r\nb\n"
        assert checkout.changes().files == ()


def test_no_code_of_the_repository_runs(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    """Even where somebody got drivers and hooks into the mirror's own configuration."""
    canary, evil = tmp_path / "canary", tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    evil.chmod(0o755)
    attributes = "* filter=evil diff=evil merge=evil\n"
    sha = origin.commit({".gitattributes": attributes, "a.txt": "a\n"})
    mirror.fetch(sha)
    hooks = mirror.directory / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).hardlink_to(evil)
    with (mirror.directory / "config").open("a") as configuration:
        configuration.write(
            f'[filter "evil"]\n\tsmudge = {evil}\n\tclean = {evil}\n\tprocess = {evil}\n\trequired = true\n'
            f'[diff "evil"]\n\ttextconv = {evil}\n\tcommand = {evil}\n'
            f"[core]\n\tfsmonitor = {evil}\n\thooksPath = {hooks}\n\tsshCommand = {evil}\n"
            f"[diff]\n\texternal = {evil}\n"
        )
    with open_checkout(mirror, sha, tmp_path / "run") as checkout:
        checkout.write("a.txt", "b\n")
        checkout.write("new.txt", "n\n")
        assert checkout.changes().paths == ("a.txt", "new.txt")
    mirror.fetch()
    assert not canary.exists()


def test_a_repository_with_git_data_in_its_tree_cannot_be_laid_out(
    origin: Origin, mirror: Mirror, tmp_path: Path
) -> None:
    blob = origin.git("hash-object", "-w", "--stdin", send="[core]\n")
    inner = origin.git("mktree", send=f"100644 blob {blob}\tconfig\n")
    tree = origin.git("mktree", send=f"040000 tree {inner}\tGIT~1\n")
    sha = origin.git("commit-tree", tree, "-m", "hostile")
    origin.git("update-ref", "refs/heads/hostile", sha)
    with pytest.raises(CheckoutImpossible, match="invalid path"):
        open_checkout(mirror, sha, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_path_with_a_carriage_return_stays_one_path(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    sha = origin.commit({"sub\r": "x", "plain": "y"})
    with open_checkout(mirror, sha, tmp_path / "run") as checkout:
        assert checkout.paths() == ("plain", "sub\r")
        checkout.write("plain", "z")
        assert checkout.changes().paths == ("plain",)


def test_an_executable_stays_one(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    sha = origin.commit_entry("100755", "run.sh", "#!/bin/sh\n")
    with open_checkout(mirror, sha, tmp_path / "run") as checkout:
        checkout.write("run.sh", "#!/bin/sh\nexit 1\n")
        changed = checkout.changes().files[0]
        assert (changed.status, changed.old_mode, changed.new_mode) == (
            FileStatus.MODIFIED,
            "100755",
            "100755",
        )
