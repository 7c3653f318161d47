"""Which report fits: a table of cases, and what holds for every combination of answers."""

from itertools import chain, combinations, product

import pytest

from bot.answers.rules.chooser import Asker, Caution, Deadline, Needs, Reliance, ReportChoice, Timing, advise
from storage.terms import Category, ReportType

FIGURES, DATA = {Reliance.FIGURES}, {Reliance.DATA}
NOBODY: set[Asker] = set()
NOTHING: set[Category] = set()
TYPE1, TYPE2 = ReportType.TYPE1, ReportType.TYPE2


def subsets(terms):
    listed = list(terms)
    return chain.from_iterable(combinations(listed, size) for size in range(len(listed) + 1))


OPTIONAL = [category for category in Category if category is not Category.SECURITY]
EVERY = [
    Needs(frozenset(relied), frozenset(asked), frozenset(promised), deadline, running)
    for relied, asked, promised, deadline, running in product(
        subsets(Reliance), subsets(Asker), subsets(OPTIONAL), Deadline, (True, False)
    )
]


@pytest.mark.parametrize(
    ("relied_on", "asked_by", "reports"),
    [
        (FIGURES, NOBODY, (ReportChoice.SOC1,)),
        (FIGURES, {Asker.AUDITORS}, (ReportChoice.SOC1,)),
        (FIGURES, {Asker.SECURITY}, (ReportChoice.SOC1, ReportChoice.SOC2)),
        (FIGURES, {Asker.PUBLIC}, (ReportChoice.SOC1, ReportChoice.SOC2, ReportChoice.SOC3)),
        (DATA, NOBODY, (ReportChoice.SOC2,)),
        (DATA, {Asker.AUDITORS}, (ReportChoice.SOC2,)),
        (DATA, {Asker.SECURITY, Asker.PUBLIC}, (ReportChoice.SOC2, ReportChoice.SOC3)),
        (FIGURES | DATA, NOBODY, (ReportChoice.SOC1, ReportChoice.SOC2)),
    ],
)
def test_reports_follow_what_customers_rely_on(relied_on, asked_by, reports):
    assert advise(Needs(relied_on, asked_by, NOTHING, Deadline.OPEN, True)).reports == reports


@pytest.mark.parametrize(
    ("needed_by", "running", "timing"),
    [
        (Deadline.QUARTER, True, Timing(TYPE1, 3, readiness=False)),
        (Deadline.QUARTER, False, Timing(TYPE1, 3, readiness=False)),
        (Deadline.HALF_YEAR, True, Timing(TYPE2, 3, readiness=False)),
        (Deadline.HALF_YEAR, False, Timing(TYPE1, 3, readiness=False)),
        (Deadline.YEAR, True, Timing(TYPE2, 6, readiness=False)),
        (Deadline.YEAR, False, Timing(TYPE2, 3, readiness=True)),
        (Deadline.OPEN, True, Timing(TYPE2, 6, readiness=False)),
        (Deadline.OPEN, False, Timing(TYPE2, 6, readiness=True)),
    ],
)
def test_the_type_follows_the_time_that_is_left(needed_by, running, timing):
    assert advise(Needs(DATA, NOBODY, NOTHING, needed_by, running)).timing == timing


@pytest.mark.parametrize(
    ("needs", "cautions"),
    [
        (
            Needs(DATA, {Asker.AUDITORS}, NOTHING, Deadline.OPEN, True),
            (Caution.AUDITORS_WITHOUT_FIGURES,),
        ),
        (
            Needs(FIGURES, NOBODY, {Category.AVAILABILITY}, Deadline.OPEN, True),
            (Caution.PROMISES_WITHOUT_SOC2,),
        ),
        (
            Needs(DATA, NOBODY, {Category.PRIVACY}, Deadline.OPEN, True),
            (Caution.PRIVACY_OR_CONFIDENTIALITY,),
        ),
        (
            Needs(FIGURES, NOBODY, NOTHING, Deadline.HALF_YEAR, True),
            (Caution.SOC1_WANTS_SIX_MONTHS,),
        ),
        (
            Needs(DATA, NOBODY, NOTHING, Deadline.HALF_YEAR, True),
            (Caution.THREE_MONTHS_DEBATED,),
        ),
        (Needs(DATA, {Asker.SECURITY}, NOTHING, Deadline.OPEN, True), ()),
    ],
)
def test_what_does_not_fit_together_is_said(needs, cautions):
    assert advise(needs).cautions == cautions


def test_for_every_combination_the_facts_hold():
    for needs in EVERY:
        advice = advise(needs)
        soc2 = ReportChoice.SOC2 in advice.reports
        assert soc2 or advice.reports == (ReportChoice.SOC1,)
        assert soc2 or ReportChoice.SOC3 not in advice.reports
        assert (advice.categories[:1] == (Category.SECURITY,)) == soc2
        assert set(advice.categories) == ({Category.SECURITY, *needs.promises} if soc2 else set())
        assert (ReportChoice.SOC1 in advice.reports) == (Reliance.FIGURES in needs.relied_on)
        assert advice.timing.window_months >= 3
