"""Whatever people write into titles, texts and branch names, the page stays a page."""

from __future__ import annotations

from urllib.parse import quote

from tests.playground.github.town import Town
from tests.playground.pages.attacks import ATTACKS
from tests.playground.pages.browser import Reader

BRANCH = "x'onmouseover=alert(1)<b>&\"{{7-7}}"


def test_no_attack_in_a_title_text_comment_label_or_branch_name_does_anything(
    town: Town, mara: Reader
) -> None:
    api = town.maintainer
    everything = "\n\n".join(ATTACKS)
    number = api.post("/issues", {"title": f"{ATTACKS[0]} {{{{7*7}}}} {ATTACKS[2]}", "body": everything})[
        "number"
    ]
    for attack in ATTACKS:
        api.post(f"/issues/{number}/comments", {"body": attack})
    api.post(
        "/labels", {"name": "<img src=x onerror=alert(1)>/a", "color": "d73a4a", "description": '"><b>x'}
    )
    api.post(f"/issues/{number}/labels", {"labels": ["<img src=x onerror=alert(1)>/a"]})
    pull = api.post("/pulls", {**branch(town), "title": ATTACKS[0], "body": everything})
    line = {"path": "a/<b>'\"&.txt", "line": 1, "body": everything}
    api.post(f"/pulls/{pull['number']}/reviews", {"event": "COMMENT", "body": everything, "comments": [line]})
    check = {
        "name": ATTACKS[0], "head_sha": pull["head"]["sha"], "conclusion": "failure",
        "output": {"title": ATTACKS[2], "summary": everything, "text": everything, "annotations": [
            {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": everything},
        ]},
    }  # fmt: skip
    town.bot().post("/check-runs", check)
    one = f"/pull/{pull['number']}"
    places = (
        "", "/issues", f"/issues/{number}", "/pulls", one, f"{one}/files", f"{one}/commits", f"{one}/checks", "/branches",
        f"/tree/{quote(BRANCH)}", f"/commits/{quote(BRANCH)}", f"/issues/{number}?edit=body", f"/issues?q={quote(ATTACKS[2])}",
        f"/labels/{quote('<img src=x onerror=alert(1)>/a', safe='')}", f"/compare/main...{quote(BRANCH)}",
        f"/commit/{pull['head']['sha']}", f"/blob/{quote(BRANCH)}/README.md",
    )  # fmt: skip
    for path in places:
        mara.opens(path)
        found = mara.page.evaluate(
            "() => [...document.querySelectorAll('main *')].flatMap(each => [...each.attributes]"
            ".filter(one => one.name.startsWith('on')).map(one => one.name))"
        )
        assert found == [], path
        assert (
            mara.page.locator(
                "main script, main iframe, main style, main object, main base, main meta"
            ).count()
            == 0
        )
        assert mara.page.locator("header.top").is_visible()
        assert mara.page.evaluate("location.href").startswith(town.state["html_url"])
    # A browser that shows pictures from nowhere would say so; the policy speaks of what it stopped.
    assert [each for each in mara.complaints if "127.0.0.1" not in each and "404" not in each] == []
    mara.complaints.clear()


def branch(town: Town) -> dict[str, str]:
    files = {
        "README.md": "![x](javascript:alert(1)) <script>alert(1)</script>\n",
        "a/<b>'\"&.txt": "<script>alert(1)</script>\n",
    }
    town.branch(town.maintainer, BRANCH, files)
    return {"head": BRANCH, "base": "main"}


def test_a_form_of_another_site_is_refused(town: Town) -> None:
    client = town.client(None).http
    url = f"/{town.state['repository']}/issues/1/comments"
    for origin in ("https://evil.example", "null", None, f"{town.state['html_url']}.evil.example"):
        headers = {} if origin is None else {"Origin": origin}
        answer = client.post(url, data={"body": "Bought.", "button": "comment"}, headers=headers)
        assert (answer.status_code, "did not come from a page of this GitHub" in answer.text) == (403, True)
    rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert client.post(url, data={"body": "x"}, headers=rebound).status_code == 403
    assert town.maintainer.get("/issues/1/comments") == []


def test_the_way_back_leads_to_no_other_site(town: Town) -> None:
    client = town.client(None).http
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
    ):
        answer = client.post(
            "/act-as", data={"login": "otto", "back": back}, headers={"Origin": town.state["html_url"]}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_raw_file_runs_nothing(town: Town) -> None:
    town.branch(
        town.maintainer, "raw", {"x.html": "<script>alert(1)</script>", "x.svg": "<svg onload='alert(1)'/>"}
    )
    for name, kind in (("x.html", "text/plain"), ("x.svg", "image/svg+xml")):
        answer = town.client(None).http.get(f"/{town.state['repository']}/raw/raw/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
