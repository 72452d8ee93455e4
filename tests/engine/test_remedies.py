"""A refusal that lasts tells people what they can do about it."""

from __future__ import annotations

import pytest

from bot.engine.troubles import trouble_of
from bot.github.errors import Gone, Refused, Unauthorized


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (Unauthorized(401, "Bad credentials."), "Check that the App's key was not withdrawn"),
        (Refused(403, "Resource not accessible by integration."), "Give the App what it asks for"),
        (Gone(404, "Not Found."), "See whether it was deleted"),
        (Gone(410, "Issues are disabled."), "switched off in the repository's settings"),
        (Refused(409, "Git Repository is empty."), "Look on GitHub at what stands in the way"),
        (Refused(422, "Validation Failed."), "Look on GitHub at what stands in the way"),
    ],
)
def test_what_to_do_stands_between_what_happened_and_what_baton_does(error: Refused, remedy: str) -> None:
    """P22."""
    sentence = trouble_of(error, 1).sentence
    assert sentence.startswith(f"GitHub answered {error.status}: {error.message} ")
    assert remedy in sentence
    assert sentence.endswith("Baton tries again, less and less often.")


def test_a_refusal_that_says_itself_what_to_do_is_left_as_it_is() -> None:
    error = Refused(
        422, "#7, opened by somebody else, is in the place of Baton's own. Close it, and Baton opens its own."
    )
    assert trouble_of(error, 1).sentence == f"{error} Baton tries again, less and less often."
