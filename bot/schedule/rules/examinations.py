"""What makes an examination: its kind, type, dates and categories fit together (AICPA AT-C 320, SOC 2 Guide).

From these follow its window, and the controls that it looks at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.blocks.ids import Field
from storage.programme import Control, ControlScope, Examination
from storage.terms import Category, ReportKind, ReportType

LONGEST_TITLE = 60
_LONGEST_ID = 40
# A window of more than two years is a slip of the year: reports cover 3 to 12 months.
_LONGEST_WINDOW = 731

# A Type 1 report asks for implementation as of a date: the quarter before it shows the control in use.
_TYPE_1_LOOK_BACK = timedelta(days=91)


@dataclass(frozen=True)
class ExaminationTerms:
    """What a lead may change: Type 1 has ``as_of``, Type 2 both ends; a SOC 1 has no categories."""

    as_of: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    categories: tuple[Category, ...] = ()


def normalized_terms(kind: ReportKind, terms: ExaminationTerms) -> ExaminationTerms:
    """The terms with the categories in their usual order; every SOC 2 has Security."""
    chosen = {*terms.categories, *([Category.SECURITY] if kind is ReportKind.SOC2 else [])}
    ordered = tuple(category for category in Category if category in chosen)
    return ExaminationTerms(terms.as_of, terms.starts_on, terms.ends_on, ordered)


def terms_fault(
    kind: ReportKind, report_type: ReportType, terms: ExaminationTerms
) -> tuple[Field, str] | None:
    """The first field that does not fit the kind and type, and why; None if all fit."""
    if kind is ReportKind.SOC1 and terms.categories:
        return (
            Field.CATEGORIES,
            "A SOC 1 has control objectives that management writes, and no categories.",
        )
    if report_type is ReportType.TYPE1:
        if terms.as_of is None:
            return Field.AS_OF, "A Type 1 speaks as of one date. Please give it."
        if terms.starts_on or terms.ends_on:
            field = Field.STARTS_ON if terms.starts_on else Field.ENDS_ON
            return field, "A Type 1 has no window, only its date."
        return None
    if terms.as_of:
        return Field.AS_OF, "A Type 2 has a window, and no single date."
    if terms.starts_on is None:
        return Field.STARTS_ON, "Please give the first day of the window."
    if terms.ends_on is None:
        return Field.ENDS_ON, "Please give the last day of the window."
    if terms.ends_on <= terms.starts_on:
        return Field.ENDS_ON, "The window must end after it begins."
    if (terms.ends_on - terms.starts_on).days > _LONGEST_WINDOW:
        return (
            Field.ENDS_ON,
            "A window is usually 3 to 12 months long; this is more than two years. Please check it.",
        )
    return None


def terms_of(examination: Examination) -> ExaminationTerms:
    return ExaminationTerms(
        examination.as_of,
        examination.starts_on,
        examination.ends_on,
        tuple(map(Category, examination.categories)),
    )


def new_examination_id(title: str, taken: Sequence[str]) -> str:
    """An id made of the title: small letters, digits and hyphens, and a number if another examination has the id."""
    words = re.findall(r"[a-z0-9]+", title.casefold())
    stem = "-".join(words)[: _LONGEST_ID - 4].strip("-") or "examination"
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def examination_window(examination: Examination) -> tuple[date, date]:
    """The first and last day on which a performance counts for this examination."""
    if examination.type is ReportType.TYPE1:
        assert examination.as_of  # noqa: S101
        return examination.as_of - _TYPE_1_LOOK_BACK, examination.as_of
    assert examination.starts_on  # noqa: S101
    assert examination.ends_on  # noqa: S101
    return examination.starts_on, examination.ends_on


def controls_by_kind(controls: Iterable[ControlScope]) -> dict[ReportKind, dict[str, ControlScope]]:
    """The controls in scope of each kind of examination, by id."""
    rows = list(controls)
    return {kind: {row.id: row for row in rows if criteria_of_control(row, kind)} for kind in ReportKind}


def in_scope(control: Control | ControlScope, examination: Examination) -> bool:
    return bool(criteria_of_control(control, examination.kind))


def criteria_of_control(control: Control | ControlScope, kind: ReportKind) -> list[str]:
    """A SOC 1 looks at controls with objectives, a SOC 2 at controls with criteria."""
    return control.objectives if kind is ReportKind.SOC1 else control.criteria
