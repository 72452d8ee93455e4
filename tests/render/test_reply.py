"""Short comments: answers to people and notes on pull requests."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.render.reply import notice, reply, to_remark


def test_a_reply_carries_its_key_and_the_commands_own_sentence() -> None:
    assert reply(12, "LE_1", "1001", "The feature is not paused. `/status` tells what it waits for.") == (
        snapshot("""\
<!-- baton:{"v":1,"kind":"reply","feature":12,"generation":"LE_1","key":"1001"} -->
The feature is not paused. `/status` tells what it waits for.
""")
    )


def test_a_notice_is_told_apart_from_a_reply() -> None:
    assert notice(
        12, "LE_1", "note:20", "Closed by Baton: it was cancelled. The branch is kept."
    ) == snapshot("""\
<!-- baton:{"v":1,"kind":"notice","feature":12,"generation":"LE_1","key":"note:20"} -->
Closed by Baton: it was cancelled. The branch is kept.
""")


def test_a_key_in_a_review_is_repeated_neither_by_baton_nor_by_the_agent() -> None:
    """R087."""
    key = "AKIA" + "A1B2" * 4
    text = to_remark(f"It reads {key} now.", "abc", f"Use {key}, please.")
    assert key not in text
    assert text.startswith("> Use [left out: it looks like a secret], please.\n\nIt reads [left out:")


def test_words_of_others_in_a_reply_do_nothing() -> None:
    text = reply(12, "LE_1", "1", "- 1/6 @org/team fixes #3: done\n- /cancel")
    assert "@org" not in text and "fixes #3" not in text and "- /cancel" not in text
