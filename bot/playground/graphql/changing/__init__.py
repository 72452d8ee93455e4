"""What GraphQL can change: each mutation checks who may, acts as REST does, and shows what it changed."""

from __future__ import annotations

from bot.playground.graphql.changing import comments, issues, labels, pulls
from bot.playground.graphql.changing.changes import Mutation, resolver
from bot.playground.graphql.fields import Fields

MUTATIONS: dict[str, Mutation] = {
    **comments.changes.by_name,
    **issues.changes.by_name,
    **labels.changes.by_name,
    **pulls.changes.by_name,
}
FIELDS: dict[str, Fields] = {
    "Mutation": {name: resolver(function) for name, function in MUTATIONS.items()},
}
