"""What the store in production asks of PostgREST."""

from __future__ import annotations

import json

import httpx2 as httpx
import pytest

from app.store import equals, is_null, one_of
from app.supabase_store import SupabaseStore


@pytest.fixture
def asked():
    return []


@pytest.fixture
def store(asked):
    def answer(request):
        asked.append(request)
        return httpx.Response(200, json=[{"id": "1"}])

    return SupabaseStore("https://project.supabase.example", "key", httpx.MockTransport(answer))


def test_conditions_become_query_parameters(store, asked):
    store.select("cards", equals("board_id", "7"), is_null("assignee_id"), descending=True, limit=5)
    assert asked[0].url.path == "/rest/v1/cards"
    assert dict(asked[0].url.params) == {
        "board_id": "eq.7",
        "assignee_id": "is.null",
        "order": "created_at.desc",
        "limit": "5",
    }


def test_members_of_a_list_are_quoted(store, asked):
    store.select("boards", one_of("id", ["a,b", "c"]))
    assert asked[0].url.params["id"] == 'in.("a,b","c")'


def test_writes_ask_for_the_rows_back(store, asked):
    assert store.insert("boards", {"name": "Launch"}) == {"id": "1"}
    assert asked[0].headers["Prefer"] == "return=representation"
    assert json.loads(asked[0].content) == {"name": "Launch"}


def test_a_change_without_a_condition_never_leaves(store, asked):
    with pytest.raises(ValueError, match="every row"):
        store.delete("cards")
    assert asked == []
