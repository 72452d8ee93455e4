"""What people and programs see of features, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot.crew.records import Usage
from bot.engine.database import Database
from bot.engine.tables import metadata
from bot.facts.states import FeatureState
from bot.plan.stage_kind import StageKind
from bot.web.metrics import Metrics
from bot.web.site import make_site
from tests.web.features import Features, a_plan
from tests.web.opened import Opened, opened, settings_of

K = StageKind
SHA = "7d3f0c1e5a9b84620f7c1d2e3b4a5968778695a4"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as site:
        yield site


def in_review(features: Features) -> int:
    """Database done, api in review at its second attempt, the rest planned, devops skipped."""
    feature = features.begin(
        12, "Notifications", FeatureState.IN_REVIEW, "The api stage waits for alice to merge #43."
    )
    features.plan(feature, a_plan())
    features.stage(feature, K.DATABASE, pull=41, merge_sha=SHA, done=True)
    features.stage(feature, K.API, pull=42)
    features.stage(feature, K.API, pull=43, attempt=2)
    features.tell(feature, (1, "open_pull_request", "The api stage's pull request is open"))
    features.paid(feature, "database/1", "supabase-architect", [Usage(1000, 2000), Usage(100, 50, 1000, 500)])
    return feature


def test_a_feature_is_given_as_the_contract_says(site: Opened) -> None:
    in_review(site.features)
    data = site.data("/api/features/acme/shop/12")
    assert list(data) == ["key", "title", "state", "waiting_for", "plan", "timeline", "cost"]
    assert (data["key"], data["title"], data["state"]) == ("acme/shop#12", "Notifications", "in_review")
    assert data["waiting_for"] == "The api stage waits for alice to merge #43."
    assert data["plan"]["revision"] == 1
    assert data["plan"]["hash"] == a_plan().hash
    assert data["cost"] == pytest.approx((1100 * 3 + 2050 * 15 + 1000 * 0.3 + 500 * 3.75) / 1_000_000)
    first, last = data["timeline"][0], data["timeline"][-1]
    assert (first["event"], last["event"]) == ("begin_generation", "open_pull_request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", last["at"])
    assert last["text"] == "The api stage's pull request is open"


def test_stages_stand_in_rank_order_and_a_skipped_one_has_no_number(site: Opened) -> None:
    in_review(site.features)
    stages = site.data("/api/features/acme/shop/12")["plan"]["stages"]
    assert [(each["number"], each["kind"], each["state"]) for each in stages] == [
        (1, "database", "done"),
        (2, "api", "in_review"),
        (3, "backend", "planned"),
        (4, "frontend", "planned"),
        (None, "devops", "skipped"),
        (5, "testing", "planned"),
        (6, "review", "planned"),
    ]
    assert list(stages[0]) == ["number", "kind", "agent", "title", "state", "pull_request", "merge_sha"]
    assert (stages[0]["pull_request"], stages[0]["merge_sha"]) == (41, SHA)
    assert (stages[1]["pull_request"], stages[1]["merge_sha"]) == (43, None)
    assert stages[2]["agent"] == "backend-developer"


def test_the_newest_revision_of_the_newest_life_counts(site: Opened) -> None:
    feature = in_review(site.features)
    site.features.plan(feature, a_plan(K.FRONTEND, K.TESTING, K.REVIEW), revision=2)
    plan = site.data("/api/features/acme/shop/12")["plan"]
    assert plan["revision"] == 2
    assert [each["kind"] for each in plan["stages"] if each["number"]] == ["frontend", "testing", "review"]
    site.features.label_again(feature)
    assert site.data("/api/features/acme/shop/12")["plan"] is None


def test_a_touched_issue_is_no_feature_until_it_has_a_state(site: Opened) -> None:
    site.features.begin(5, "Only commented on", None, "")
    assert site.data("/api/features") == []
    assert site.get("/api/features/acme/shop/5").status_code == 404


def test_an_unknown_feature_is_a_sentence(site: Opened) -> None:
    answer = site.get("/api/features/acme/shop/99")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": "Baton has no feature acme/shop#99. An issue becomes one when it is labelled."
    }
    for path in ("/features/acme/shop/99", f"/features/acme/shop/{2**70}", "/features/acme/shop/x", "/nope"):
        answer = site.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_names_are_found_as_github_finds_them(site: Opened) -> None:
    in_review(site.features)
    assert site.data("/api/features/ACME/Shop/12")["key"] == "acme/shop#12"
    site.features.renamed(100, "acme", "store")
    assert site.get("/api/features/acme/shop/12").status_code == 404
    assert site.data("/api/features/acme/store/12")["key"] == "acme/store#12"


def test_whose_turn_it_is_comes_first(site: Opened) -> None:
    for number, state in enumerate(
        (
            FeatureState.COMPLETED,
            FeatureState.PAUSED,
            FeatureState.WORKING,
            FeatureState.AWAITING_APPROVAL,
            FeatureState.BLOCKED,
        ),
        start=1,
    ):
        site.features.begin(number, f"Feature {number}", state, "", minutes_ago=10 * number)
    keys = [each["key"] for each in site.data("/api/features")]
    assert keys == [f"acme/shop#{number}" for number in (5, 4, 3, 2, 1)]
    page = site.page("/")
    headings = re.findall(r"<h2[^>]*>([\w ]+?) <span", page)
    assert headings == ["Your turn", "At work", "Paused", "Over"]
    assert page.index("Feature 5") < page.index("Feature 3") < page.index("Feature 1")


def test_the_list_gives_each_feature_whole(site: Opened) -> None:
    in_review(site.features)
    site.features.begin(13, "Other", FeatureState.PLANNING, "The plan is drafted.", (200, "acme", "other"))
    listed = {each["key"]: each for each in site.data("/api/features")}
    assert listed["acme/shop#12"] == site.data("/api/features/acme/shop/12")
    assert listed["acme/other#13"]["plan"] is None
    assert listed["acme/other#13"]["cost"] == 0


def test_the_dashboard_says_what_each_feature_waits_for(site: Opened) -> None:
    in_review(site.features)
    page = site.page("/")
    assert 'href="/features/acme/shop/12"' in page
    assert '<span class="pill turn">In review</span>' in page
    assert "The api stage waits for alice to merge #43." in page
    assert "1/6" in page
    assert "(1) Baton" in page


def test_an_empty_dashboard_says_how_to_begin(site: Opened) -> None:
    assert "Add the trigger label to an issue" in site.page("/")


def test_a_features_page_links_to_its_pull_requests_on_github(site: Opened) -> None:
    in_review(site.features)
    page = site.page("/features/acme/shop/12")
    for path in ("issues/12", "pull/41", "pull/43", f"commit/{SHA}"):
        assert f'href="https://github.com/acme/shop/{path}"' in page
    assert "supabase-architect" in page
    assert "Approved by" in page
    assert page.index("The api stage&#39;s pull request is open") < page.index("alice labelled the issue")
    assert "database/1" in page  # the cost of each run


@pytest.mark.parametrize(
    ("api", "html"),
    [
        ("https://ghe.example.org/api/v3", "https://ghe.example.org"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010"),
    ],
)
def test_links_lead_to_the_github_that_baton_works_with(tmp_path: Path, api: str, html: str) -> None:
    with opened(tmp_path, {"BATON_GITHUB_API_URL": api}) as site:
        in_review(site.features)
        assert f'href="{html}/acme/shop/pull/41"' in site.page("/features/acme/shop/12")


def test_every_answer_carries_the_headers_that_keep_others_out(site: Opened) -> None:
    for path in ("/", "/nope", "/api/features", "/static/site.css", "/healthz"):
        headers = site.get(path).headers
        policy = headers["content-security-policy"]
        for rule in (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ):
            assert rule in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_pages_hold_nothing_inline_that_the_policy_would_stop(site: Opened) -> None:
    in_review(site.features)
    for path in ("/", "/features/acme/shop/12"):
        page = site.page(path)
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/htmx.min.js" defer>']


def test_files_of_the_page_are_served(site: Opened) -> None:
    for path, kind in (
        ("/static/site.css", "text/css"),
        ("/static/htmx.min.js", "javascript"),
        ("/static/favicon.svg", "image/svg+xml"),
        ("/static/htmx-LICENSE.txt", "text/plain"),
    ):
        answer = site.get(path)
        assert (answer.status_code, kind in answer.headers["content-type"]) == (200, True)
    assert site.get("/static/../site.py").status_code == 404
    assert site.get("/static/%2e%2e/site.py").status_code == 404


def test_the_api_is_described_nowhere(site: Opened) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert site.get(path).status_code == 404


def test_reading_changes_nothing(site: Opened) -> None:
    in_review(site.features)
    before = dump(site.features.database)
    for path in ("/", "/features/acme/shop/12", "/api/features", "/api/features/acme/shop/12", "/setup"):
        site.get(path)
    assert dump(site.features.database) == before
    for path in ("/", "/features/acme/shop/12", "/api/features"):
        assert site.post(path, {}).status_code == 405


def dump(database: Database) -> dict[str, list[object]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select())]
            for table in metadata.sorted_tables
        }


def test_only_these_routes_exist(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'baton.db'}")
    metadata.create_all(database.engine)
    site = make_site(database, settings_of(), Metrics())
    paths = sorted(paths_of(site.routes))
    assert paths == [
        "/",
        "/api/features",
        "/api/features/{owner}/{repository}/{number:int}",
        "/features/{owner}/{repository}/{number:int}",
        "/healthz",
        "/metrics",
        "/readyz",
        "/setup",
        "/setup/callback",
        "/setup/credentials",
        "/sign-in",
        "/sign-out",
        "/static",
    ]
    database.dispose()


def paths_of(routes: Iterable[object]) -> Iterator[str]:
    """FastAPI keeps an included router whole."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from paths_of(included.routes)
        else:
            yield str(getattr(route, "path", route))
