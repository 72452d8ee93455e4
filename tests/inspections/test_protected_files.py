"""Nothing in the change runs code, moves powers or hides: it accepts, it refuses, the edges."""

from __future__ import annotations

import pytest

from bot.facts.diff import ChangedFile
from bot.inspections.protected_files import inspect, refusal_for
from bot.plan.configuration import Configuration, Devops
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import (
    added,
    change,
    deleted,
    modified,
    sentences,
    stage_of,
    stage_of_everything,
)

ALL = stage_of_everything()
OPEN = Configuration(devops=Devops(workflows=True))
MEGABYTE = 1024 * 1024


def found(*files: ChangedFile, base: tuple[str, ...] = ()) -> list[str]:
    return sentences(inspect(change(*files, base=base), ALL))


def test_plain_files_are_welcome() -> None:
    assert found(
        added("backend/app/notify.py"),
        added("docs/Größe & Maß/[id]/page (1).tsx"),
        added(".gitignore"),
        added("src/.gitkeep", ""),
        modified("run.sh", old="100755", new="100755"),
        deleted("old.py"),
        deleted("run-old.sh", old="100755"),
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".github/baton.yml", "it steers GitHub itself: workflows, reviews, settings"),
        (".GitHub/dependabot.yml", "it steers GitHub itself: workflows, reviews, settings"),
        (".claude/agents/backend-developer.md", "it says what agents may do"),
        ("agents/backend-developer.md", "it says what agents may do"),
        ("CODEOWNERS", "it says whose review GitHub asks for"),
        ("docs/CODEOWNERS", "it says whose review GitHub asks for"),
        (".github/CODEOWNERS", "it says whose review GitHub asks for"),
        (".gitmodules", "it names repositories that git would fetch and check out"),
        ("GITMOD~1", "it names repositories that git would fetch and check out"),
        (".gitattributes", "it can make git rewrite files and run programs"),
        ("deep/down/.gitattributes", "it can make git rewrite files and run programs"),
        (".gitattributes::$DATA", "it can make git rewrite files and run programs"),
    ],
)
def test_what_steers_is_protected_even_from_an_owner_of_everything(path: str, reason: str) -> None:
    """R012."""
    sentence = f"{path} is protected, since {reason}. Only people change it; leave it as it is."
    for file in (added(path), modified(path), deleted(path)):
        protected = [told for told in found(file) if "is protected" in told]
        assert [told.replace("“", "").replace("”", "") for told in protected] == [f"error: {sentence}"]
    assert refusal_for(path, ALL, exists=True)


@pytest.mark.parametrize(
    "path", ["src/CODEOWNERS", "backend/agents/a.py", "src/.claude.md", "agents", "x.github/a"]
)
def test_names_that_only_look_like_it_are_free(path: str) -> None:
    assert found(added(path)) == []


def test_workflows_are_closed_until_the_configuration_opens_them() -> None:
    assert refusal_for(".github/workflows/ci.yml", stage_of(StageKind.DEVOPS), exists=True) == (
        ".github/workflows/ci.yml is a workflow, and no agent may write workflows unless .github/baton.yml says "
        "`devops: {workflows: true}`. Leave it as it is."
    )


def test_opened_workflows_are_the_devops_engineers_alone() -> None:
    """R051."""
    files = change(added(".github/workflows/ci.yml"))
    assert sentences(inspect(files, stage_of(StageKind.DEVOPS, OPEN))) == []
    assert sentences(inspect(files, stage_of_everything(OPEN))) == [
        (
            "error: .github/workflows/ci.yml is a workflow, and only the devops-engineer may write workflows here. "
            "Leave it as it is."
        )
    ]


def test_opened_workflows_open_nothing_else() -> None:
    devops = stage_of(StageKind.DEVOPS, OPEN)
    for path in (".github/CODEOWNERS", ".github/actions/x/action.yml", ".github/workflows"):
        assert refusal_for(path, devops, exists=False), path


def test_the_conventions_file_stays_the_orchestrators() -> None:
    """R008."""
    assert refusal_for(".claude/CLAUDE.md", stage_of("orchestrator"), exists=True) is None
    assert refusal_for(".claude/settings.json", stage_of("orchestrator"), exists=True)
    assert refusal_for(".claude/CLAUDE.md", ALL, exists=True)


