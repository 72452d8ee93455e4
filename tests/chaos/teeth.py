"""Each guard is taken out of a copy of the source, once, and a few tests must notice: a guard has no teeth otherwise.

`python -m tests.chaos.teeth` prints the table, keeps it beside the other figures, and fails where nobody noticed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.figures import keep_figures

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("bot", "tests", "agents", "benchmarks", "docs", "pyproject.toml", "README.md")
PATIENCE = 300
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Guard:
    """What protects, where it stands in the source, what is put in its place, and who should notice."""

    name: str
    file: str
    stands: str
    instead: str
    tests: tuple[str, ...]


GUARDS: tuple[Guard, ...] = (
    Guard(
        "signature: only GitHub's deliveries are taken",
        "bot/web/signature.py",
        "hmac.compare_digest(signature(body, secret), header)",
        "True",
        ("tests/web/test_signature.py",),
    ),
    Guard(
        "permission: only who may write may command",
        "bot/facts/facts.py",
        "return not account.is_bot and self.seen.permission_of(account).is_at_least(asked)",
        "return not account.is_bot and asked is not None",
        ("tests/commands/test_hearing.py", "tests/commands/test_approve.py"),
    ),
    Guard(
        "unedited: an edited comment commands nothing",
        "bot/commands/hearing.py",
        "    if comment.edited:",
        "    if False:",
        ("tests/commands/test_hearing.py",),
    ),
    Guard(
        "plan hash: an approval counts for the plan that was shown",
        "bot/facts/facts.py",
        "(each.revision, each.hash) == wanted",
        "each.revision == wanted[0]",
        ("tests/gates/test_plan_approved.py", "tests/test_feature.py"),
    ),
    Guard(
        "fence: who lost the lease writes nothing",
        "bot/engine/leasing.py",
        "    if connection.execute(held).scalar_one_or_none() != leased.fence:",
        "    if connection.execute(held).scalar_one_or_none() is None:",
        ("tests/engine/test_leasing.py",),
    ),
    Guard(
        "lease: one look at a feature at a time",
        "bot/engine/leasing.py",
        ".where(_due(now), free)",
        ".where(_due(now))",
        ("tests/engine/test_leasing.py",),
    ),
    Guard(
        "settle: an unknown outcome is looked for only once it can be seen",
        "bot/feature.py",
        "        if facts.now < effect.since + facts.house.effects_settle:",
        "        if False:",
        ("tests/test_feature.py",),
    ),
    Guard(
        "journal: what is recorded is not done again",
        "bot/github/effects.py",
        "        if known is not None:",
        "        if False:",
        ("tests/github/test_effects.py",),
    ),
    Guard(
        "intent: an effect is written down before it is tried",
        "bot/github/effects.py",
        "        self._journal.intend(identity, arguments)\n",
        "",
        ("tests/github/test_effects.py",),
    ),
    Guard(
        "adopt only ours: what somebody else made is not taken for Baton's",
        "bot/github/effects.py",
        'return bool((node.get("user") or {}).get("login") == self._own_login)',
        "return True",
        ("tests/github/test_effects.py",),
    ),
    Guard(
        "own-event delay: Baton's own events do not wake it at once",
        "bot/engine/marking.py",
        "(later if _is_echo(hint, ourselves) else at_once).update(concerned)",
        "at_once.update(concerned)",
        ("tests/engine/test_marking.py",),
    ),
    Guard(
        "base contains what was merged: nothing is built on sand",
        "bot/gates/base_contains_what_was_merged.py",
        "if not merge_sha or merge_sha in base.contains:",
        "if base.contains is not None:",
        ("tests/gates/test_base_contains_what_was_merged.py",),
    ),
    Guard(
        "stage gate: an error of the inspections closes it",
        "bot/render/stage_gate.py",
        'conclusion="failure" if errors else "success"',
        'conclusion="success"',
        ("tests/render/test_stage_gate.py",),
    ),
    Guard(
        "stage gate: every head is judged before anybody is asked to merge it",
        "bot/chapters/open_pull_request.py",
        "    if not facts.done(identities.stage_gate(pull.head.sha)):",
        "    if False:",
        ("tests/test_feature.py",),
    ),
    Guard(
        "owned files: an agent changes only its own",
        "bot/inspections/owned_files.py",
        "        if stage.agent.owns(file.path):",
        "        if stage.agent is not None:",
        ("tests/inspections/test_owned_files.py",),
    ),
)

# The story's own rules, each with the one test of the story alone that goes red without it.
STORY: tuple[Guard, ...] = (
    Guard(
        "rule 2: words from before the labelling are not heard",
        "bot/facts/facts.py",
        "of_this_life = comment.created_at >= self.generation.began_at",
        "of_this_life = True",
        ("tests/test_feature.py::test_words_of_an_older_generation_are_not_heard",),
    ),
    Guard(
        "rule 2: without its label a feature ends",
        "bot/feature.py",
        "    if not facts.label_is_ours:",
        "    if False:",
        ("tests/test_feature.py::test_a_feature_that_lost_its_label_ends",),
    ),
    Guard(
        "rule 4: a wish for another plan voids the approval",
        "bot/facts/facts.py",
        "if revision is None or self.unmet_wishes:",
        "if revision is None:",
        ("tests/test_feature.py::test_a_wish_for_another_plan_voids_the_approval_at_once",),
    ),
    Guard(
        "rule 7: only the first unfinished work has an open pull request",
        "bot/feature.py",
        "        elif current is None or current.key != record.key:",
        "        elif False:",
        ("tests/test_feature.py::test_a_pull_request_of_a_later_stage_is_closed_once",),
    ),
    Guard(
        "rule 9: who accepts a red base accepts it until it is green once",
        "bot/facts/facts.py",
        "return green is None or green <= approval.at",
        "return True",
        ("tests/test_fixes.py::test_who_approves_on_a_red_base_has_accepted_it_until_base_is_green_once",),
    ),
    Guard(
        "rule 10: a closed pull request is asked about first",
        "bot/chapters/open_pull_request.py",
        "    if pull.state is PullState.CLOSED:",
        "    if False:",
        ("tests/test_feature.py::test_a_closed_pull_request_is_a_question_and_never_a_pause",),
    ),
    Guard(
        "rule 10: during a conflict nothing is concluded from silence",
        "bot/gates/ci_green.py",
        "if pull.conflicting and judgement.colour is not Colour.RED:",
        "if False:",
        ("tests/gates/test_ci_green.py",),
    ),
    Guard(
        "rule 11: a reopened attempt takes its place back",
        "bot/facts/facts.py",
        "if not taken_over and not self.planned_otherwise(then):",
        "if False:",
        (
            "tests/test_feature.py::test_an_old_attempt_that_is_reopened_takes_the_place_of_a_new_one_without_a_pull_request",
        ),
    ),
    Guard(
        "rule 11: of an older plan nothing is gone back to",
        "bot/facts/facts.py",
        "if not taken_over and not self.planned_otherwise(then):",
        "if not taken_over:",
        ("tests/test_feature.py::test_what_was_reopened_and_belongs_to_an_older_plan_does_not_come_back",),
    ),
    Guard(
        "rule 13: a merge is never unlearned",
        "bot/feature.py",
        "pull.state is not PullState.OPEN or attempt.merge_sha:",
        "pull.state is not PullState.OPEN:",
        ("tests/test_feature.py::test_a_merge_that_github_takes_back_is_merged_all_the_same",),
    ),
    Guard(
        "rule 13: a comment is heard once",
        "bot/facts/facts.py",
        "if of_this_life and not comment.ours and comment.id not in self.remembered.handled:",
        "if of_this_life and not comment.ours:",
        ("tests/commands/test_hearing.py::test_a_later_promotion_does_not_wake_what_was_refused",),
    ),
    Guard(
        "rule 11: beside a reopened attempt no other is begun because of a conflict",
        "bot/chapters/review.py",
        "pull.state is not PullState.OPEN or review.reopened:",
        "pull.state is not PullState.OPEN:",
        (
            "tests/test_feature.py::test_what_was_learned_and_reopened_is_peoples_to_settle_where_it_conflicts",
        ),
    ),
    Guard(
        "G10: a required check counts from the App that it is bound to",
        "bot/gates/checks.py",
        "    return apps is not None and (check.by_a_person or check.app not in (*apps, None))",
        "    return False",
        (
            "tests/gates/test_ci_green.py::test_a_status_that_anybody_could_set_does_not_count_for_the_app_that_the_rules_name",
        ),
    ),
    Guard(
        "C15: the trigger label is known by its id",
        "bot/github/reading.py",
        'return label["id"] == self.node_id or same_label',
        "return same_label",
        ("tests/engine/test_looking.py::test_a_label_that_is_renamed_midway_is_the_same_label",),
    ),
    Guard(
        "P11: what stands on base is perhaps merged by hand",
        "bot/chapters/open_pull_request.py",
        "    if pull.on_base or by_hand in facts.remembered.questions:",
        "    if False:",
        (
            "tests/engine/test_looking.py::test_a_pull_request_whose_changes_stand_on_base_looks_merged_by_hand_and_a_person_says_so",
        ),
    ),
    Guard(
        "C17: an issue is gone only where both kinds of answers say so",
        "bot/engine/observing.py",
        '        if there == f"{place.full_name}#{issue}":',
        "        if False:",
        (
            "tests/engine/test_looking.py::test_an_issue_that_only_one_of_githubs_answers_shows_is_looked_for_again",
        ),
    ),
    Guard(
        "R046: the stage gate takes what another agent was called to mend",
        "bot/inspections/owned_files.py",
        "        if called is not None and called.owns(file.path):",
        "        if False:",
        (
            "tests/engine/test_amending.py::test_the_stage_gate_takes_what_the_agent_whose_fault_it_was_has_mended",
        ),
    ),
    Guard(
        "reviews: only who may command is obeyed",
        "bot/facts/remarks.py",
        "if _asks_for_something(review) and facts.may_command(review.author):",
        "if _asks_for_something(review):",
        ("tests/test_an_open_pull_request.py::test_what_asks_for_nothing_of_ours_starts_no_run",),
    ),
    Guard(
        "threads: only who may command is obeyed",
        "bot/facts/remarks.py",
        "        if facts.may_command(comment.author):",
        "        if not comment.author.is_bot:",
        ("tests/test_an_open_pull_request.py::test_what_asks_for_nothing_of_ours_starts_no_run",),
    ),
    Guard(
        "reviews: who may not command holds up nothing",
        "bot/facts/remarks.py",
        "return tuple(login for login in pull.changes_requested_by if login in may)",
        "return pull.changes_requested_by",
        ("tests/test_feature.py::test_only_who_may_command_holds_up_what_was_learned",),
    ),
    Guard(
        "P11: a branch without changes was not merged by hand",
        "bot/workspace/mirror.py",
        "return bool(changes) and all(",
        "return all(",
        (
            "tests/engine/test_looking.py::test_a_closed_pull_request_that_changes_nothing_any_more_is_no_merge",
        ),
    ),
    Guard(
        "reviews: a head that moved voids the run",
        "bot/chapters/open_pull_request.py",
        "if latest and latest.is_at_work and latest.start != job.head:",
        "if False:",
        ("tests/test_an_open_pull_request.py::test_a_head_that_moved_meanwhile_voids_the_run",),
    ),
    Guard(
        "reviews: nothing made for another head is pushed",
        "bot/chapters/open_pull_request.py",
        "    if run is None or run.start != job.head or run.dropped:",
        "    if run is None or run.dropped:",
        ("tests/test_an_open_pull_request.py::test_a_branch_that_a_person_rebased_is_their_truth",),
    ),
    Guard(
        "mending: two tries, then a question",
        "bot/chapters/open_pull_request.py",
        "    if len(tried) < most:",
        "    if tried is not None:",
        (
            "tests/test_an_open_pull_request.py::test_after_two_tries_people_are_asked_and_trying_again_begins_to_count_anew",
        ),
    ),
    Guard(
        "mending: a person's commit begins a new episode",
        "bot/chapters/open_pull_request.py",
        "        if pushed == head:",
        "        if pushed:",
        ("tests/test_an_open_pull_request.py::test_a_persons_commit_begins_a_new_episode",),
    ),
    Guard(
        "mending: what is red on base is not ours",
        "bot/chapters/open_pull_request.py",
        "tuple(name for name in names if name not in theirs)",
        "tuple(names)",
        ("tests/test_an_open_pull_request.py::test_what_is_red_on_base_too_is_not_ours",),
    ),
    Guard(
        "mending: a fix that is not needed any more is dropped",
        "bot/chapters/open_pull_request.py",
        'yield from drop_if_at_work(facts.latest_run(job.chapter), "the check is green again", facts)',
        "yield from ()",
        ("tests/test_an_open_pull_request.py::test_a_fix_that_is_not_needed_any_more_is_dropped",),
    ),
    Guard(
        "mending: what was interrupted is run once more first",
        "bot/chapters/open_pull_request.py",
        "        if not check.interrupted or check.id is None:",
        "        if check.id is not None or check.id is None:",
        (
            "tests/test_an_open_pull_request.py::test_what_was_interrupted_is_run_once_more_before_anybody_is_asked",
        ),
    ),
    Guard(
        "CI: green needs a quiet time",
        "bot/gates/checks.py",
        "quiet = min(facts.house.checks_settle / 5, MOST_QUIET)",
        "quiet = timedelta()",
        ("tests/gates/test_checks.py::test_where_nothing_is_required_green_needs_a_quiet_time",),
    ),
    Guard(
        "base: a red one holds the next stage",
        "bot/chapters/stage.py",
        "        if isinstance(sound, Block):",
        "        if False:",
        ("tests/test_fixes.py::test_nothing_new_is_begun_on_a_red_base_unless_a_person_says_so",),
    ),
    Guard(
        "base: what is merged elsewhere waits",
        "bot/chapters/open_pull_request.py",
        "    if pull.base_ref != facts.seen.base.branch:",
        "    if False:",
        (
            "tests/test_an_open_pull_request.py::test_a_pull_request_that_is_to_be_merged_elsewhere_waits_for_its_base",
        ),
    ),
    Guard(
        "amendments come before the stage that asked for them",
        "bot/chapters/stage.py",
        "        for amendment in facts.amendments_before(work):",
        "        for amendment in facts.amendments_before(work)[:0]:",
        (
            "tests/test_fixes.py::test_a_yes_makes_a_pull_request_of_the_owning_agent_first_then_the_stage_begins_anew_on_top",
        ),
    ),
)


@dataclass(frozen=True)
class Bite:
    """What became of the tests without the guard: which of them noticed, none where it was not missed."""

    guard: Guard
    noticed: tuple[str, ...]
    said: str


def without(guard: Guard, directory: Path) -> None:
    """The copy's source without the guard, which must stand there exactly once."""
    file = directory / guard.file
    text = file.read_text(encoding="utf-8")
    if text.count(guard.stands) != 1:
        raise ValueError(
            f"{guard.name}: {guard.stands!r} stands {text.count(guard.stands)} times in {guard.file}, not once. "
            "Say anew in tests/chaos/teeth.py where the guard is."
        )
    file.write_text(text.replace(guard.stands, guard.instead), encoding="utf-8")


