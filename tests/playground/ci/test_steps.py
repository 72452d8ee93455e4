"""What the steps of a job do, as their author sees it in the log and in the conclusion."""

from __future__ import annotations

import re

from tests.playground.ci.world import World, job_of


def test_a_green_script_makes_a_green_check_run(world: World) -> None:
    job = world.runs_steps("- run: echo hello from the runner")
    assert job.conclusion == "success"
    assert job.states == ["queued", "in_progress", "completed"]
    assert "##[group]Run echo hello from the runner" in job.log
    assert "\nhello from the runner\n" in job.log
    assert world.seen.run_conclusions == ["success"]


def test_a_red_script_says_its_exit_code_as_github_does(world: World) -> None:
    job = world.runs_steps("- run: exit 3")
    assert job.conclusion == "failure"
    assert "##[error]Process completed with exit code 3." in job.log
    assert [(each.path, each.message) for each in job.annotations] == [
        (".github", "Process completed with exit code 3.")
    ]
    assert world.seen.run_conclusions == ["failure"]


def test_each_line_of_the_log_carries_its_time(world: World) -> None:
    job = world.runs_steps("- run: echo hello")
    assert all(
        re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ", line) for line in job.raw_log.splitlines()
    )


def test_bash_stops_at_the_first_command_that_fails(world: World) -> None:
    job = world.runs_steps("""
        - run: |
            false
            echo not reached
    """)
    assert job.conclusion == "failure"
    assert "\nnot reached\n" not in job.log.partition("##[endgroup]\nThe")[2].replace("echo not reached", "")


def test_a_failing_pipe_is_red_only_where_bash_is_asked_for_by_name(
    world: World,
) -> None:
    world.pushes(
        {
            ".github/workflows/a.yml": "name: a\n" + job_of("- run: false | cat"),
            ".github/workflows/b.yml": "name: b\n" + job_of("- run: false | cat\n  shell: bash"),
        }
    )
    assert world.seen.run_conclusions == ["success", "failure"]


def test_sh_and_python_and_a_custom_shell_run_their_scripts(world: World) -> None:
    job = world.runs_steps("""
        - run: echo "sh is $0" | sed 's/step.*//'
          shell: sh
        - run: print(6 * 7)
          shell: python
        - run: echo custom
          shell: bash -x {0}
    """)
    assert job.conclusion == "success"
    assert "\n42\n" in job.log
    assert "+ echo custom" in job.log


def test_a_shell_that_the_machine_lacks_is_red_with_its_name(world: World) -> None:
    job = world.runs_steps("- run: echo\n  shell: fish-of-nowhere {0}")
    assert job.conclusion == "failure"
    assert "fish-of-nowhere: command not found" in job.log


def test_the_checkout_is_the_pushed_commit(world: World) -> None:
    sha = world.pushes(
        {
            "greeting.txt": "moin\n",
            ".github/workflows/ci.yml": job_of("""
                - run: ls -A | wc -l
                - uses: actions/checkout@v4
                - run: cat greeting.txt && git rev-parse HEAD && git branch --show-current
            """),
        }
    )
    log = world.seen.only_job.log
    assert "##[endgroup]\n0\n" in log
    assert f"\nmoin\n{sha}\nmain\n" in log


def test_what_a_job_pushes_never_reaches_the_repository(world: World) -> None:
    sha = world.pushes(
        {
            ".github/workflows/ci.yml": job_of("""
                - uses: actions/checkout@v4
                - run: |
                    git -c user.name=x -c user.email=x commit -q --allow-empty -m mine
                    git push -q origin HEAD:main || git push -q origin HEAD:other
            """)
        }
    )
    assert world.seen.only_job.conclusion == "success"
    assert world.repository.head("main") == sha
    assert world.repository.head("other") is None


def test_another_action_is_skipped_and_the_log_says_so(world: World) -> None:
    job = world.runs_steps("""
        - uses: someone/deploys-things@v1
        - uses: actions/upload-artifact@v4
        - run: echo still here
    """)
    assert job.conclusion == "success"
    assert job.step_conclusions["Run someone/deploys-things@v1"] == "skipped"
    assert "someone/deploys-things@v1 is skipped" in job.log
    assert "the playground keeps no artifacts" in job.log


def test_a_step_works_in_its_own_directory_else_in_the_jobs_else_in_the_workflows(
    world: World,
) -> None:
    workflow = """
        on: push
        defaults: {run: {working-directory: a}}
        jobs:
          one:
            runs-on: ubuntu-latest
            steps:
              - {uses: actions/checkout@v4}
              - {run: "echo one=$(basename $PWD)"}
          two:
            runs-on: ubuntu-latest
            defaults: {run: {working-directory: b}}
            steps:
              - {uses: actions/checkout@v4}
              - {run: "echo two=$(basename $PWD)"}
              - {run: "echo three=$(basename $PWD)", working-directory: c}
    """
    world.pushes({".github/workflows/ci.yml": workflow, "a/x": "", "b/x": "", "c/x": ""})
    assert "\none=a\n" in world.seen.job("one").log
    assert "\ntwo=b\n" in world.seen.job("two").log
    assert "\nthree=c\n" in world.seen.job("two").log


