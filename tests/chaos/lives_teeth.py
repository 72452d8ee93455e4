"""Guards that lives must miss: each is taken out of a copy of the source, once, and a life must break the invariant
that the guard serves. Without this the witness might be blind.

The lives are written down, in the rules of the random ones, so that each takes seconds and says what it is about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.place import Place, a_place
from tests.chaos.random_lives import RandomLife
from tests.chaos.teeth import Guard, copied, shortened, without
from tests.chaos.witness import Broken

PATIENCE = 240
Play = Callable[[RandomLife], None]


def lived(place: Place, play: Play) -> str:
    """What is broken in this life, from its label to its end; empty where everything holds."""
    life: RandomLife = type("WrittenLife", (RandomLife,), {"place": place})()
    try:
        life.a_repository_with_an_issue("needed", False, 0, False)
        try:
            life.label()
            play(life)
            life.everything_holds()
        except Broken:
            life.is_broken = True
            raise
        finally:
            life.teardown()
    except Broken as broken:
        return str(broken)
    finally:
        place.errors.clear()
    return ""


def goes_on(life: RandomLife, times: int, then: str = "their part") -> None:
    for _ in range(times):
        life.goes_on(then)
        life.everything_holds()


def until(life: RandomLife, state: str) -> None:
    for _ in range(12):
        if life.life.state == state:
            return
        goes_on(life, 1)


# --- the lives --------------------------------------------------------------------------------------


def a_quiet_life(life: RandomLife) -> None:
    goes_on(life, 2)


def a_plan_comment_whose_answer_is_lost(life: RandomLife) -> None:
    faults = life.place.town.playground.site.faults
    faults.add({"method": "POST", "path": "*/comments", "nth": [1], "fault": "drop_after"})
    goes_on(life, 3)


def a_branch_whose_name_is_taken(life: RandomLife) -> None:
    life.somebody_takes_the_name_of_a_branch("backend")
    until(life, "in_review")


def a_new_label_beside_an_open_pull_request(life: RandomLife) -> None:
    until(life, "in_review")
    life.unlabel(sure=True, then="a look")
    life.label(then="a look")
    life.say("/approve", "maintainer")
    goes_on(life, 3, "a look")


def nobody_merges(life: RandomLife) -> None:
    until(life, "in_review")
    life.all_green()
    goes_on(life, 3, "a look")


def a_base_that_is_red(life: RandomLife) -> None:
    until(life, "in_review")
    while not any(pull.merged for pull in life.witness.pulls()):
        life.do_their_part()
        life.forward(30)
        life.deliver(life.letters)
        if not any(pull.merged for pull in life.witness.pulls()):
            life.baton_looks()
    life.report(life.home.sha(), "failure")
    goes_on(life, 4, "a look")


def nobody_approves(life: RandomLife) -> None:
    goes_on(life, 4, "a look")


def an_outsider_approves(life: RandomLife) -> None:
    goes_on(life, 2, "a look")
    life.say("/approve", "outsider")
    goes_on(life, 3, "a look")


def an_edited_comment_approves(life: RandomLife) -> None:
    goes_on(life, 2, "a look")
    life.say("Looks good.", "maintainer")
    life.edit_a_comment(which=0, body="/approve")
    goes_on(life, 3, "a look")


def an_agent_that_overreaches(life: RandomLife) -> None:
    life.an_agent_writes_what_is_not_its_own("frontend/app.ts")
    goes_on(life, 4)


def approved_and_then(life: RandomLife, happens: Callable[[], None]) -> None:
    until(life, "awaiting_approval")
    life.say("/approve", "maintainer")
    happens()
    goes_on(life, 3, "a look")


def a_label_that_is_taken_away(life: RandomLife) -> None:
    approved_and_then(life, lambda: life.unlabel(sure=True))


def a_pause(life: RandomLife) -> None:
    approved_and_then(life, lambda: life.say("/pause", "maintainer"))


def a_closed_issue(life: RandomLife) -> None:
    until(life, "in_review")
    life.merge(method="merge", which=0)
    life.close_or_reopen_the_issue("closed")
    life.all_green()
    goes_on(life, 3, "a look")


def no_room_left(life: RandomLife) -> None:
    approved_and_then(life, life.other_features_use_up_what_may_be_created)


def a_new_label_after_a_cancel(life: RandomLife) -> None:
    goes_on(life, 1, "a look")
    life.say("/cancel", "maintainer")
    goes_on(life, 1, "a look")
    life.unlabel(sure=True, then="a look")
    life.label(then="a look")


def a_death_in_the_middle(life: RandomLife) -> None:
    life.the_process_will_die(2, "after")
    goes_on(life, 2)


# --- the guards -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LifeGuard:
    """A guard, the invariant that it serves, and a life that breaks it without the guard."""

    guard: Guard
    invariant: str
    play: Play


def guard(invariant: str, play: Play, name: str, file: str, stands: str, instead: str) -> LifeGuard:
    return LifeGuard(Guard(name, file, stands, instead, ()), invariant, play)


GUARDS: tuple[LifeGuard, ...] = (
    guard(
        "I1",
        a_plan_comment_whose_answer_is_lost,
        "an effect of unknown outcome is looked for before it is done again",
        "bot/github/effects.py",
        "        found = self._find(arguments)\n",
        "        found = None\n",
    ),
    guard(
        "I2",
        a_branch_whose_name_is_taken,
        "another name for a branch is written down before it is taken",
        "bot/engine/performing/stage.py",
        "attempt.number, now, branch=name\n",
        "attempt.number, now, branch=attempt.branch\n",
    ),
    guard(
        "I3",
        a_new_label_beside_an_open_pull_request,
        "a new label closes the pull requests of before",
        "bot/feature.py",
        "        if pull.number in facts.remembered.older_pulls:",
        "        if False:",
    ),
    guard(
        "I4",
        nobody_merges,
        "the next stage waits for the merge",
        "bot/chapters/stage.py",
        "        yield from until_merged(work, facts)\n",
        "        yield Finish(work.kind)\n",
    ),
    guard(
        "I4",
        a_base_that_is_red,
        "the next stage waits for the base branch to be green",
        "bot/gates/checks.py",
        "    (CheckState.RED, Colour.RED),\n",
        "    (CheckState.RED, Colour.GREEN),\n",
    ),
    guard(
        "I5",
        nobody_approves,
        "a plan is approved before the work begins",
        "bot/feature.py",
        "    yield from gate(plan_approved(facts), FeatureState.AWAITING_APPROVAL, facts)\n",
        "",
    ),
    guard(
        "I5",
        an_outsider_approves,
        "only who may write may command",
        "bot/facts/facts.py",
        "return not account.is_bot and self.seen.permission_of(account).is_at_least(asked)",
        "return not account.is_bot and asked is not None",
    ),
    guard(
        "I5",
        an_edited_comment_approves,
        "an edited comment commands nothing",
        "bot/commands/hearing.py",
        "    if comment.edited:",
        "    if False:",
    ),
    guard(
        "I6",
        an_agent_that_overreaches,
        "what an agent may not write is not pushed",
        "bot/engine/performing/stage.py",
        "    if errors and move.run:",
        "    if False:",
    ),
    guard(
        "I7",
        a_branch_whose_name_is_taken,
        "a branch of somebody else is left alone",
        "bot/github/effects.py",
        '                    raise BranchTaken(f"The branch {name} exists and is not ours.") from error\n',
        '                    path = f"{self._repo}/git/refs/heads/{name}"\n'
        '                    return {"sha": self._write("PATCH", path, {"sha": sha, "force": True})["object"]["sha"]}\n',
    ),
    guard(
        "I8",
        a_label_that_is_taken_away,
        "without the label nothing is done",
        "bot/feature.py",
        "    if not facts.label_is_ours:",
        "    if False:",
    ),
    guard(
        "I8",
        a_pause,
        "paused, nothing is done",
        "bot/feature.py",
        "    if generation.paused is not None:",
        "    if False:",
    ),
    guard(
        "I8",
        a_closed_issue,
        "on a closed issue nothing is done",
        "bot/feature.py",
        "    if facts.closed_by_a_person:",
        "    if False:",
    ),
    guard(
        "I9",
        a_new_label_after_a_cancel,
        "how a generation has ended is not written anew",
        "bot/engine/recording.py",
        "    open_ones = others & table.c.ending.is_(None)\n",
        "    open_ones = others\n",
    ),
    guard(
        "I10",
        no_room_left,
        "who must wait for room creates nothing",
        "bot/engine/asking.py",
        "        if isinstance(verdict, Later):",
        "        if False:",
    ),
    guard(
        "I11",
        a_quiet_life,
        "where it stands is shown on the issue",
        "bot/engine/looking.py",
        "        again = self._show(scene, answer)\n",
        "        again = None\n",
    ),
    guard(
        "I11",
        a_quiet_life,
        "every wait is looked at again",
        "bot/engine/looking.py",
        "self._release(hold, answer, _sooner(_due(answer), again), scene)",
        "self._release(hold, answer, None, scene)",
    ),
    guard(
        "I12",
        a_death_in_the_middle,
        "the lease of a dead process runs out",
        "bot/engine/leasing.py",
        "    free = or_(feature.c.leased_until.is_(None), feature.c.leased_until <= now)\n",
        "    free = feature.c.leased_until.is_(None)\n",
    ),
    guard(
        "I13",
        an_agent_that_overreaches,
        "who gave up is not set to work again unless a person says so",
        "bot/chapters/working.py",
        "    if run.result.ending is RunEnding.GAVE_UP and not run.result.stopped:",
        "    if False:",
    ),
    guard(
        "I14",
        a_quiet_life,
        "(put in) a token in a line of the log",
        "bot/engine/looking.py",
        "        log.info(_event_name(move), feature=scene.leased.feature_id, issue=scene.issue)\n",
        "        log.info(_event_name(move), token=scene.place.mirror.token())\n",
    ),
    guard(
        "I15",
        a_quiet_life,
        "all that was delivered is called handled",
        "bot/engine/marking.py",
        "        _handled(connection, [row.id for row in rows], moment)\n",
        "        _handled(connection, [row.id for row in rows[1:]], moment)\n",
    ),
)


def broken_without(life_guard: LifeGuard) -> str:
    """What is broken in that life without this guard: a process of its own runs the copy, not what is installed."""
    with tempfile.TemporaryDirectory(prefix="baton-teeth-") as name:
        directory = Path(name)
        copied(directory)
        without(life_guard.guard, directory)
        environment = {**os.environ, "PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": "1"}
        asked = [sys.executable, "-m", "tests.chaos.lives_teeth", life_guard.play.__name__]
        done = subprocess.run(
            asked,
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    if done.returncode:
        raise AssertionError(f"The life could not be lived: {done.stdout[-2000:]}{done.stderr[-4000:]}")
    said: str = json.loads(done.stdout.splitlines()[-1])
    return said


def table(found: Iterable[tuple[LifeGuard, str]]) -> str:
    head = ["| Guard | Without it | A life | Red |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(row(each, said) for each, said in found)])


def row(life_guard: LifeGuard, said: str) -> str:
    taken = life_guard.guard
    play = life_guard.play.__name__.replace("_", " ")
    red = next(
        (line for line in said.splitlines() if line.startswith(f"{life_guard.invariant} ")), "**nothing**"
    )
    return f"| {taken.name} | `{taken.file}`: `{shortened(taken.instead) or '(nothing)'}` | {play} | {red[:90]} |"


def main(play: str) -> int:
    with tempfile.TemporaryDirectory(prefix="baton-lives-") as name, a_place(Path(name)) as place:
        found: Any = lived(place, globals()[play])
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
