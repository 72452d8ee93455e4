"""Which workflows run when something happens in the repository."""

from __future__ import annotations

import pytest

from tests.playground.ci.world import World

JOB = "jobs:\n  test: {runs-on: x, steps: [{run: 'true'}]}\n"


def started(world: World) -> list[str]:
    return [run.workflow_path.split("/")[-1].removesuffix(".yml") for run in world.seen.runs.values()]


def workflows(**triggers: str) -> dict[str, str]:
    return {f".github/workflows/{name}.yml": f"on: {on}\n{JOB}" for name, on in triggers.items()}


def test_a_push_starts_what_asks_for_pushes(world: World) -> None:
    world.pushes(
        workflows(
            a="push", b="[push, pull_request]", c="pull_request", d="{push: null}", e="workflow_dispatch"
        )
    )
    assert started(world) == ["a", "b", "d"]
    run = world.seen.runs[1]
    assert (run.event, run.branch, run.number, run.workflow_path) == (
        "push",
        "main",
        None,
        ".github/workflows/a.yml",
    )


def test_branch_filters_choose_by_the_branch_pushed_to(world: World) -> None:
    world.pushes(
        workflows(
            exact="{push: {branches: [main]}}",
            star="{push: {branches: ['feature/*']}}",
            deep="{push: {branches: ['feature/**']}}",
            but="{push: {branches: ['**', '!feature/**']}}",
            ignored="{push: {branches-ignore: ['feature/**']}}",
            tags="{push: {tags: ['v*']}}",
        ),
        branch="feature/one/two",
    )
    assert started(world) == ["deep"]


def test_path_filters_choose_by_what_changed(world: World) -> None:
    files = workflows(
        backend="{push: {paths: ['backend/**']}}",
        frontend="{push: {paths: ['frontend/**', '!frontend/docs/**']}}",
        anything_but_docs="{push: {paths-ignore: ['**.md', 'frontend/docs/**']}}",
    )
    world.pushes(files)
    world.seen.runs.clear()
    world.pushes({"backend/app/main.py": "", "README.md": ""})
    assert started(world) == ["anything_but_docs", "backend"]
    world.seen.runs.clear()
    world.pushes({"frontend/docs/a.txt": "", "README.md": ""})
    assert started(world) == []


@pytest.mark.parametrize("message", ["Fix it [skip ci]", "[no ci] later"])
def test_a_commit_may_ask_to_be_skipped(world: World, message: str) -> None:
    world.pushes(workflows(a="push"), message=message)
    assert started(world) == []


def test_a_pull_request_is_judged_as_merged_into_its_base(world: World) -> None:
    workflow = """
        on: pull_request
        jobs:
          test:
            runs-on: x
            steps:
              - uses: actions/checkout@v4
              - run: cat base.txt head.txt; git log -1 --format=%s; echo $GITHUB_REF $GITHUB_HEAD_REF $GITHUB_BASE_REF
    """
    world.repository.commit({".github/workflows/ci.yml": workflow, "base.txt": "old\n"})
    world.repository.commit({"base.txt": "newer on main\n"})
    sha = world.opens_a_pull_request({"head.txt": "of the head\n"})
    base = world.repository.head("main")
    job = world.seen.only_job
    assert f"\nnewer on main\nof the head\nMerge {sha} into {base}\nrefs/pull/7/merge topic main\n" in job.log
    run = world.seen.runs[1]
    assert (run.sha, run.event, run.branch, run.number) == (sha, "pull_request", "topic", 7)


def test_the_workflow_of_the_merge_runs_not_that_of_the_base(world: World) -> None:
    world.repository.commit(workflows(a="push"))
    world.opens_a_pull_request(workflows(b="pull_request"))
    assert started(world) == ["b"]


def test_nothing_runs_while_head_conflicts_with_base(world: World) -> None:
    world.repository.commit({**workflows(a="pull_request"), "x": "one\n"})
    world.repository.commit({"x": "two\n"})
    world.opens_a_pull_request({"x": "three\n"})
    assert started(world) == []


def test_a_pull_requests_branch_filter_looks_at_its_base(world: World) -> None:
    world.repository.commit(
        workflows(yes="{pull_request: {branches: [main]}}", no="{pull_request: {branches: [topic]}}")
    )
    world.opens_a_pull_request({"x": "1"})
    assert started(world) == ["yes"]


