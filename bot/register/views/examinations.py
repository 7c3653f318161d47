"""The examinations as leads see them, and the forms that add one or change its dates and categories."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Mrkdwn,
    actions,
    button,
    checks,
    context,
    date_input,
    day,
    md,
    modal,
    prose,
    radios,
    section,
    text_input,
)
from bot.register.views.cadence import reason_input, schedule_modal
from bot.schedule.rules.examinations import LONGEST_TITLE, ExaminationTerms
from bot.schedule.rules.schedule_changes import ScheduleEffect
from storage.programme import Examination
from storage.terms import Category, ReportKind, ReportType

_KINDS = {ReportKind.SOC1: "SOC 1", ReportKind.SOC2: "SOC 2"}
_TYPES = {
    ReportType.TYPE1: "Type 1: as of one date",
    ReportType.TYPE2: "Type 2: throughout a window",
}
_CATEGORIES = {
    Category.SECURITY: "Security",
    Category.AVAILABILITY: "Availability",
    Category.CONFIDENTIALITY: "Confidentiality",
    Category.PROCESSING_INTEGRITY: "Processing integrity",
    Category.PRIVACY: "Privacy",
}
_TYPE_NAMES = {ReportType.TYPE1: "Type 1", ReportType.TYPE2: "Type 2"}
_MOST_SHOWN = 40


def examinations_modal(
    examinations: Sequence[Examination], proposed: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """``proposed`` are the ids and titles of examinations that the content proposes to add or change."""
    left = len(examinations) - _MOST_SHOWN
    return modal(
        "Examinations",
        Callback.EXAMINATIONS,
        [
            *(_row(each) for each in examinations[:_MOST_SHOWN]),
            *([] if examinations else [prose("There is none yet.")]),
            *([context(f"and {left:,} more, not shown here")] if left > 0 else []),
            *(_proposal(key, title) for key, title in proposed[:_MOST_SHOWN]),
            actions(button("Add an examination", Action.OPEN_ADD_EXAMINATION)),
        ],
    )


def add_examination_modal(
    title: str = "",
    kind: ReportKind | None = None,
    type_: ReportType | None = None,
    terms: ExaminationTerms | None = None,
    effect: ScheduleEffect | None = None,
    token: str = "",
) -> dict[str, Any]:
    terms = terms or ExaminationTerms()
    kinds = [(each.value, _KINDS[each]) for each in ReportKind]
    types = [(each.value, _TYPES[each]) for each in ReportType]
    return schedule_modal(
        "Add an examination",
        Callback.ADD_EXAMINATION,
        effect=effect,
        inputs=[
            text_input(Field.TITLE, "Title", initial=title or None, max_length=LONGEST_TITLE),
            radios(Field.KIND, "Report", kinds, initial=kind),
            radios(Field.TYPE, "Type", types, initial=type_),
            _as_of_input(terms, optional=True),
            *_window_inputs(terms, optional=True),
            _categories_input(terms),
        ],
        subject=token,
    )


def change_examination_modal(
    examination: Examination,
    terms: ExaminationTerms,
    reason: str = "",
    effect: ScheduleEffect | None = None,
    token: str = "",
) -> dict[str, Any]:
    is_type_1, is_soc2 = examination.type is ReportType.TYPE1, examination.kind is ReportKind.SOC2
    return schedule_modal(
        "Change an examination",
        Callback.CHANGE_EXAMINATION,
        about=[section(_summary(examination))],
        effect=effect,
        inputs=[
            *([_as_of_input(terms)] if is_type_1 else _window_inputs(terms)),
            *([_categories_input(terms)] if is_soc2 else []),
            reason_input(reason),
        ],
        subject=f"{examination.id} {token}",
    )


def _row(examination: Examination) -> Block:
    says = f"Change {examination.title}"
    return section(
        _summary(examination), button("Change", Action.OPEN_CHANGE_EXAMINATION, examination.id, says=says)
    )


def _proposal(key: str, title: str) -> Block:
    words = md(
        "*{title}*\nThe file programme.yaml proposes this. Nothing changes until a lead saves it.",
        title=limits.shorten(title, LONGEST_TITLE),
    )
    return section(
        words, button("Look at it", Action.OPEN_PROPOSED_EXAMINATION, key, says=f"Look at proposed {title}")
    )


def _summary(examination: Examination) -> Mrkdwn:
    report = f"{_KINDS[examination.kind]}, {_TYPE_NAMES[examination.type]}, {examination_dates(examination)}"
    names = ", ".join(_CATEGORIES[Category(each)] for each in examination.categories)
    scope = f"Categories: {names}" if names else "Scope: the control objectives that management writes"
    title = limits.shorten(examination.title, LONGEST_TITLE)
    return md("*{title}*\n{report}\n{scope}", title=title, report=report, scope=scope)


def examination_dates(examination: Examination) -> str:
    if examination.starts_on and examination.ends_on:
        return f"{day(examination.starts_on)} to {day(examination.ends_on)}"
    return f"as of {day(examination.as_of)}" if examination.as_of else "without a date"


def _as_of_input(terms: ExaminationTerms, *, optional: bool = False) -> Block:
    return date_input(Field.AS_OF, "As of (Type 1)", optional=optional, initial=terms.as_of)


def _window_inputs(terms: ExaminationTerms, *, optional: bool = False) -> tuple[Block, Block]:
    return (
        date_input(
            Field.STARTS_ON, "First day of the window (Type 2)", optional=optional, initial=terms.starts_on
        ),
        date_input(
            Field.ENDS_ON, "Last day of the window (Type 2)", optional=optional, initial=terms.ends_on
        ),
    )


def _categories_input(terms: ExaminationTerms) -> Block:
    options = [(each.value, name) for each, name in _CATEGORIES.items() if each is not Category.SECURITY]
    return checks(
        Field.CATEGORIES,
        "Categories besides Security (SOC 2)",
        options,
        optional=True,
        initial=[each.value for each in terms.categories],
        hint="Security belongs to every SOC 2.",
    )
