"""What becomes of what a step prints."""

from __future__ import annotations

from bot.playground.ci.log import JobLog, Section
from bot.playground.ci.ports import Annotation
from tests.playground.ci.world import World


def test_errors_and_warnings_become_annotations(world: World) -> None:
    job = world.runs_steps("""
        - run: |
            echo "::error file=app/main.py,line=12,endLine=14,title=Oh no::It is broken%0Abadly"
            echo "::warning file=a.py,line=3::Careful: this, too"
            echo "::notice::By the way"
    """)
    assert job.conclusion == "success"
    assert job.annotations == (
        Annotation("app/main.py", 12, 14, "failure", "It is broken\nbadly", "Oh no"),
        Annotation("a.py", 3, 3, "warning", "Careful: this, too"),
        Annotation(".github", 1, 1, "notice", "By the way"),
    )
    assert "\n##[error]It is broken\n" in job.log


def test_what_is_declared_secret_is_masked_from_then_on(world: World) -> None:
    job = world.runs_steps("""
        - run: |
            word="open-$((6 * 7))-sesame"
            echo "::add-mask::$word"
            echo "the word is $word"
            echo "::error::do not say $word"
        - run: echo "again open-42-sesame"
    """)
    assert "open-42-sesame" not in job.raw_log
    assert "\nthe word is ***\n" in job.log
    assert job.annotations[0].message == "do not say ***"


def test_commands_are_only_text_while_they_are_stopped() -> None:
    log = JobLog()
    for line in ("::stop-commands::tok", "::error::no", "::tok::", "::group::g", "::endgroup::"):
        log.heard(line)
    assert log.annotations == []
    assert "##[group]g" in log.text()


def test_a_path_in_a_message_is_no_command() -> None:
    log = JobLog()
    log.heard("tests/test_a.py::test_b PASSED")
    log.heard("error::x::y")
    assert "tests/test_a.py::test_b PASSED" in log.text()
    assert log.annotations == []


def test_of_a_long_output_the_beginning_and_the_end_are_kept(world: World) -> None:
    job = world.runs_steps("- run: seq 1 150000\n- run: echo the next step has room of its own")
    assert len(job.raw_log) < 1_200_000
    assert "\n1\n2\n3\n" in job.log
    assert "\n149999\n150000\n" in job.log
    assert "lines left out: the output was too long" in job.log
    assert "\nthe next step has room of its own\n" in job.log


def test_a_short_output_is_kept_whole() -> None:
    section = Section(limit=100)
    for n in range(10):
        section.add(f"line {n}")
    assert section.lines() == [f"line {n}" for n in range(10)]


def test_output_that_is_no_text_does_not_stop_the_job(world: World) -> None:
    job = world.runs_steps("- run: printf '\\xff\\xfe\\n'; printf 'no newline at the end'")
    assert job.conclusion == "success"
    assert "no newline at the end" in job.log


def test_a_job_makes_no_more_annotations_than_github_shows() -> None:
    log = JobLog()
    for n in range(80):
        log.heard(f"::error::number {n}")
    assert len(log.annotations) == 50
    assert "##[error]number 79" in log.text()