def test_a_working_directory_that_is_not_there_is_red_and_named(world: World) -> None:
    job = world.runs_steps("- run: echo\n  working-directory: nowhere")
    assert job.conclusion == "failure"
    assert "The working directory 'nowhere' does not exist in the checkout" in job.log


def test_a_working_directory_outside_the_jobs_own_is_refused(world: World) -> None:
    job = world.runs_steps("- run: pwd\n  working-directory: ../../..")
    assert job.conclusion == "failure"
    assert "lies outside the job's own directories" in job.log


def test_the_narrowest_env_wins(world: World) -> None:
    workflow = """
        on: push
        env: {A: workflow, B: workflow, C: workflow}
        jobs:
          test:
            runs-on: ubuntu-latest
            env: {B: job, C: job}
            steps:
              - run: echo $A/$B/$C and ${{ env.A }}/${{ env.B }}/${{ env.C }}
                env: {C: step}
    """
    job = world.runs(workflow)
    assert "\nworkflow/job/step and workflow/job/step\n" in job.log


def test_a_step_tells_later_steps_by_files(world: World) -> None:
    job = world.runs_steps("""
        - id: first
          run: |
            echo "colour=green" >> "$GITHUB_OUTPUT"
            printf 'poem<<END\\nroses\\nviolets\\nEND\\n' >> "$GITHUB_OUTPUT"
            echo "MOOD=calm" >> "$GITHUB_ENV"
            mkdir bin && printf '#!/bin/sh\\necho my own tool\\n' > bin/tool && chmod +x bin/tool
            echo "$PWD/bin" >> "$GITHUB_PATH"
            echo "## Done" >> "$GITHUB_STEP_SUMMARY"
        - run: |
            echo ${{ steps.first.outputs.colour }} $MOOD ${{ env.MOOD }} $(tool)
            echo '${{ steps.first.outputs.poem }}'
    """)
    assert "\ngreen calm calm my own tool\n" in job.log
    assert "\nroses\nviolets\n" in job.log


def test_a_line_that_github_could_not_read_in_the_env_file_is_red(world: World) -> None:
    job = world.runs_steps('- run: echo "no sign" >> "$GITHUB_ENV"')
    assert job.conclusion == "failure"
    assert "Invalid format 'no sign'" in job.log


def test_steps_run_by_their_conditions(world: World) -> None:
    job = world.runs_steps("""
        - {name: never, run: "true", if: false}
        - {name: on push, run: "true", if: github.event_name == 'push'}
        - {name: on another branch, run: "true", if: "github.ref != 'refs/heads/main'"}
        - {name: red, run: "false", id: red}
        - {name: by default, run: "true"}
        - {name: on success, run: "true", if: "${{ success() }}"}
        - {name: on failure, run: "true", if: failure() && steps.red.outcome == 'failure'}
        - {name: always, run: "true", if: always()}
    """)
    assert job.conclusion == "failure"
    assert job.step_conclusions == {
        "never": "skipped",
        "on push": "success",
        "on another branch": "skipped",
        "red": "failure",
        "by default": "skipped",
        "on success": "skipped",
        "on failure": "success",
        "always": "success",
    }


def test_a_condition_that_cannot_be_read_is_red_and_says_so(world: World) -> None:
    job = world.runs_steps("- run: echo\n  if: nonsense.x == 1")
    assert job.conclusion == "failure"
    assert "Unrecognized named-value: 'nonsense'" in job.log


def test_a_step_that_may_fail_does_not_turn_the_job_red(world: World) -> None:
    job = world.runs_steps("""
        - {run: exit 1, continue-on-error: true, id: shaky}
        - run: echo ${{ steps.shaky.outcome }} but ${{ steps.shaky.conclusion }}
    """)
    assert job.conclusion == "success"
    assert "\nfailure but success\n" in job.log


def test_steps_are_listed_with_numbers_names_and_times(world: World) -> None:
    job = world.runs_steps(
        "- run: |\n    echo one\n    echo two\n- {name: 'On ${{ github.ref_name }}', run: 'true'}"
    )
    assert [(step.number, step.name) for step in job.steps] == [
        (1, "Set up job"),
        (2, "Run echo one"),
        (3, "On main"),
        (4, "Complete job"),
    ]
    assert all(step.started_at <= step.completed_at for step in job.steps)
