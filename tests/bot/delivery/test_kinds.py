"""Each kind of message has its one row."""

from collections import Counter

from bot.delivery.kinds import EVERY_MESSAGE
from bot.delivery.outcomes import Pace
from storage.terms import DeliveryKind


def test_every_kind_of_message_has_exactly_one_row():
    assert Counter(row.kind for row in EVERY_MESSAGE) == Counter(DeliveryKind)


def test_every_method_that_a_message_needs_has_a_budget():
    assert {row.method for row in EVERY_MESSAGE} == Pace().budgets.keys()
