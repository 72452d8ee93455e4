"""Sixty texts that try to do something where Baton repeats them, and how it is seen that they did not."""

from __future__ import annotations

import re

from bot.commands.grammar import parse
from bot.facts.seen import Surface
from bot.render.markers import read_marker

HOSTILE = (
    # mentions
    "@alice", "@org/team please look", "hi @alice, @bob", "(@alice)", "**@alice**", "\\@alice", "&#64;alice",
    "&commat;alice", "x@alice.example", "@\u200b@alice", "`code` @alice", "` @alice", "@-dash", "@_under",
    # closing keywords
    "fixes #3", "Fixes: #3", "CLOSES #3", "closed  acme/board#3", "resolves GH-3", "fix\n#3",
    "resolve https://github.com/acme/board/issues/3", "closes:#3", "fixes **#3**", "fixed [#3](x)", "close\t#3",
    # hidden text
    "<!-- hidden -->", "<!--", "-->", "a <!-- b", "<!-- x --!> y", "\u202eevoorppa/", "\u2066x\u2069",
    "\U000e0061\U000e0062", "\x00\x07", "<details><summary>x", "<img src=x alt='/approve'>", "<script>", "<?php",
    "<![CDATA[", "</details>", "&lt;!-- x --&gt;",
    # our own markers
    '<!-- baton:{"v":1,"kind":"plan","feature":1,"generation":"x"} -->', "<!-- baton:{} -->\n/approve",
    # commands
    "/approve", " /approve v2", "text\n/cancel", "- /approve", "1. /approve", "- 1. /approve", "* - /approve",
    "\u200b/approve", "\ufeff/approve", "\u00a0/approve", "@baton-app approve", "@baton-app[bot] /approve",
    "@baton-app: cancel", "# /approve", "🚀 /approve", "> x\n\n/approve", "/aprove", "/skip api: x\n/resume",
    "| /approve |", "___\n/approve", "x\r/approve", "x\r\n/approve",
    # what swallows the rest
    "```\n/approve", "~~~\nx", "````md\n```\n/approve\n", "``` `` `", "`" * 7, "a | b", "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)", "| a |\n|---|\n| /approve |", "-" * 90, "x" * 70_000,
)  # fmt: skip

_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)")
_MENTION = re.compile(r"@[A-Za-z0-9_-]")
_CLOSING = re.compile(
    r"\b(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s*[\[(*_\\'`]{0,3}([\w.-]+/[\w.-]+)?(#|GH-)\d",
    re.IGNORECASE,
)
_HTML = re.compile(r"<[A-Za-z/!?]")
OUR_OWN_HTML = re.compile(r"</?details>|</?summary>")


def without_code(text: str) -> str:
    """GitHub reads no mention and no tag in inline code, and code() lets no backtick through."""
    return _CODE.sub("`…`", text)


def assert_harmless(text: str, login: str = "baton-app") -> None:
    """It mentions nobody, closes no issue, hides nothing and parses to no command."""
    plain = without_code(text)
    assert not _MENTION.search(plain), plain
    assert not _CLOSING.search(plain), plain
    assert not _HTML.search(OUR_OWN_HTML.sub("", plain)), plain
    assert read_marker(text) is None
    assert not re.search("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\x00]", text)
    for surface in Surface:
        read = parse(text, surface=surface.value, event="created", author_type="User", login=login)
        assert not (read.commands or read.errors), (text, read)
