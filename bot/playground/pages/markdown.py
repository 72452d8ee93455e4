"""Markdown as GitHub shows it: rendered, then cut down to an allow-list of tags and attributes."""

from __future__ import annotations

import re
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from bot.playground.hub import Hub
from bot.playground.pages.sanitising import sanitised
from bot.playground.state import Repository

_TASK = re.compile(r"\[([ xX])\]\s+")
_NAMED = re.compile(
    r"(?<![\w/&`#@.-])(?:#(?P<number>\d{1,9})\b|@(?P<login>[A-Za-z0-9][A-Za-z0-9-]{0,38})\b|(?P<sha>\b[0-9a-f]{40}\b))"
)
_BARE = re.compile(r"(?<![\w\"'(<=])https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")


def rendered(text: str, home: Repository | None, hub: Hub, file: bool = False) -> Markup:
    """Safe HTML; `#12`, `@name` and SHAs become links where they name something here.

    In what people write a new line begins a new line, in a file it does not, as on GitHub.
    """
    content = (_FILES if file else _WRITINGS).render(text, {"home": home, "hub": hub})
    return Markup(sanitised(content, hub.url, f"/{home.full_name}" if home else ""))


def markdown(breaks: bool) -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "breaks": breaks}).enable(["table", "strikethrough"])
    made.core.ruler.push("tasks", mark_tasks)
    made.core.ruler.push("alerts", mark_alerts)
    made.core.ruler.push("names", link_names)
    return made


def mark_tasks(state: StateCore) -> None:
    """`- [x]` at the beginning of a list item is a box."""
    for before, inline in zip(state.tokens[1:], state.tokens[2:], strict=False):
        if inline.type != "inline" or before.type != "paragraph_open" or not inline.children:
            continue
        item = state.tokens[state.tokens.index(before) - 1]
        first = inline.children[0]
        match = _TASK.match(first.content) if first.type == "text" else None
        if match is None or item.type != "list_item_open":
            continue
        first.content = first.content[match.end() :]
        item.attrJoin("class", "task")
        box = f'<input type="checkbox" disabled{" checked" if match[1] != " " else ""}> '
        inline.children.insert(0, html(box))


def mark_alerts(state: StateCore) -> None:
    """`> [!NOTE]` is a box with a colour."""
    for quoted, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if quoted.type != "blockquote_open" or inline.type != "inline" or not inline.children:
            continue
        match = _ALERT.match(inline.children[0].content)
        if match is not None:
            quoted.attrJoin("class", f"alert-{match[1].lower()}")
            inline.children[0].content = inline.children[0].content[match.end() :]
            inline.children.insert(0, html(f"<strong>{match[1].capitalize()}</strong><br>"))


def link_names(state: StateCore) -> None:
    for inline in (token for token in state.tokens if token.type == "inline" and token.children):
        inside = 0
        linked: list[Token] = []
        for child in inline.children or []:
            inside += (child.type == "link_open") - (child.type == "link_close")
            if child.type == "html_inline":
                inside += child.content.lower().startswith("<a ") - child.content.lower().startswith("</a")
            linked += [child] if child.type != "text" or inside > 0 else linked_text(child.content, state.env)
        inline.children = linked


def linked_text(text: str, env: object) -> list[Token]:
    """A text with its addresses and names as links."""
    assert isinstance(env, dict)
    found: list[Token] = []
    at = 0
    matches = sorted(
        [*_BARE.finditer(text), *_NAMED.finditer(text)], key=lambda match: (match.start(), -match.end())
    )
    for match in matches:
        target = match[0] if match[0].startswith("http") else target_of(match, env["home"], env["hub"])
        if match.start() < at or target is None:
            continue
        shown = match[0][:7] if match.re is _NAMED and match["sha"] else match[0]
        found += [plain(text[at : match.start()]), *link(target, shown)]
        at = match.end()
    return [*found, plain(text[at:])]


def target_of(match: re.Match[str], home: Repository | None, hub: Hub) -> str | None:
    if home is None:
        return None
    if match["number"]:
        issue = home.issues.get(int(match["number"]))
        kind = "issues" if issue is None or issue.pull is None else "pull"
        return f"/{quote(home.full_name)}/{kind}/{issue.number}" if issue is not None else None
    if match["login"]:
        known = any(user.login.lower() == match["login"].lower() for user in hub.users.values())
        return f"/{match['login']}" if known else None
    return (
        f"/{quote(home.full_name)}/commit/{match['sha']}" if home.git.kind(match["sha"]) == "commit" else None
    )


def plain(text: str) -> Token:
    return Token("text", "", 0, content=text)


def html(text: str) -> Token:
    return Token("html_inline", "", 0, content=text)


def link(target: str, shown: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": target}), plain(shown), Token("link_close", "a", -1)]


_FILES, _WRITINGS = markdown(breaks=False), markdown(breaks=True)
