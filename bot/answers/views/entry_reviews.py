"""Entries whose review is due, for the lead who reviewed them last: the request, and the page with their texts."""

from datetime import date
from itertools import accumulate
from typing import Any

from bot.answers.rules.entry_reviews import WeekOfReviews, week_label
from bot.blocks import limits
from bot.blocks.ids import Action, Callback
from bot.blocks.kit import (
    Element,
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
from bot.blocks.wording import counted, due_words
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


def entry_review_request(obligation: Obligation, week: WeekOfReviews, today: date) -> Message:
    count = counted(len(week.entries), "entry", "entries")
    lead = f"Are these still right? {count} to look at again."
    when, titles = due_words(obligation.due_on, today), _titles(week)
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
                    f"{obligation.id} {week.mark}",
                    style="primary",
                    says=f"Still right: {count}",
                    confirm=confirm(
                        "Are all of them still right?",
                        f"This records that you looked at {count} again and that they still speak for your company. "
                        "Each then carries your name and today's date.",
                        "Still right",
                    ),
                ),
                button("Read them", Action.READ_ENTRIES, obligation.id, says=f"Read {count}"),
            ),
        ],
    )


def entry_review_receipt(obligation: Obligation) -> Message:
    entries = f"the entries whose review was due in {week_label(obligation.subject)}"
    words = f"Closed, nothing is left to look at: {entries}."
    if obligation.state is ObligationState.DONE:
        words = f"You found them still right: {entries}."
    return Message(words, [prose(words)])


def read_entries_modal(obligation_id: str, week: WeekOfReviews, start: str = "") -> dict[str, Any]:
    """Whole entries, from the one with the id ``start`` on, and a button that turns the page to the next ones."""
    first = next((index for index, entry in enumerate(week.entries) if entry.id == start), 0)
    articles_left = [_article(entry) for entry in week.entries[first:]]
    sizes = accumulate(len(title) + len(text) for title, text in articles_left)
    last = first + max(1, sum(size <= _PAGE for size in sizes))
    next_page = week.entries[last:]
    return modal(
        "Entries to look at",
        Callback.NOTICE,
        [
            context(f"{first + 1:,} to {last:,} of {counted(len(week.entries), 'entry', 'entries')}"),
            *articles(articles_left[: last - first]),
            *([actions(_read_on(obligation_id, next_page[0]))] if next_page else []),
        ],
    )


def _read_on(obligation_id: str, entry: KnowledgeEntry) -> Element:
    return button("Read on", Action.READ_ENTRIES, f"{obligation_id} {entry.id}", style="primary")


def _article(entry: KnowledgeEntry) -> tuple[str, str]:
    return entry.title, "\n\n".join(filter(None, (plain(entry.answer), plain(entry.detail))))


def _titles(week: WeekOfReviews) -> str:
    titles = [limits.shorten(entry.title, _TITLE) for entry in week.entries[:_TITLES_SHOWN]]
    left = len(week.entries) - len(titles)
    return "; ".join(titles) + (f"; and {left:,} more" if left else "")
