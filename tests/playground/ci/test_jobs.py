"""How the jobs of a workflow depend on each other, multiply, end early, and are stopped."""

from __future__ import annotations

import time

from tests.playground.ci.world import World, job_of


def test_a_job_waits_for_what_it_needs(world: World) -> None:
    world.pushes(
        {
            ".github/workflows/ci.yml": """
                on: push
                jobs:
                  test: {runs-on: ubuntu-latest, needs: build, steps: [{run: "true"}]}
                  build: {runs-on: ubuntu-latest, steps: [{run: "sleep 0.2"}]}
            """
        }
    )
    order = world.seen.order
    assert order.index("build finished") < order.index("test queued") < order.index("test started")


def test_what_needs_a_failed_job_is_skipped_unless_it_runs_always(world: World) -> None:
    world.pushes(
        {
            ".github/workflows/ci.yml": """
                on: push
                jobs:
                  build: {runs-on: x, steps: [{run: exit 1}]}
                  test: {runs-on: x, needs: build, steps: [{run: "true"}]}
                  deploy: {runs-on: x, needs: [test], steps: [{run: "true"}]}
                  mourn: {runs-on: x, needs: [test], if: failure(), steps: [{run: "true"}]}
                  tell:
                    runs-on: x
                    needs: [build, test]
                    if: always()
                    steps: [{run: "echo ${{ needs.build.result }} ${{ needs.test.result }}"}]
            """
        }
    )
    assert world.seen.conclusions == {
        "build": "failure",
        "test": "skipped",
        "deploy": "skipped",
        "mourn": "success",
        "tell": "success",
    }
    assert "\nfailure skipped\n" in world.seen.job("tell").log
    assert world.seen.run_conclusions == ["failure"]


def test_a_job_hands_its_outputs_to_who_needs_it(world: World) -> None:
    world.pushes(
        {
            ".github/workflows/ci.yml": """
                on: push
                jobs:
                  one:
                    runs-on: x
                    outputs: {versions: "${{ steps.say.outputs.list }}"}
                    steps: [{id: say, run: 'echo "list=[1, 2]" >> $GITHUB_OUTPUT'}]
                  two:
                    runs-on: x
                    needs: one
                    strategy: {matrix: {version: "${{ fromJSON(needs.one.outputs.versions) }}"}}
                    steps: [{run: "true"}]
            """
        }
    )
    assert set(world.seen.conclusions) == {"one", "two (1)", "two (2)"}


def test_a_matrix_makes_a_job_of_each_value(world: World) -> None:
    world.pushes(
        {
            ".github/workflows/ci.yml": """
                on: push
                jobs:
                  test:
                    runs-on: x
                    strategy: {matrix: {python: ["3.11", "3.12"]}}
                    steps:
                      - run: echo "python ${{ matrix.python }}"
                      - {run: echo only once, if: matrix.python == '3.11'}
                  lint:
                    name: Lint on ${{ matrix.system }}
                    runs-on: ${{ matrix.system }}
                    strategy: {matrix: {system: [linux]}}
                    steps: [{run: "true"}]
            """
        }
    )
    assert set(world.seen.conclusions) == {"test (3.11)", "test (3.12)", "Lint on linux"}
    assert "\npython 3.12\n" in world.seen.job("test (3.12)").log
    assert "\nonly once\n" in world.seen.job("test (3.11)").log
    assert "\nonly once\n" not in world.seen.job("test (3.12)").log


def test_a_failed_matrix_job_ends_its_siblings_unless_fail_fast_is_off(world: World) -> None:
    workflow = """
        on: push
        jobs:
          test:
            runs-on: x
            strategy: {matrix: {n: [1, 2, 3]} MORE}
            steps: [{run: 'if [ ${{ matrix.n }} = 1 ]; then exit 1; else sleep 0.7; fi'}]
    """
    world.pushes({".github/workflows/ci.yml": workflow.replace("MORE", "")})
    assert world.seen.conclusions == {
        "test (1)": "failure",
        "test (2)": "cancelled",
        "test (3)": "cancelled",
    }
    world.pushes({".github/workflows/ci.yml": workflow.replace("MORE", ", fail-fast: false")})
    assert world.seen.conclusions["test (3)"] == "success"


def test_a_job_that_takes_too_long_is_ended_with_all_it_started(world: World) -> None:
    marker = world.directory / "survived"
    workflow = f"""
        on: push
        jobs:
          test:
            runs-on: x
            timeout-minutes: 0.01
            steps:
              - run: (sleep 1.5; touch {marker}) & sleep 30
              - {{name: by default, run: "true"}}
              - {{name: always, run: "true", if: always()}}
    """
    began = time.monotonic()
    job = world.runs(workflow)
    assert time.monotonic() - began < 3
    assert job.conclusion == "cancelled"  # GitHub's word for it, too
    assert "has exceeded the maximum execution time of 0.01 minutes." in job.log
    assert job.step_conclusions["by default"] == "skipped"
    assert job.step_conclusions["always"] == "success"
    time.sleep(max(0.0, began + 2.3 - time.monotonic()))
    assert not marker.exists()


