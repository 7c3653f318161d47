"""Entries whose review is due, put before the lead who stands behind them."""

from datetime import date
from itertools import accumulate
from typing import Any

from bot.answers.rules.entry_reviews import Due, week_label
from bot.blocks import limits
from bot.blocks.due import due as due_words
from bot.blocks.ids import Action, Callback
from bot.blocks.kit import (
    Message,
    actions,
    articles,
    button,
    confirm,
    context,
    lines,
    md,
    modal,
    prose,
    section,
)
from bot.blocks.markdown import plain
from bot.blocks.text import escaped
from content.models import KnowledgeEntry
from storage.obligations import Obligation
from storage.terms import ObligationState

_TITLES_SHOWN = 12
_TITLE = 75
_TITLES_BYTES = 700
_PAGE = 40_000
"""Characters on one page, which may have 250 kB."""
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
                    f"{owed.id} {due.mark}",
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


def read_modal(owed_id: str, due: Due, start: str = "") -> dict[str, Any]:
    """Each entry whole, from the one with the id ``start`` on, and a button for those that the page cannot hold."""
    first = next((index for index, entry in enumerate(due.entries) if entry.id == start), 0)
    told = [_told(entry) for entry in due.entries[first:]]
    last = first + max(
        1, sum(size <= _PAGE for size in accumulate(len(title) + len(text) for title, text in told))
    )
    left = due.entries[last:]
    return modal(
        "Entries to look at",
        Callback.NOTICE,
        [
            context(f"{first + 1:,} to {last:,} of {_entries(len(due.entries))}"),
            *articles(told[: last - first]),
            *(
                [actions(button("Read on", Action.READ_ENTRIES, f"{owed_id} {left[0].id}", style="primary"))]
                if left
                else []
            ),
        ],
    )


def _told(entry: KnowledgeEntry) -> tuple[str, str]:
    return entry.title, "\n\n".join(filter(None, (plain(entry.answer), plain(entry.detail))))


def _titles(due: Due) -> str:
    shown = [limits.shorten(entry.title, _TITLE) for entry in due.entries[:_TITLES_SHOWN]]
    left = len(due.entries) - len(shown)
    return "; ".join(shown) + (f"; and {left:,} more" if left else "")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
