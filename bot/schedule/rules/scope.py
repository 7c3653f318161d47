"""What makes an examination: its kind, type, dates and categories fit together (AICPA AT-C 320, SOC 2 Guide)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.programme import Control, Examination
from storage.terms import Category, ReportKind, ReportType

LONGEST_TITLE = 60
LONGEST_ID = 40
# A window of more than two years is a slip of the year: reports cover 3 to 12 months.
LONGEST_WINDOW = 731

# A Type 1 report asks for implementation as of a date: the quarter before it shows the control in use.
TYPE_1_LOOK_BACK = timedelta(days=91)


@dataclass(frozen=True)
class Terms:
    """What a lead may change: Type 1 has ``as_of``, Type 2 both ends; a SOC 1 has no categories."""

    as_of: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    categories: tuple[Category, ...] = ()


def sound(kind: ReportKind, asked: Terms) -> Terms:
    """With the categories in their order; Security belongs to every SOC 2."""
    chosen = {*asked.categories, *([Category.SECURITY] if kind is ReportKind.SOC2 else [])}
    return Terms(
        asked.as_of, asked.starts_on, asked.ends_on, tuple(each for each in Category if each in chosen)
    )


def fault(kind: ReportKind, kind_of_report: ReportType, asked: Terms) -> tuple[str, str] | None:
    """The field that does not fit, by its name in `Terms`, and why; None if all do."""
    if kind is ReportKind.SOC1 and asked.categories:
        return "categories", "A SOC 1 has control objectives that management writes, and no categories."
    if kind_of_report is ReportType.TYPE1:
        if asked.as_of is None:
            return "as_of", "A Type 1 speaks as of one date. Please give it."
        if asked.starts_on or asked.ends_on:
            return "starts_on" if asked.starts_on else "ends_on", "A Type 1 has no window, only its date."
        return None
    if asked.as_of:
        return "as_of", "A Type 2 has a window, and no single date."
    if asked.starts_on is None:
        return "starts_on", "Please give the first day of the window."
    if asked.ends_on is None:
        return "ends_on", "Please give the last day of the window."
    if asked.ends_on <= asked.starts_on:
        return "ends_on", "The window must end after it begins."
    if (asked.ends_on - asked.starts_on).days > LONGEST_WINDOW:
        return (
            "ends_on",
            "A window is usually 3 to 12 months long; this is more than two years. Please check it.",
        )
    return None


def terms_of(examination: Examination) -> Terms:
    return Terms(
        examination.as_of,
        examination.starts_on,
        examination.ends_on,
        tuple(map(Category, examination.categories)),
    )


def fresh_key(title: str, taken: Sequence[str]) -> str:
    """An id made of the title: small letters, digits and hyphens, with a number where it is taken."""
    words = re.findall(r"[a-z0-9]+", title.casefold())
    base = "-".join(words)[: LONGEST_ID - 4].strip("-") or "examination"
    numbered = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in numbered if each not in taken)


def window(examination: Examination) -> tuple[date, date]:
    """The first and last day whose performances this examination looks at."""
    if examination.type is ReportType.TYPE1:
        assert examination.as_of  # noqa: S101
        return examination.as_of - TYPE_1_LOOK_BACK, examination.as_of
    assert examination.starts_on  # noqa: S101
    assert examination.ends_on  # noqa: S101
    return examination.starts_on, examination.ends_on


def in_scope(control: Control, examination: Examination) -> bool:
    """SOC 1 looks at objectives, SOC 2 at criteria."""
    return bool(control.objectives if examination.kind is ReportKind.SOC1 else control.criteria)