def copied(directory: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, directory / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "results.json"))
        else:
            shutil.copy2(source, target)


def run(tests: Iterable[str], directory: Path) -> tuple[int, str]:
    """These tests on the copy, not on what is installed."""
    environment = {**os.environ, "PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": "1"}
    asked = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rfE", "-x", *tests]
    done = subprocess.run(
        asked, cwd=directory, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout + done.stderr


def bite(guard: Guard) -> Bite:
    with tempfile.TemporaryDirectory(prefix="baton-teeth-") as name:
        directory = Path(name)
        copied(directory)
        without(guard, directory)
        code, said = run(guard.tests, directory)
        # 1 is pytest's word for “tests failed”; anything else says nothing about the guard.
        return Bite(guard, tuple(FAILED.findall(said)) if code == 1 else (), said)


def control() -> str:
    """What the same tests say with every guard in its place: empty where all are green."""
    with tempfile.TemporaryDirectory(prefix="baton-teeth-") as name:
        copied(Path(name))
        tests = dict.fromkeys(test for guard in (*GUARDS, *STORY) for test in guard.tests)
        code, said = run(tests, Path(name))
        return "" if code == 0 else said


def table(bites: Iterable[Bite]) -> str:
    """Guard, mutation, and the first test that noticed."""
    lines = ["| Guard | Without it | Noticed by |", "| --- | --- | --- |"]
    for each in bites:
        mutation = f"`{each.guard.file}`: `{shortened(each.guard.instead) or '(nothing)'}`"
        lines.append(
            f"| {each.guard.name} | {mutation} | {each.noticed[0] if each.noticed else '**nobody**'} |"
        )
    return "\n".join(lines)


def shortened(text: str) -> str:
    return " ".join(text.split())[:70]


def figures(bites: Iterable[Bite]) -> dict[str, object]:
    found = list(bites)
    return {
        "guards": len(found),
        "missed_by_nobody": sum(1 for each in found if not each.noticed),
        "table": [
            {
                "guard": each.guard.name,
                "file": each.guard.file,
                "instead": shortened(each.guard.instead),
                "noticed": list(each.noticed),
            }
            for each in found
        ],
    }


def all_bites(say: Callable[[str], None] = print) -> list[Bite]:
    found = []
    for guard in (*GUARDS, *STORY):
        found.append(bite(guard))
        say(f"{guard.name}: {', '.join(found[-1].noticed) or 'NOBODY'}")
    return found


def main() -> int:
    if red := control():
        print(f"The tests are red with every guard in its place:\n{red}", file=sys.stderr)
        return 1
    found = all_bites(lambda line: print(line, flush=True))
    print(table(found))
    keep_figures("teeth", figures(found))
    return 0 if all(each.noticed for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
