"""An answer by e-mail: what is quoted below it is neither a command nor part of a note."""

from __future__ import annotations

import pytest

from bot.commands.grammar import ParsedCommand, parse

HEADINGS = {
    "Gmail": "On Mon, Nov 23, 2026 at 9:14 AM baton-app[bot] <notifications@github.com> wrote:",
    "Gmail, wrapped": "On Mon, Nov 23, 2026 at 9:14 AM baton-app[bot] <\nnotifications@github.com> wrote:",
    "Gmail, wrapped twice": "On Mon, Nov 23, 2026\nat 9:14 AM baton-app[bot]\n<n@github.com> wrote:",
    "Gmail, older": "2026-11-23 9:14 GMT+01:00 baton-app[bot] <notifications@github.com>:",
    "Apple Mail": "On 23 Nov 2026, at 09:14, baton-app[bot] <notifications@github.com> wrote:",
    "Thunderbird": "On 11/23/26 09:14, baton-app[bot] wrote:",
    "Thunderbird, German": "Am 23.11.26 um 09:14 schrieb baton-app[bot]:",
    "Gmail, German": "Am Mo., 23. Nov. 2026 um 09:14 Uhr schrieb baton-app[bot] <n@github.com>:",
    "Gmail, French": "Le lun. 23 nov. 2026 à 09:14, baton-app[bot] <n@github.com> a écrit :",
    "Gmail, Spanish": "El lun, 23 nov 2026 a las 9:14, baton-app[bot] (<n@github.com>) escribió:",
    "Gmail, Italian": "Il giorno lun 23 nov 2026 alle ore 09:14 baton-app[bot] <n@github.com> ha scritto:",
    "Gmail, Portuguese": "Em seg., 23 de nov. de 2026 às 09:14, baton-app[bot] <n@github.com> escreveu:",
    "Gmail, Dutch": "Op ma 23 nov 2026 om 09:14 schreef baton-app[bot] <n@github.com>:",
    "Gmail, Polish": "pon., 23 lis 2026 o 09:14 baton-app[bot] <n@github.com> napisał(a):",
    "Gmail, Chinese": "baton-app[bot] <n@github.com> 于2026年11月23日周一 09:14写道：",
    "Gmail, Japanese": "2026年11月23日(月) 9:14 baton-app[bot] <n@github.com>:",
    "by name alone": "baton-app[bot] <notifications@github.com> wrote:",
    "Outlook, plain": "-----Original Message-----\nFrom: baton-app[bot]\nSent: Monday, 23 November 2026",
    "Outlook": "________________________________\nFrom: baton-app[bot] <n@github.com>\nSent: Monday\nTo: o/r",
    "Outlook, formatted": "**From:** baton-app[bot] <n@github.com>\n**Sent:** Monday, 23 November 2026",
    "Outlook, German": "Von: baton-app[bot] <n@github.com>\nGesendet: Montag, 23. November 2026\nAn: o/r",
    "Outlook, French": "De : baton-app[bot] <n@github.com>\nEnvoyé : lundi 23 novembre 2026 09:14\nÀ : o/r",
    "forwarded": "---------- Forwarded message ---------\nFrom: baton-app[bot]\nDate: Mon, Nov 23, 2026",
    "Apple Mail, forwarded": "Begin forwarded message:\n\nFrom: baton-app[bot]",
    "GitHub's footer": "—\nReply to this email directly, view it on GitHub, or unsubscribe.",
}  # fmt: skip


def commands(body: str) -> tuple[ParsedCommand, ...]:
    got = parse(body, surface="issue", event="created", author_type="User", login="baton-app")
    assert got.errors == ()
    return got.commands


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_quoted_mail_is_no_part_of_the_note_and_commands_nothing(heading: str, end: str) -> None:
    """C4: an e-mail's trailer."""
    body = f"/proceed 2\nfine by me\n\n{heading}\n\n> Ready?\n> /approve\nRead more\n\n/cancel\n/aprove\n"
    assert commands(body.replace("\n", end)) == (ParsedCommand("proceed", "2", "fine by me"),)


def test_an_answer_below_the_quoted_mail_counts() -> None:
    body = f"{HEADINGS['Gmail']}\n\n> Ready to proceed?\n> Comment\n/cancel wrapped\n\n/approve\n"
    assert commands(body) == (ParsedCommand("approve"),)


def test_nothing_counts_below_a_mail_that_is_quoted_without_marks() -> None:
    assert commands(f"{HEADINGS['Outlook']}\n\nReady to proceed?\n\n/approve\n") == ()


@pytest.mark.parametrize(
    "note",
    [
        "On the schema, Bob wrote:\nuse UUIDs",
        "As I wrote: no",
        "From: the API\nTo: the page",
        "On Monday we decide",
        "On 3 tables\n\nJane wrote:\nyes",
        "Sent from my iPhone",
        "> On Monday, Jane wrote:\n> yes",
        "____\nx",
        "a\n- On Mon, 23 Nov 2026, Jane wrote a lot",
        "-- \nJane",
    ],
)
def test_prose_that_only_looks_like_a_heading_stays_in_the_note(note: str) -> None:
    assert commands(f"/proceed 1\n{note}") == (ParsedCommand("proceed", "1", note),)


def test_a_person_who_quotes_somebody_by_name_ends_the_note() -> None:
    assert commands("/proceed 1\nyes\nOn that day, Jane wrote:\n> no") == (
        ParsedCommand("proceed", "1", "yes"),
    )
