"""Each kind of obligation has its one row, and whoever asked for something does not decide on it."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.answers.every_duty import EVERY_DUTY
from bot.duties import AnyLead, Matter
from bot.work import Work
from storage.people import Person
from storage.terms import AccountKind, ObligationKind

CLEO, DAN = (Person(id=each, name=each, zone="UTC", standing=AccountKind.MEMBER) for each in ("CLEO", "DAN"))


async def nothing_waits(_work: Work) -> list[Matter]:
    return []


def lead_duty(*, alone: bool) -> AnyLead:
    return AnyLead(nothing_waits, timedelta(days=3), alone=alone)


def test_every_kind_of_obligation_has_exactly_one_row():
    assert Counter(duty.kind for duty in EVERY_DUTY) == Counter(ObligationKind)


@pytest.mark.parametrize("alone", [True, False])
def test_all_leads_decide_but_the_one_who_asked(alone):
    assert lead_duty(alone=alone).among([CLEO, DAN], "CLEO") == [DAN]
    assert lead_duty(alone=alone).among([CLEO, DAN], "BEN") == [CLEO, DAN]
    assert lead_duty(alone=alone).among([CLEO, DAN], None) == [CLEO, DAN]


def test_an_asker_who_is_the_only_lead_decides_where_that_is_allowed_and_nobody_does_elsewhere():
    assert lead_duty(alone=True).among([CLEO], "CLEO") == [CLEO]
    assert lead_duty(alone=False).among([CLEO], "CLEO") == []


def test_whoever_is_involved_decides_only_if_nobody_else_can():
    assert lead_duty(alone=False).among([CLEO, DAN], "BEN", {"CLEO"}) == [DAN]
    assert lead_duty(alone=False).among([CLEO, DAN], "BEN", {"CLEO", "DAN"}) == [CLEO, DAN]
    assert lead_duty(alone=False).among([CLEO, DAN], "DAN", {"CLEO"}) == [CLEO]
    assert lead_duty(alone=False).among([CLEO], "BEN", {"CLEO"}) == [CLEO]
