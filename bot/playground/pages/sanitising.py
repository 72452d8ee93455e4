"""Foreign HTML cut down to an allow-list, written anew tag by tag, so that nothing else can remain in it."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Attributes = list[tuple[str, str | None]]

VOID = frozenset({"br", "hr", "img", "input"})
TAGS = VOID | {
    "a", "b", "blockquote", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
}  # fmt: skip
# What stands inside these is no text for people.
SILENT = frozenset(
    {
        "script", "style", "iframe", "object", "noscript", "template", "textarea", "title", "svg",
        "math", "select", "noembed", "noframes", "xmp", "head", "applet", "audio", "video",
        "canvas",
    }
)  # fmt: skip
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "a": ("href", "title"), "img": ("src", "alt", "title"), "td": ("align", "colspan", "rowspan"),
    "th": ("align", "colspan", "rowspan"), "ol": ("start",), "details": ("open",), "p": ("align",),
    "div": ("align",), "h1": ("align",), "h2": ("align",), "h3": ("align",),
}  # fmt: skip
CLASSES = re.compile(r"task|alert-(?:note|tip|important|warning|caution)|language-[\w+#.-]{1,30}")
ALIGNED = re.compile(r"text-align:(left|center|right)")
SCHEMES = ("http", "https", "mailto", "")


def sanitised(content: str, own: str = "", home: str = "") -> str:
    """Only allowed tags with allowed attributes, each opened one closed. `home` is where `docs/x.md` lies."""
    writer = _Writer(own, home)
    writer.feed(content)
    writer.close()
    return writer.finished()


class _Writer(HTMLParser):
    def __init__(self, own: str, home: str) -> None:
        super().__init__(convert_charrefs=True)
        self._own = own
        self._home = home
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in SILENT:
            self._silent.append(tag)
        if self._silent or tag not in TAGS:
            return
        if tag == "input" and ("type", "checkbox") not in attrs:
            return
        if tag == "img":
            self._picture(dict(attrs))
            return
        self._out.append(f"<{tag}{self._attributes(tag, attrs)}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        # `<b/>` opens a <b>, as browsers read it.
        if tag in SILENT:
            return
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
            return
        if tag not in self._open:
            return
        while (last := self._open.pop()) != tag:
            self._out.append(f"</{last}>")
        self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(escape(data))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![x]` is a comment to browsers; the library fails at the words that it does not know."""
        return self.parse_bogus_comment(i, report)

    def finished(self) -> str:
        return "".join(self._out) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def _attributes(self, tag: str, attrs: Attributes) -> str:
        kept = []
        for name, value in attrs:
            if (
                name == "style"
                and (aligned := ALIGNED.fullmatch(value or "")) is not None
                and tag in ("td", "th")
            ):
                kept.append(f' align="{aligned[1]}"')  # as Markdown's tables say it
            elif name == "class" and value is not None:
                classes = " ".join(each for each in value.split() if CLASSES.fullmatch(each))
                kept += [f' class="{escape(classes)}"'] if classes else []
            elif name in ATTRIBUTES.get(tag, ()):
                safe = self._address(value or "") if name == "href" else value or ""
                kept += [f' {name}="{escape(safe)}"'] if safe is not None else []
        if tag == "input":
            boxed = ' checked=""' if any(name == "checked" for name, _ in attrs) else ""
            return f' type="checkbox" disabled=""{boxed}'
        if tag == "a":
            kept.append(' rel="noopener noreferrer nofollow"')
        return "".join(kept)

    def _picture(self, attrs: dict[str, str | None]) -> None:
        """A picture of this repository is shown; one from elsewhere is a link, since nothing is loaded from there."""
        address, alt = self._address(attrs.get("src") or "", "raw"), escape(attrs.get("alt") or "picture")
        if address is None:
            return
        if urlsplit(address).netloc:
            here = "a" in self._open
            shown = f"🖼 {alt}"
            self._out.append(
                shown
                if here
                else f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{shown}</a>'
            )
        else:
            self._out.append(f'<img src="{escape(address)}" alt="{alt}">')

    def _address(self, text: str, kind: str = "blob") -> str | None:
        """The address if it leads to the web or a mailbox; a relative one leads into the repository."""
        cleaned = re.sub(r"[\x00-\x20\x7f]", "", text)
        try:
            parts = urlsplit(cleaned)
        except ValueError:
            return None
        if parts.scheme.lower() not in SCHEMES or (
            not parts.scheme and cleaned.startswith(("//", "/\\", "\\"))
        ):
            return None
        if not parts.scheme and re.match(r"[^/?#]*:", cleaned):
            return None  # no scheme that we know, and perhaps one that a browser does
        if self._own and cleaned.startswith(f"{self._own}/"):
            return cleaned.removeprefix(self._own)
        if parts.scheme or cleaned.startswith(("/", "#", "?")) or not cleaned or not self._home:
            return cleaned
        return f"{self._home}/{kind}/HEAD/{cleaned.removeprefix('./')}"
