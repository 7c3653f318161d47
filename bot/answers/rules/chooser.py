"""Which SOC report fits a company: SOC 1, SOC 2 or both, SOC 3 beside, the categories, the type and the timing.

A guide from common practice. Every combination of answers leads to an advice with its reasons; a CPA firm and the
customers' contracts decide in the end.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from storage.terms import Category, ReportType


class Reliance(StrEnum):
    """What customers rely on the company for."""

    FIGURES = "figures"
    DATA = "data"


class Asker(StrEnum):
    """Who asks for a report."""

    AUDITORS = "auditors"
    SECURITY = "security"
    PUBLIC = "public"


class Deadline(StrEnum):
    """When a report is needed, counted from today."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    OPEN = "open"


class ReportChoice(StrEnum):
    SOC1 = "soc1"
    SOC2 = "soc2"
    SOC3 = "soc3"


class Caution(StrEnum):
    """Answers that contradict each other, or a point on which practice varies."""

    AUDITORS_WITHOUT_FIGURES = "auditors_without_figures"
    PROMISES_WITHOUT_SOC2 = "promises_without_soc2"
    PRIVACY_OR_CONFIDENTIALITY = "privacy_or_confidentiality"
    SOC1_WANTS_SIX_MONTHS = "soc1_wants_six_months"
    THREE_MONTHS_DEBATED = "three_months_debated"


@dataclass(frozen=True)
class Needs:
    """The answers. ``promises`` are the optional categories that the company's commitments touch.

    ``running``: the company's controls have run for three months or more.
    """

    relied_on: Set[Reliance]
    asked_by: Set[Asker]
    promises: Set[Category]
    needed_by: Deadline
    running: bool


@dataclass(frozen=True)
class Timing:
    """``first`` is the type of the first report, ``window_months`` the length of the first Type 2 window.

    ``readiness``: the company rehearses and closes its gaps before the first examination.
    """

    first: ReportType
    window_months: int
    readiness: bool


@dataclass(frozen=True)
class Advice:
    """``reports`` are in the order of their numbers. ``categories`` is empty without a SOC 2.

    A SOC 2 begins with Security (TSP section 100: the common criteria apply to every SOC 2 examination).
    """

    needs: Needs
    reports: tuple[ReportChoice, ...]
    categories: tuple[Category, ...]
    timing: Timing
    cautions: tuple[Caution, ...]


def advise(needs: Needs) -> Advice:
    reports, timing = _reports(needs), _timing(needs)
    return Advice(needs, reports, _categories(needs, reports), timing, _cautions(needs, reports, timing))


def _reports(needs: Needs) -> tuple[ReportChoice, ...]:
    """SOC 1 is for customers' figures (AT-C 320), SOC 2 for all else; a SOC 3 is made from the work of a SOC 2."""
    soc1 = Reliance.FIGURES in needs.relied_on
    soc3 = Asker.PUBLIC in needs.asked_by
    soc2 = Reliance.DATA in needs.relied_on or Asker.SECURITY in needs.asked_by or soc3 or not soc1
    fitting = {ReportChoice.SOC1: soc1, ReportChoice.SOC2: soc2, ReportChoice.SOC3: soc3}
    return tuple(report for report in ReportChoice if fitting[report])


def _categories(needs: Needs, reports: tuple[ReportChoice, ...]) -> tuple[Category, ...]:
    if ReportChoice.SOC2 not in reports:
        return ()
    return tuple(
        category for category in Category if category is Category.SECURITY or category in needs.promises
    )


def _timing(needs: Needs) -> Timing:
    """A window of 3 or 6 months, then commonly 1 to 3 months of fieldwork and reporting.

    A report that is needed sooner can only be a Type 1. Controls that do not run yet need time before a window.
    """
    long = needs.needed_by is Deadline.OPEN or (needs.running and needs.needed_by is Deadline.YEAR)
    at_once = needs.needed_by is Deadline.QUARTER
    type_1 = at_once or (needs.needed_by is Deadline.HALF_YEAR and not needs.running)
    return Timing(
        first=ReportType.TYPE1 if type_1 else ReportType.TYPE2,
        window_months=6 if long else 3,
        readiness=not needs.running and not type_1,
    )


def _cautions(needs: Needs, reports: tuple[ReportChoice, ...], timing: Timing) -> tuple[Caution, ...]:
    soc1, soc2 = ReportChoice.SOC1 in reports, ReportChoice.SOC2 in reports
    short = timing.window_months < 6
    applies = {
        Caution.AUDITORS_WITHOUT_FIGURES: Asker.AUDITORS in needs.asked_by and not soc1,
        Caution.PROMISES_WITHOUT_SOC2: bool(needs.promises) and not soc2,
        Caution.PRIVACY_OR_CONFIDENTIALITY: soc2 and Category.PRIVACY in needs.promises,
        Caution.SOC1_WANTS_SIX_MONTHS: soc1 and short,
        Caution.THREE_MONTHS_DEBATED: soc2 and short,
    }
    return tuple(caution for caution in Caution if applies[caution])
