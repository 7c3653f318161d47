"""Entries whose review is due, put before the lead who stands behind them."""

from datetime import date
from typing import Any

from bot.rules.reviews import Due, week_label
from bot.views import limits
from bot.views.blocks import Message, actions, button, confirm, context, lines, md, modal, prose, section
from bot.views.due import due as due_words
from bot.views.ids import Action, Callback
from bot.views.markdown import plain
from bot.views.text import escaped
from storage.obligations import Obligation
from storage.terms import ObligationState

_TITLES_SHOWN = 12
_TITLE = 75
_TITLES_BYTES = 700
_CHUNK = 2_800
_ONLY_IF = (
    "Press only if all of them still speak for your company. What does not is edited first, in its file or among "
    "the answers of your own, and leaves this list."
)


def ask(owed: Obligation, due: Due, today: date) -> Message:
    count = _entries(len(due.entries))
    lead = f"Are these still right? {count} to look at again."
    when, titles = due_words(owed.due_on, today), _titles(due)
    return Message(
        lines(
            f"{lead} {when}.",
            limits.shorten_bytes(escaped(titles), _TITLES_BYTES),
            f"{_ONLY_IF} Press Read them, or Still right.",
        ),
        [
            section(md("*{lead}*\n*{when}.*", lead=lead, when=when)),
            prose(titles),
            context(_ONLY_IF),
            actions(
                button(
                    "Still right",
                    Action.STILL_RIGHT,
                    owed.id,
                    style="primary",
                    says=f"Still right: {count}",
                    confirm=confirm(
                        "Are all of them still right?",
                        f"This records that you looked at {count} again and that they still speak for your company. "
                        "Each then carries your name and today's date.",
                        "Still right",
                    ),
                ),
                button("Read them", Action.READ_ENTRIES, owed.id, says=f"Read {count}"),
            ),
        ],
    )


def settled(owed: Obligation) -> Message:
    what = f"the entries whose review was due in {week_label(owed.subject)}"
    done = owed.state is ObligationState.DONE
    words = f"You found them still right: {what}." if done else f"Closed, nothing is left to look at: {what}."
    return Message(words, [prose(words)])


def read_modal(due: Due) -> dict[str, Any]:
    """Title and short answer of each, as many to a block as fit."""
    chunks = [""]
    for entry in due.entries:
        told = limits.shorten(f"{entry.title}: {plain(entry.answer)}", _CHUNK)
        if len(chunks[-1]) + len(told) > _CHUNK:
            chunks.append("")
        chunks[-1] += f"{told}\n\n"
    return modal("Entries to look at", Callback.NOTICE, [prose(chunk.rstrip()) for chunk in chunks])


def _titles(due: Due) -> str:
    shown = [limits.shorten(entry.title, _TITLE) for entry in due.entries[:_TITLES_SHOWN]]
    left = len(due.entries) - len(shown)
    return "; ".join(shown) + (f"; and {left:,} more" if left else "")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
