"""The bundle: whole requests only, as many as fit, and a text that has a share for each."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.kit import Message, prose
from bot.blocks.packing import joined_within, messages_that_fit
from bot.evidence.views import handing_in
from bot.reminders.views import bundles
from tests.bot.samples import SPELL, TODAY, Faults, control, occurrence, read, sound


def request(number: int, words: int = 1, blocks: int = 1) -> Message:
    text = f"Request {number}. " + "word " * words
    return Message(text, [prose(text)] * blocks)


def test_ben_reads_one_reminder():
    message = bundles.bundle_message([request(1), request(2)], "Ben Castillo", TODAY)

    assert read(message) == (
        "Reminder for Mon 5 Oct 2026\n"
        "Hello Ben Castillo. This is what I ask of you, and each of it can be done right here.\n"
        "Request 1. word \n"
        "Request 2. word "
    )
    assert message.text.startswith("Hello Ben Castillo, this is my reminder for Mon 5 Oct 2026.\nRequest 1.")
    assert "Request 2." in message.text
    assert [block["type"] for block in message.blocks].count("divider") == 2


def test_what_does_not_fit_is_counted():
    message = bundles.bundle_message([request(number, blocks=8) for number in range(9)], "Ben", TODAY, more=2)

    assert read(message).count("Request") == 5 * 8
    assert read(message).endswith("\nand 6 more requests: open my Home tab")
    assert message.text.endswith("\nand 6 more requests: open my Home tab")


def test_requests_of_ordinary_length_are_many(faults: Faults):
    requests = [handing_in.evidence_request(occurrence(), control(), TODAY) for _ in range(20)]

    message = bundles.bundle_message(requests, "Ben", TODAY)

    sound(message, faults)
    assert read(message).count("[Upload evidence") >= 8


def test_every_request_has_its_share_of_the_text():
    message = bundles.bundle_message([request(1, words=900), request(2), request(3, words=900)], "Ben", TODAY)

    assert "Request 1." in message.text
    assert "Request 2. word" in message.text
    assert "Request 3." in message.text
    assert 3_900 < len(message.text.encode()) <= 4_000


def test_earlier_reminders_give_way():
    message = bundles.superseded_message(date(2026, 10, 6))

    assert message.text == read(message) == "These requests moved to my reminder of Tue 6 Oct 2026."


@given(st.lists(st.tuples(st.integers(1, 200), st.integers(1, 10)), max_size=60), st.integers(0, 9))
def test_whatever_is_asked_fits_whole(faults: Faults, sizes: list[tuple[int, int]], more: int):
    requests = [request(number, words, blocks) for number, (words, blocks) in enumerate(sizes)]

    message = bundles.bundle_message(requests, SPELL, TODAY, more)

    sound(message, faults)
    whole = sum(len(each.blocks) + 1 for each in messages_that_fit(requests, message.blocks[:2]))
    assert len(message.blocks) == 2 + whole + ("more request" in message.text)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_texts_together_stay_in_their_room(count: int):
    assert len(joined_within(["wörds " * 200] * count, 2_000).encode()) <= 2_000