def test_a_pull_requests_types_are_heeded(world: World) -> None:
    world.repository.commit(workflows(usual="pull_request", labels="{pull_request: {types: [labeled]}}"))
    world.opens_a_pull_request({"x": "1"}, action="opened")
    world.opens_a_pull_request({"x": "2"}, action="labeled")
    assert started(world) == ["usual", "labels"]


def test_a_repository_without_workflows_reports_nothing(world: World) -> None:
    world.pushes({"README.md": "hello"})
    assert world.seen.runs == {}


def test_a_commit_that_is_not_there_reports_nothing_and_the_ci_goes_on(world: World) -> None:
    world.pushes({"README.md": "hello"})
    world.ci.happened(
        "push", "octo/product", world.repository.git_dir, "0" * 39 + "1", "main", None, None, frozenset()
    )
    world.waits()
    world.pushes(workflows(a="push"))
    assert started(world) == ["a"]


def test_switched_off_the_ci_reports_nothing(world: World) -> None:
    world.start(mode="off")
    world.pushes(workflows(a="push"))
    assert world.seen.runs == {}


def test_green_reports_success_of_each_job_without_running_it(world: World) -> None:
    marker = world.directory / "ran"
    world.start(mode="green")
    world.pushes(
        {
            ".github/workflows/ci.yml": f"""
                on: push
                jobs:
                  build: {{runs-on: x, steps: [{{run: touch {marker}; exit 1}}]}}
                  test:
                    runs-on: x
                    needs: build
                    strategy: {{matrix: {{n: [1, 2]}}}}
                    steps: [{{run: exit 1}}]
            """
        }
    )
    assert world.seen.conclusions == {"build": "success", "test (1)": "success", "test (2)": "success"}
    assert world.seen.run_conclusions == ["success"]
    assert "without being run" in world.seen.job("build").log
    assert not marker.exists()


def test_a_workflow_that_is_no_yaml_is_a_run_that_did_not_start(world: World) -> None:
    world.pushes({".github/workflows/ci.yml": "on: push\njobs: [unclosed\n"})
    assert world.seen.run_conclusions == ["startup_failure"]
    assert world.seen.only_job.conclusion == "failure"
    assert "is no YAML: line 3" in world.seen.only_job.log
    assert world.seen.only_job.annotations[0].path == ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        (
            "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: x}]}, b: {runs-on: x, needs: a, steps: [{run: x}]}}",
            "wait for each other in a circle",
        ),
        ("on: push\njobs:\n  a: {runs-on: x, needs: biuld, steps: [{run: x}]}\n", "'biuld', which is no job"),
        ("on: push\njobs: {}\n", "it has no jobs"),
        ("on: push\njobs:\n  a: {steps: [{run: x}]}\n", "does not say `runs-on:`"),
        ("on: push\njobs:\n  a: {runs-on: x, steps: [{name: x}]}\n", "exactly one of `run:` and `uses:`"),
        ("on: push\njobs:\n  a: {runs-on: x, stepps: [{run: x}]}\n", "unexpected 'stepps'"),
        ("jobs:\n  a: {runs-on: x, steps: [{run: x}]}\n", "does not say when it runs"),
        ("just a text", "is not a mapping"),
        ("", "is not a mapping"),
    ],
)
def test_a_workflow_that_github_would_refuse_says_what_is_wrong(
    world: World, workflow: str, why: str
) -> None:
    world.pushes({".github/workflows/ci.yml": workflow})
    assert world.seen.run_conclusions == ["startup_failure"]
    assert why in world.seen.only_job.log


def test_a_broken_workflow_does_not_keep_others_from_running(world: World) -> None:
    world.pushes({**workflows(good="push"), ".github/workflows/bad.yml": "["})
    assert sorted(str(each) for each in world.seen.run_conclusions) == ["startup_failure", "success"]


def test_a_workflow_can_ask_for_what_the_event_said(world: World) -> None:
    workflow = """
        on: pull_request
        jobs:
          test:
            if: github.event.pull_request.head.repo.full_name == github.repository
            runs-on: x
            steps:
              - run: echo "number ${{ github.event.number }} from $(grep -o '"number"' $GITHUB_EVENT_PATH | head -1)"
    """
    world.repository.commit({".github/workflows/ci.yml": workflow})
    world.opens_a_pull_request({"x": "1"})
    assert '\nnumber 7 from "number"\n' in world.seen.only_job.log
