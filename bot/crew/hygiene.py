"""Text from GitHub made safe to show a model: what a person would not see on the page is not in it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

MOST_PASSES = 20

# Characters without a shape: they hide instructions from people and split words for filters.
_INVISIBLE = re.compile(
    "["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls; tab and newline stay
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, line separators, bidi, invisible operators
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"  # fillers, variation selectors, byte order mark
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\ud800-\udfff"
    "]"
)
_SUSPICIOUS = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|[\ufe00-\ufe0f]{2,}"
)
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,10}|[A-Za-z][A-Za-z0-9]{1,31});")

# An unclosed comment hides everything after it.
_COMMENT = re.compile(r"<!--(?:>|->|.*?(?:--!?>|\Z))|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<![A-Za-z][^>]*>")
_TAG_WITH_QUOTES = re.compile(r"""<([A-Za-z][A-Za-z0-9-]*)((?:\s+(?:[^<>"']|"[^"]*"|'[^']*')*)?)\s*>""")
_KEPT_ATTRIBUTE = re.compile(r"""\b(href|src)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""", re.IGNORECASE)

_IMAGE = re.compile(r"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]")
_TITLE = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))"""
_TITLED_LINK = re.compile(rf"(\]\(\s*(?:<[^<>\n]*>|[^\s()<>]*))\s+{_TITLE}\s*\)")
_DEFINITION = re.compile(
    rf"^ {{0,3}}\[([^\[\]\n]+)\]:[ \t]*\n?[ \t]*(<[^<>\n]*>|[^\s<>]+)(?:[ \t]*\n?[ \t]+{_TITLE})?[ \t]*$",
    re.MULTILINE,
)


def without_invisible(text: str) -> str:
    """The text without characters that have no shape; for files, whose markup is their content."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n"))


def revealed(text: str) -> str:
    """The text with its shapeless characters named, for files that are judged or read as they are.

    Joiners and selectors stay where they shape an emoji or a script.
    """
    return _SUSPICIOUS.sub(lambda match: "".join(f"⟦U+{ord(char):04X}⟧" for char in match[0]), text)


def visible_text(text: str) -> str:
    """What a person sees of a comment, an issue or a Markdown document on GitHub.

    Taking one thing away can complete another, so it is repeated until nothing changes. Text that is nested
    deeper than any person writes loses its markup altogether.
    """
    for _ in range(MOST_PASSES):
        previous = text
        for strip in _STEPS:
            text = strip(text)
        if text == previous:
            return text.strip()
    return visible_text(re.sub(r"[<>\[\]&]", "", text))


def _without_hidden_entities(text: str) -> str:
    """`&#8203;` and `&ZeroWidthSpace;` hide as well as what they stand for."""

    def shown(match: re.Match[str]) -> str:
        stands_for = html.unescape(match[0])
        return "" if stands_for and not _INVISIBLE.sub("", stands_for) else match[0]

    return _ENTITY.sub(shown, text)


def _without_comments(text: str) -> str:
    return _DECLARATION.sub("", _COMMENT.sub("", text))


def _without_attributes(text: str) -> str:
    """Tags keep where they lead; alt, title, data and the like are not on the page."""

    def bare(match: re.Match[str]) -> str:
        kept = "".join(f" {name.lower()}={value}" for name, value in _KEPT_ATTRIBUTE.findall(match[2]))
        return f"<{match[1]}{kept}>"

    return _TAG_WITH_QUOTES.sub(bare, text)


def _without_titles(text: str) -> str:
    return _TITLED_LINK.sub(r"\1)", _IMAGE.sub("![]", text))


def _without_unused_definitions(text: str) -> str:
    """`[//]: # (…)` is a comment in disguise; a definition that is used keeps its address."""

    def kept(match: re.Match[str]) -> str:
        used = text.lower().count(f"[{match[1].lower()}]") > 1
        return f"[{match[1]}]: {match[2]}" if used else ""

    return _DEFINITION.sub(kept, text)


_STEPS: tuple[Callable[[str], str], ...] = (
    without_invisible,
    _without_hidden_entities,
    _without_comments,
    _without_attributes,
    _without_titles,
    _without_unused_definitions,
)


def fenced(tag: str, text: str, **attributes: str | int | None) -> str:
    """The text as data between tags that it cannot close itself."""
    inner = re.sub(rf"<(?=\s*/?\s*{re.escape(tag)}\b)", "&lt;", text, flags=re.IGNORECASE)
    given = "".join(
        f' {name}="{_attribute(value)}"' for name, value in attributes.items() if value is not None
    )
    return f"<{tag}{given}>\n{inner.strip()}\n</{tag}>"


def _attribute(value: str | int) -> str:
    return html.escape(one_line(str(value)), quote=True)


def one_line(text: str) -> str:
    """A title or a name: visible, and on one line."""
    return " ".join(visible_text(text).split())
