"""Each kind of obligation has its one row, and whoever asked for something does not decide on it."""

from collections import Counter

import pytest

from bot.answers.every_duty import EVERY_DUTY
from bot.duties import deciders
from storage.people import Person
from storage.terms import AccountKind, ObligationKind

CLEO, DAN = (Person(id=each, name=each, zone="UTC", standing=AccountKind.MEMBER) for each in ("CLEO", "DAN"))


def test_every_kind_of_obligation_has_exactly_one_row():
    assert Counter(duty.kind for duty in EVERY_DUTY) == Counter(ObligationKind)


@pytest.mark.parametrize("alone", [True, False])
def test_all_leads_decide_but_the_one_who_asked(alone):
    assert deciders([CLEO, DAN], "CLEO", alone=alone) == [DAN]
    assert deciders([CLEO, DAN], "BEN", alone=alone) == [CLEO, DAN]
    assert deciders([CLEO, DAN], None, alone=alone) == [CLEO, DAN]


def test_an_asker_who_is_the_only_lead_decides_where_that_is_allowed_and_nobody_does_elsewhere():
    assert deciders([CLEO], "CLEO", alone=True) == [CLEO]
    assert deciders([CLEO], "CLEO", alone=False) == []
