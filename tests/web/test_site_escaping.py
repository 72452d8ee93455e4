"""Whatever foreigners write stays text: titles, agents, plans, timelines, names."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.facts.seen import Account
from bot.facts.states import FeatureState
from tests.web.features import a_plan
from tests.web.opened import Opened, opened

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "`<b>bold</b>`",
    '`" autofocus onfocus=alert(1) x="`',
    "{{ 7 * 7 }} {% raw %}",
    "&lt;script&gt;",
    '&#39;#41 #41"<a href=javascript:alert(1)>#41</a>',
    '<a href="javascript:alert(1)">x</a>',
    "<!-- --><iframe src=//evil.example></iframe>",
    "\u202eevil\u2066 text",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=token>",
    "]]><style>*{display:none}</style>",
    "hx-get=//evil.example hx-trigger=load <div hx-get=//evil.example hx-trigger=load>",
    "%3Cscript%3E \\u003cscript\\u003e",
    "x" * 3000,
)
ALLOWED_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "header",
        "svg",
        "line",
        "circle",
        "nav",
        "main",
    ),
    *(
        "a",
        "span",
        "div",
        "h1",
        "h2",
        "p",
        "section",
        "ol",
        "ul",
        "li",
        "bdi",
        "time",
        "code",
        "details",
        "summary",
    ),
    *("aside", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
}


class Elements(HTMLParser):
    """All elements of a page, and the text in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as site:
        yield site


@pytest.mark.parametrize("payload", PAYLOADS)
def test_foreign_text_never_becomes_an_element(site: Opened, payload: str) -> None:
    evil = Account(6, payload[:100])
    feature = site.features.begin(12, payload, FeatureState.IN_REVIEW, payload, by=evil)
    site.features.plan(feature, a_plan(feature=payload, agent=payload[:90], title=payload), evil)
    site.features.stage(feature, a_plan().stages[0].kind, pull=41, merge_sha="a" * 40)
    site.features.tell(feature, (1, payload[:50], payload))
    site.features.paid(feature, payload[:90], payload[:90], [])
    for path in ("/", "/features/acme/shop/12"):
        page = Elements(site.page(path))
        assert {tag for tag, _ in page.elements} <= ALLOWED_TAGS
        assert [attributes for tag, attributes in page.elements if tag == "script"] == [
            {"src": "/static/htmx.min.js", "defer": ""}
        ]
        for _, attributes in page.elements:
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            assert attributes.get("hx-get", "/").startswith("/")
            assert not attributes.get("hx-get", "/").startswith("//")
            link = attributes.get("href", "/")
            assert link.startswith(("/", "#", "https://github.com/")) and not link.startswith("//")
        shown = payload.replace("`", "") if payload.count("`") > 1 else payload
        assert shown in page.text or payload in page.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_api_gives_the_text_as_it_is(site: Opened, payload: str) -> None:
    site.features.begin(12, payload, FeatureState.PLANNING, payload)
    answer = site.get("/api/features/acme/shop/12")
    assert (answer.json()["title"], answer.json()["waiting_for"]) == (payload, payload)
    assert answer.headers["content-type"] == "application/json"


def test_names_in_links_are_encoded(site: Opened) -> None:
    name = (300, "acme", 'a"b<c>?d#e')
    site.features.begin(12, "Odd", FeatureState.PLANNING, "", name)
    links = [attributes["href"] for tag, attributes in Elements(site.page("/")).elements if tag == "a"]
    assert "/features/acme/a%22b%3Cc%3E%3Fd%23e/12" in links
    assert site.get("/features/acme/a%22b%3Cc%3E%3Fd%23e/12").status_code == 200


def test_code_and_pull_requests_in_a_sentence_are_set_off(site: Opened) -> None:
    feature = site.features.begin(
        12, "N", FeatureState.IN_REVIEW, "Merge #41, not #42, then write `/approve`."
    )
    site.features.plan(feature, a_plan())
    site.features.stage(feature, a_plan().stages[0].kind, pull=41)
    page = site.page("/features/acme/shop/12")
    link = '<a href="https://github.com/acme/shop/pull/41" rel="noopener noreferrer">#41</a>'
    assert f"Merge {link}, not #42, then write <code>/approve</code>." in page
