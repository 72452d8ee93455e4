"""What a file of a repository may be called, so that it means the same file on every machine."""

from __future__ import annotations

import re
import unicodedata

# Short names that Windows gives: `.git`, `.gitmodules` and `.gitattributes` answer to these as well.
_SHORT_NAMES = {
    re.compile(r"git~\d+"): ".git",
    re.compile(r"(gitmod|gi7eba)~\d+"): ".gitmodules",
    re.compile(r"(gitatt|gi7d29)~\d+"): ".gitattributes",
}
_CONTROLS = {"Cc", "Zl", "Zp"}
_PLAIN = re.compile(r"[\w./@+~()\[\]{},=-]+")


def shown(path: str) -> str:
    """The path as it stands in a sentence: plain where it is plain, else quoted and with nothing hidden."""
    if _PLAIN.fullmatch(path) and unicodedata.is_normalized("NFC", path):
        return path
    return f"“{''.join(_visible(character) for character in path)}”"


def _visible(character: str) -> str:
    if 0xDC80 <= ord(character) <= 0xDCFF:
        return f"\\x{ord(character) - 0xDC00:02x}"
    if _is_hidden(character) or unicodedata.combining(character):
        return f"\\u{{{ord(character):x}}}"
    return character


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _CONTROLS | {"Cf", "Cs", "Co", "Cn"} or _is_ignorable(character)


def _is_ignorable(character: str) -> bool:
    """Characters that a file system or an eye passes over: joiners, marks of direction, selectors, tags."""
    code = ord(character)
    return (
        unicodedata.category(character) == "Cf"
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE0FFF
        or code in {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
    )


def canonical(part: str) -> str:
    """One part of a path as the most forgiving file system reads it (HFS+, NTFS)."""
    plain = part.casefold() if part.isascii() and part.isprintable() else _without_tricks(part).casefold()
    plain = plain.split(":")[0].rstrip(". ")
    for pattern, meant in _SHORT_NAMES.items():
        if pattern.fullmatch(plain):
            return meant
    return plain


def _without_tricks(part: str) -> str:
    kept = (c for c in part if not _is_ignorable(c) and unicodedata.category(c) not in _CONTROLS)
    return unicodedata.normalize("NFKC", "".join(kept))


def canonical_path(path: str) -> str:
    """The whole path as the most forgiving file system reads it."""
    return "/".join(canonical(part) for part in re.split(r"[/\\]", path))


def is_git_data(path: str) -> bool:
    """Whether a part of the path is `.git`, or would be taken for it somewhere."""
    return ".git" in canonical_path(path).split("/")


def danger_in(path: str) -> str | None:
    """Why nobody may even look at such a path, as a whole sentence; None for an honest one."""
    if not path or "\0" in path:
        return "A path is needed: relative to the repository's root, such as docs/README.md."
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", path):
        return f"{shown(path)} is an absolute path; paths are relative to the repository's root."
    parts = path.split("/")
    if ".." in re.split(r"[/\\]", path):
        return f"{shown(path)} leads out with “..”; only files of the repository can be used."
    if "" in parts or "." in parts:
        return f"{shown(path)} has an empty part or a “.” in it; write the path as git lists it."
    if is_git_data(path):
        return (
            f"{shown(path)} is git's own data, or would be taken for it on some machine; it is out of bounds."
        )
    return None


def fault_in(path: str) -> str | None:
    """Why a new file may not be called this, as a whole sentence; None for a good name."""
    return danger_in(path) or _spelling_fault(path) or _length_fault(path)


def _spelling_fault(path: str) -> str | None:
    name = shown(path)
    if any(unicodedata.category(c) == "Cs" for c in path):
        return f"{name} is not UTF-8; name the file with plain letters."
    if any(unicodedata.category(c) in _CONTROLS for c in path):
        return f"{name} has a control character in its name; name the file without it."
    if any(_is_ignorable(c) for c in path):
        return f"{name} has an invisible character in its name; name the file without it."
    if not unicodedata.is_normalized("NFC", path):
        return f"{name} is not in Unicode's composed form (NFC), so other machines would see another file."
    if "\\" in path or ":" in path:
        return f"{name} has a backslash or a colon in its name, which Windows reads as something else."
    if any(part != part.rstrip(". ") for part in path.split("/")):
        return f"{name} has a part that ends with a dot or a blank, which Windows drops."
    return None


def _length_fault(path: str) -> str | None:
    encoded = path.encode(errors="surrogateescape")
    if len(encoded) > 1000 or any(len(part) > 255 for part in encoded.split(b"/")):
        return f"“{path[:60]}…” is too long for a file name; at most 255 bytes a part and 1000 in all."
    return None
