"""What the story remembers of a run is what came of it, in sentences that stand by themselves."""

from __future__ import annotations

from bot.crew.endings import Finished
from bot.crew.records import Refusal, RunOutcome
from bot.engine.agent_work import result_of


def test_a_refused_file_is_remembered_by_its_sentence_which_names_it_once() -> None:
    sentence = "docs/openapi.yaml belongs to api-designer, so backend-developer may not change it."
    outcome = RunOutcome(Finished("Done.", (), (), ()), refusals=(Refusal("docs/openapi.yaml", sentence),))
    assert result_of(outcome, {}).refused == (sentence,)
