"""Where an answer sent by e-mail ends and the mail that it answers begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands.markdown import Line, Place

_WRAPPED_OVER = 4
_HEADER_LINES = 5
_LONGEST = 300

_WROTE = re.compile(
    r"(?:wrote|writes|schrieb|a écrit|écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|"
    r"napisał(?:\(a\))?|napisała|pisze|написал(?:\(а\))?|написала|пишет|написав|napsal(?:\(a\))?|"
    r"yazdı|写道|寫道|のメール|작성)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?:on|am|le|el|il|em|op|den|på|w dniu|dne|в)\b|[0-9]{1,4}[-./年]"
    r"|.{0,120}<[^<>\s]{1,200}@[^<>\s]{1,200}>",
    re.IGNORECASE,
)
_WHEN_OR_WHO = re.compile(
    r"[0-9]|@|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*day\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b", re.IGNORECASE
)
_DATED_SENDER = re.compile(r"[0-9]{4}[-/年].{0,200}<[^<>\s]{1,200}@[^<>\s]{1,200}>[:：]?")
_DIVIDER = re.compile(
    r"-{2,}\s?(?:original message|forwarded message|original[- ]nachricht|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d'origine|message d’origine|message original|mensaje original|"
    r"mensagem original|messaggio originale|oorspronkelijk bericht|originalmeddelande|"
    r"исходное сообщение|原始邮件|原始郵件|元のメッセージ)\s?-{2,}"
    r"|begin forwarded message:|reply to this email directly\b.*|_{20,}",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\*{0,2}(?:from|von|de|da|van|fra|från|od|lähettäjä|от|发件人|寄件者|差出人)\s?[:：]", re.IGNORECASE
)
_SENT = re.compile(
    r"\*{0,2}(?:sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|inviato|data|verzonden|sendt|skickat|"
    r"lähetetty|отправлено|дата|wysłano|发送时间|寄件日期|送信日時|日時)\s?[:：]",
    re.IGNORECASE,
)
_DASH = re.compile(r"[—–-]{1,2}\s*")


def own_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a comment that its author wrote in the mail: what is quoted from another mail is left out.

    Below a mail that is quoted first (with `>`), the author's answer follows; everywhere else everything
    from the quoted mail's heading on is the quoted mail.
    """
    begin = 0
    while True:
        heading = _heading(lines, begin)
        if heading is None:
            return lines[begin:]
        if any(line.place is not Place.BLANK for line in lines[begin:heading]):
            return lines[begin : _without_dash(lines, heading)]
        answer = _answer_below(lines, heading)
        if answer is None:
            return ()
        begin = answer


def _heading(lines: Sequence[Line], begin: int) -> int | None:
    for number in range(begin, len(lines)):
        line = lines[number]
        if line.place in (Place.OPEN, Place.TEXT) and line.text[:1] != ">" and _is_heading(lines, number):
            return number
    return None


def _is_heading(lines: Sequence[Line], number: int) -> bool:
    text = lines[number].text.strip()
    if len(text) > _LONGEST:
        return False
    if _DIVIDER.fullmatch(text) and (text[0] != "_" or _from_and_sent(lines, number + 1)):
        return True
    if _DATED_SENDER.fullmatch(text):
        return True
    if _FROM.match(text):
        return _from_and_sent(lines, number)
    return bool(_BEGINS.match(text)) and _somebody_wrote(lines, number)


def _somebody_wrote(lines: Sequence[Line], number: int) -> bool:
    """`On Monday, Jane <jane@…> wrote:`, which mail programs wrap over several lines."""
    joined = ""
    for at in range(number, min(number + _WRAPPED_OVER, len(lines))):
        text = lines[at].text.strip()
        if not text or len(text) > _LONGEST or (at > number and text[0] in ">/@"):
            return False
        joined += text + " "
        if text.endswith((":", "：")):
            return bool(_WROTE.search(joined)) and (
                bool(_WHEN_OR_WHO.search(joined)) or _quote_follows(lines, at + 1)
            )
    return False


def _quote_follows(lines: Sequence[Line], number: int) -> bool:
    following = next((line.text for line in lines[number : number + 3] if line.text.strip()), "")
    return following.lstrip().startswith(">")


def _from_and_sent(lines: Sequence[Line], number: int) -> bool:
    """The block of `From:` and `Sent:` lines that Outlook writes above what it quotes."""
    block = [line.text.strip() for line in lines[number : number + _HEADER_LINES + 1]]
    block = [text for text in block if text]
    return bool(block) and bool(_FROM.match(block[0])) and any(_SENT.match(text) for text in block[1:])


def _answer_below(lines: Sequence[Line], heading: int) -> int | None:
    """Where text goes on behind a blank line under the quoted lines; None if nothing is quoted with `>`."""
    quoted = False
    for number in range(heading, len(lines)):
        text = lines[number].text.strip()
        if text.startswith(">"):
            quoted = True
        elif quoted and text and not lines[number - 1].text.strip():
            return number
    return None


def _without_dash(lines: Sequence[Line], heading: int) -> int:
    """GitHub's own footer begins with a line that holds a dash alone."""
    if heading and lines[heading].text.lower().startswith("reply to this email"):
        return heading - 1 if _DASH.fullmatch(lines[heading - 1].text) else heading
    return heading
