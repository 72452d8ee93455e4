"""The schema is GitHub's, and every field in it is answered."""

from __future__ import annotations

from bot.playground.graphql.schema import schema


def test_every_field_of_the_pruned_copy_has_an_answer() -> None:
    assert schema().query_type is not None
