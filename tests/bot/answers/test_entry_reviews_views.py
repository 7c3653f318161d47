"""What a lead reads of entries whose review is due."""

from datetime import date
from typing import Any

import pytest

from bot.answers.rules.entry_reviews import WeekOfReviews
from bot.answers.views import entry_reviews
from bot.blocks.ids import Action
from bot.blocks.markdown import plain
from content.library import load_library
from storage.obligations import Obligation
from storage.terms import ObligationKind, ObligationState
from tests.bot.samples import LONG, NINE, SPELL, Faults, actions_of, read, sound

ENTRIES = load_library().knowledge
FRIDAY = date(2027, 10, 8)


def obligation(**changes: Any) -> Obligation:
    values: dict[str, Any] = {
        "id": "o1",
        "person_id": "U0CLEO",
        "kind": ObligationKind.VERIFY_ENTRY,
        "subject": "2027-10-04",
        "due_on": FRIDAY,
        "opened_at": NINE,
    }
    return Obligation(**{**values, **changes})


def week(count: int) -> WeekOfReviews:
    return WeekOfReviews("U0CLEO", "2027-10-04", ENTRIES[:count], FRIDAY)


def test_cleo_reads_which_entries_and_what_her_press_records():
    shown = entry_reviews.entry_review_request(obligation(), week(2), FRIDAY)
    assert read(shown) == (
        "Are these still right? 2 entries to look at again.\n"
        "Due today, Fri 8 Oct 2027.\n"
        f"{ENTRIES[0].title}; {ENTRIES[1].title}\n"
        "Press only if all of them still speak for your company. What does not is edited first, in its file or among "
        "the answers of your own, and leaves this list.\n"
        "[Still right: 2 entries] [Read 2 entries]"
    )
    assert actions_of(shown) == {Action.STILL_RIGHT: f"o1 {week(2).mark}", Action.READ_ENTRIES: "o1"}
    assert "Due today, Fri 8 Oct 2027." in shown.text
    assert ENTRIES[1].title in shown.text
    still_right = shown.blocks[-1]["elements"][0]
    assert still_right["confirm"]["text"]["text"] == (
        "This records that you looked at 2 entries again and that they still speak for your company. "
        "Each then carries your name and today's date."
    )


def test_a_whole_library_is_one_request_and_can_be_read_whole(faults: Faults):
    everything = week(len(ENTRIES))
    shown = entry_reviews.entry_review_request(obligation(), everything, FRIDAY)
    sound(shown, faults)
    assert f"and {len(ENTRIES) - 12} more" in read(shown)
    pages = [entry_reviews.read_entries_modal("o1", everything)]
    while Action.READ_ENTRIES in actions_of(pages[-1]):
        start = actions_of(pages[-1])[Action.READ_ENTRIES].removeprefix("o1 ")
        pages.append(entry_reviews.read_entries_modal("o1", everything, start))
    for page in pages:
        sound(page, faults)
    text = "\n".join(map(read, pages))
    for entry in ENTRIES:
        for part in (entry.title, plain(entry.answer), plain(entry.detail)[:1_000]):
            assert part in text, entry.id
    assert 1 < len(pages) < 20


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            ObligationState.DONE,
            "You found them still right: the entries whose review was due in week 40 of 2027.",
        ),
        (
            ObligationState.WITHDRAWN,
            "Closed, nothing is left to look at: the entries whose review was due in week 40 of 2027.",
        ),
    ],
)
def test_settled_it_has_no_button(state: ObligationState, words: str):
    shown = entry_reviews.entry_review_receipt(obligation(state=state))
    assert (read(shown), shown.text, actions_of(shown)) == (words, words, {})


@pytest.mark.parametrize("words", [SPELL, LONG])
def test_whatever_stands_in_an_entry(words: str, faults: Faults):
    worst = tuple(entry.model_copy(update={"title": words, "answer": words}) for entry in ENTRIES[:60])
    nasty = WeekOfReviews("U0CLEO", "2027-10-04", worst, FRIDAY)
    sound(entry_reviews.entry_review_request(obligation(), nasty, FRIDAY), faults)
    sound(entry_reviews.read_entries_modal("o1", nasty), faults)