def test_no_job_takes_longer_than_the_playground_allows(world: World) -> None:
    world.start(minutes=0.01)
    job = world.runs_steps("- run: sleep 30")
    assert job.conclusion == "cancelled"


def test_a_step_that_takes_longer_than_its_own_time_is_red(world: World) -> None:
    job = world.runs_steps("- {run: sleep 30, timeout-minutes: 0.01}")
    assert job.conclusion == "failure"
    assert "longer than its timeout-minutes" in job.log


def test_what_a_step_leaves_in_the_background_lives_until_the_job_ends(world: World) -> None:
    marker = world.directory / "survived"
    job = world.runs_steps(f"""
        - run: (while true; do date > beat; sleep 0.1; done) &
        - run: rm -f beat; sleep 0.4; cat beat
        - run: (setsid sh -c 'sleep 1; touch {marker}') > /dev/null 2>&1 &
    """)
    assert job.conclusion == "success"
    time.sleep(1.3)
    assert not marker.exists()


def test_at_most_two_jobs_run_at_once_first_come_first_served(world: World) -> None:
    jobs = "\n".join(f"                  j{n}: {{runs-on: x, steps: [{{run: sleep 0.3}}]}}" for n in range(4))
    world.pushes({".github/workflows/ci.yml": f"                on: push\n                jobs:\n{jobs}\n"})
    running, most = 0, 0
    for what in world.seen.order:
        running += {"started": 1, "finished": -1}.get(what.split()[1], 0)
        most = max(most, running)
    assert most == 2
    started = [what.split()[0] for what in world.seen.order if what.endswith("started")]
    assert sorted(started[:2]) == ["j0", "j1"]


def test_a_job_that_may_fail_does_not_turn_the_run_red(world: World) -> None:
    job = world.runs("""
        on: push
        jobs:
          test: {runs-on: x, continue-on-error: true, steps: [{run: exit 1}]}
    """)
    assert job.conclusion == "failure"
    assert world.seen.run_conclusions == ["success"]


def test_a_new_push_cancels_the_run_before_it_where_the_workflow_says_so(world: World) -> None:
    workflow = """
        on: push
        concurrency: {group: "ci-${{ github.ref }}", cancel-in-progress: true}
        jobs:
          test: {runs-on: x, steps: [{run: sleep N}]}
          after: {runs-on: x, needs: test, steps: [{run: "true"}]}
    """
    world.pushes({".github/workflows/ci.yml": workflow.replace("sleep N", "sleep 20")}, wait=False)
    while "test started" not in world.seen.order:
        time.sleep(0.02)
    world.pushes({".github/workflows/ci.yml": workflow.replace("sleep N", "sleep 0")})
    assert world.seen.run_conclusions == ["cancelled", "success"]
    assert [job.conclusion for job in world.seen.all_jobs.values() if job.name == "test"] == [
        "cancelled",
        "success",
    ]


def test_a_new_push_leaves_the_run_before_it_alone_otherwise(world: World) -> None:
    workflow = "on: push\njobs:\n  test: {runs-on: x, steps: [{run: sleep 0.3}]}\n"
    world.pushes({".github/workflows/ci.yml": workflow}, wait=False)
    world.pushes({"other": "1"})
    assert world.seen.run_conclusions == ["success", "success"]


def test_closing_ends_what_runs_at_once(world: World) -> None:
    workflow = "on: push\njobs:\n  test: {runs-on: x, steps: [{run: sleep 30}]}\n"
    world.pushes({".github/workflows/ci.yml": workflow}, wait=False)
    while "test started" not in world.seen.order:
        time.sleep(0.02)
    began = time.monotonic()
    world.close()
    assert time.monotonic() - began < 3


def test_services_that_cannot_be_provided_are_named(world: World) -> None:
    job = world.runs("""
        on: push
        jobs:
          test: {runs-on: x, services: {db: {image: postgres}}, steps: [{run: "true"}]}
    """)
    assert "`services:` is not provided here" in job.log


def test_a_reusable_workflow_is_skipped_and_the_log_says_so(world: World) -> None:
    job = world.runs("""
        on: push
        jobs:
          call: {uses: octo/shared/.github/workflows/x.yml@v1}
    """)
    assert job.conclusion == "skipped"
    assert "runs no reusable workflows" in job.log


def test_a_run_that_is_over_at_once_takes_nothing_from_the_next(world: World) -> None:
    skipped = "on: push\njobs:\n  no: {runs-on: x, if: false, steps: [{run: 'true'}]}\n"
    world.pushes(
        {
            ".github/workflows/a.yml": skipped,
            ".github/workflows/b.yml": job_of(
                "- uses: actions/checkout@v4\n- run: cat .github/workflows/a.yml"
            ),
        }
    )
    assert world.seen.conclusions == {"no": "skipped", "test": "success"}