@pytest.mark.parametrize(
    "path",
    [".git/config", ".GIT/hooks/pre-commit", "a/.git", "git~1", "GIT~2/x", ".git /x", ".git.", ".g\u200dit/x", ".\u2060git/x", ".git\ufe0f/x", ".git\r/x", ".git::$INDEX_ALLOCATION", ".git\\config", "..git/../.git/x", ".ｇｉｔ/x", ".git\U000e0041/x"],
)  # fmt: skip
def test_git_data_under_any_name_is_refused(path: str) -> None:
    assert any("git's own data" in told or "leads out" in told for told in found(added(path)))
    assert refusal_for(path, ALL, exists=True)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("cafe\u0301.py", "“cafe\\u{301}.py” is not in Unicode's composed form (NFC), so other machines would see another file."),
        ("a\nb.py", "“a\\u{a}b.py” has a control character in its name; name the file without it."),
        ("sub\r", "“sub\\u{d}” has a control character in its name; name the file without it."),
        ("a\u202egpj.py", "“a\\u{202e}gpj.py” has an invisible character in its name; name the file without it."),
        ("docs./a.md", "docs./a.md has a part that ends with a dot or a blank, which Windows drops."),
        ("a.md ", "“a.md ” has a part that ends with a dot or a blank, which Windows drops."),
        ("a\\b.md", "“a\\b.md” has a backslash or a colon in its name, which Windows reads as something else."),
        ("caf\udce9.py", "“caf\\xe9.py” is not UTF-8; name the file with plain letters."),
        ("../up.py", "../up.py leads out with “..”; only files of the repository can be used."),
        ("/etc/x", "/etc/x is an absolute path; paths are relative to the repository's root."),
    ],
)  # fmt: skip
def test_an_odd_name_is_refused_with_its_oddity(path: str, sentence: str) -> None:
    assert found(added(path)) == [f"error: {sentence}"]
    assert refusal_for(path, ALL, exists=False) == sentence


def test_an_odd_name_that_was_there_before_is_nobodys_fault_now() -> None:
    assert found(modified("cafe\u0301.py"), deleted("a ."), base=("cafe\u0301.py", "a .")) == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (added("a", "../../etc/passwd", "120000"), "a is a symbolic link. Write a plain file, or leave it out."),
        (modified("a", "b", "100644", "120000"), "a is a symbolic link. Write a plain file, or leave it out."),
        (modified("a", "b", "120000", "120000"), "a is a symbolic link. Write a plain file, or leave it out."),
        (modified("a", "b", "120000", "100644"), "a was a symbolic link and would become a plain file. Change the file that it names."),
        (added("a", None, "160000"), "a is a submodule, which would bring in another repository. Leave it as it is."),
        (deleted("a", "160000"), "a is a submodule, which would bring in another repository. Leave it as it is."),
        (added("a", "#!/bin/sh\n", "100755"), "a would be executable, and it was not before. Leave the executable bit off."),
        (modified("a", "x", "100644", "100755"), "a would be executable, and it was not before. Leave the executable bit off."),
        (modified("a", "x", "100755", "100644"), "a was executable and would no longer be. Leave the executable bit on."),
        (added("a", None), "a is a binary file, which nobody can review. Leave it out."),
        (added("a", None, "100664"), "a has the mode 100664, which is no plain file's. Leave it out."),
        (added("a", None, size=MEGABYTE + 1), "a is 1.01 MB; a file may have 1 MB. Split it up, or leave it out."),
    ],
)  # fmt: skip
def test_what_is_no_plain_file_is_refused(file: ChangedFile, sentence: str) -> None:
    """P21: binary and too large, too."""
    assert found(file) == [f"error: {sentence}"]


def test_a_megabyte_fits() -> None:
    assert found(added("a", "x" * MEGABYTE)) == []


def test_deleting_a_link_or_a_binary_is_allowed() -> None:
    assert found(deleted("link", "120000"), deleted("logo.png")) == []


def test_three_hundred_files_fit_and_one_more_does_not() -> None:
    """P21."""
    files = [added(f"a/{number:03}.py") for number in range(301)]
    assert found(*files[:300]) == []
    findings = list(inspect(change(*files), ALL))
    assert sentences(findings) == [
        (
            "error: The change has 301 files; 300 are the most that a person can review. "
            "Leave out what is generated, or do less in one stage."
        )
    ]
    assert findings[0].path == "a/300.py"


def test_five_megabytes_fit_and_one_byte_more_does_not() -> None:
    """P21."""
    five = [added(f"{number}.txt", "x", size=MEGABYTE) for number in range(5)]
    assert found(*five) == []
    assert found(*five, added("z.txt", "x")) == [
        "error: The change is 5.01 MB; 5 MB are the most. Leave out what is generated; the largest file is 0.txt."
    ]


@pytest.mark.parametrize(
    ("path", "other"),
    [("src/App.tsx", "src/app.tsx"), ("Docs/b.md", "docs"), ("STRASSE.md", "straße.md"), ("É.md", "é.md")],
)
def test_a_name_that_differs_in_case_only_collides_with_what_is_there(path: str, other: str) -> None:
    base = ("src/app.tsx", "docs/a.md", "straße.md", "é.md")
    assert found(added(path), base=base) == [
        (
            f"error: {path} differs from {other} only in upper and lower case, so many machines would see one file. "
            "Spell it the same way, or choose another name."
        )
    ]


def test_two_new_names_collide_with_each_other() -> None:
    assert len(found(added("a/One.py"), added("a/one.py"))) == 1


def test_a_rename_of_upper_and_lower_case_is_no_collision() -> None:
    assert found(deleted("Readme.md"), added("README.md"), base=("Readme.md",)) == []


def test_a_collision_that_was_there_before_is_nobodys_fault_now() -> None:
    assert found(modified("a.md"), base=("a.md", "A.md")) == []


def test_all_faults_are_told_at_once() -> None:
    told = found(added(".github/x\u200b", "#!", "100755"), added("b", None))
    assert len(told) == 4
