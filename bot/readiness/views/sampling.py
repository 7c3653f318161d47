"""The dry run of an audit: the page that begins it, and a self-assessment with its exceptions first.

Every part is written once, as lines that the terminal, the pages and a command's answer share.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN, counted
from bot.blocks.ids import Action, Callback, Command, Field
from bot.blocks.kit import (
    Block,
    Message,
    Mrkdwn,
    actions,
    button,
    choice,
    context,
    day,
    header,
    lines,
    md,
    modal,
    section,
    text_input,
)
from bot.blocks.packing import together
from bot.blocks.paging import page_of, turning
from bot.readiness.rules.findings import (
    EXCEPTIONS,
    OPEN_POINTS,
    REMARKS,
    Assessment,
    ControlSum,
    CriterionSum,
    Item,
    Past,
)
from bot.readiness.rules.sampling import LONGEST_SEED
from bot.readiness.views.status import ReportPart, cut
from storage.programme import Examination
from storage.terms import AuditFinding, Cadence

SELF = (
    "This is a self-assessment. Sample sizes are typical, your auditor decides on them, and only the service auditor "
    "concludes."
)
NO_WINDOW = "There is no Type 2 examination, so there is no window to sample. Leads add one under Examinations in Home."
_LINES_A_PAGE = 36
_LINES_A_SECTION = 6
_LINE = 400
_NAME = 60
_SHOWN = 5
_KINDS = {
    EXCEPTIONS: "Exceptions",
    OPEN_POINTS: "To settle before the auditor comes",
    REMARKS: "Remarks",
}
_WHAT = {
    AuditFinding.MISSING: (
        "nothing was accepted by the last day",
        "Perform it and hand in the evidence now: an auditor then reports it as late, and not as missing.",
    ),
    AuditFinding.PERFORMED_LATE: (
        "performed after the last day",
        "This cannot be undone. Write down the cause, and what prevents it next time.",
    ),
    AuditFinding.FILE_BROKEN: (
        "the stored file is gone, or is not the one that was handed in",
        "Restore it from a backup. socrates verify names every such file.",
    ),
    AuditFinding.UNREVIEWED: (
        "evidence waits for review",
        "Let a lead other than whoever handed it in review it.",
    ),
    AuditFinding.WAIVED: (
        "waived",
        "Have the approved exception ready to be shown: who approved it, when and why.",
    ),
    AuditFinding.NOT_YET_DUE: ("not yet due, and nothing accepted", "Hand in the evidence by the last day."),
    AuditFinding.EVIDENCE_LATE: (
        "evidence arrived after its due date",
        "The control was performed; hand in evidence by its due date next time.",
    ),
    AuditFinding.NOBODY_ACCOUNTABLE: (
        "nobody had accepted to own it when it was due",
        "See that each control has an owner who has accepted it.",
    ),
}


def sample_modal(windows: Sequence[Examination], past: Sequence[Past]) -> dict[str, Any]:
    """Several windows are a choice; a Type 1 is none."""
    options = [(each.id, cut(each.title)) for each in windows]
    several = (
        [choice(Field.EXAMINATION, "Examination", options, initial=windows[0].id)] if windows[1:] else []
    )
    seed = text_input(
        Field.SEED,
        "Seed",
        optional=True,
        max_length=LONGEST_SEED,
        hint="A number of your own, or that of a sample to repeat. Left empty, I choose one.",
    )
    return modal(
        "Sample me",
        Callback.SAMPLE,
        [
            section(_explained(windows)),
            *([*several, seed] if windows else []),
            *_past(past),
        ],
        submit="Draw a sample" if windows else None,
    )


def assessment_modal(assessment: Assessment, number: int = 1) -> dict[str, Any]:
    told = [(part.title, line) for part in parts(assessment) for line in part.says]
    page = page_of(told, number, _LINES_A_PAGE)
    turns = turning(
        page,
        "page",
        (Action.PREVIOUS_ASSESSED, Action.NEXT_ASSESSED),
        ("Previous", "Next"),
        subject=assessment.id,
    )
    where = f"Page {page.number} of {page.of}. " if page.of > 1 else ""
    return modal(
        "Self-assessment",
        Callback.ASSESSMENT,
        [
            header(heading(assessment)),
            *_unread(assessment, page.number),
            *_sections(page.items),
            *turns,
            context(f"{where}{SELF}"),
        ],
        subject=assessment.id,
    )


def message(assessment: Assessment) -> Message:
    """For a command's answer: the first of the exceptions and open points, and the button to all of it."""
    told = [_summed(assessment), *_noted(assessment, EXCEPTIONS), *_noted(assessment, OPEN_POINTS)]
    shown = [ReportPart(each.title, _first(each.says)) for each in told]
    opener = button("Open it", Action.SHOW_ASSESSMENT, assessment.id, says="Open the self-assessment")
    title = heading(assessment)
    return Message(
        together([title, *(part.text for part in shown), SELF], limits.MESSAGE_TEXT_BYTES),
        [
            header(title),
            *(_section(part.title, part.says) for part in shown),
            actions(opener),
            context(SELF),
        ],
    )


def heading(assessment: Assessment) -> str:
    by = f", by {limits.shorten(assessment.made_by, _NAME)}" if assessment.made_by else ", not logged"
    return f"Self-assessment of {cut(assessment.title)} on {day(assessment.day)}{by}"


def parts(assessment: Assessment) -> list[ReportPart]:
    """In reading order: the sums, what an auditor would report, what is open, remarks, then all that was looked at."""
    return [
        _summed(assessment),
        *(part for findings in _KINDS for part in _noted(assessment, findings)),
        *_all_told(assessment),
    ]


def conclusion(sampled: int, population: int, exceptions: int) -> str:
    """ "Sampled 2 of 6, 1 exception noted (50%)"; as in an auditor's work paper."""
    rate = f" ({round(100 * exceptions / sampled)}%)" if exceptions else ""
    count = counted(exceptions, "exception") if exceptions else "no exceptions"
    return f"sampled {sampled:,} of {population:,}, {count} noted{rate}"


def found_in(past: Past) -> str:
    """ "14 sampled, 8 exceptions"."""
    found = counted(past.exceptions, "exception") if past.exceptions else "no exceptions"
    return f"{past.sampled:,} sampled, {found}{'' if past.files_read else ', files still being read'}"


def type_one(title: str) -> str:
    return (
        f"{cut(title)} is a Type 1: an auditor looks at every control as of its date, and samples nothing. "
        f"{Command.SOC} status tells what each of its criteria still lacks."
    )


def nothing_over(title: str) -> str:
    return (
        f"No period in the window of {cut(title)} is over yet, so an auditor would find nothing to draw from."
    )


def which(ids: Sequence[str]) -> str:
    return f"There are several Type 2 examinations. Say which: {' or '.join(ids[:_SHOWN])}."


def unknown(words: str) -> str:
    return f"I know no examination called “{limits.shorten(words, _NAME)}”."


def _explained(windows: Sequence[Examination]) -> Mrkdwn:
    if not windows:
        return lines(NO_WINDOW)
    of = md(" of *{title}*", title=cut(windows[0].title)) if len(windows) == 1 else ""
    return lines(
        md(
            "I draw at random, as an auditor would, from every period{of} that is over, and tell what an auditor "
            "would find.",
            of=of,
        ),
        "The sample, its seed and what was found are recorded under your name before you see them.",
        SELF,
    )


def _past(past: Sequence[Past]) -> list[Block]:
    return [header("Earlier self-assessments"), *(_row(each) for each in past)] if past else []


def _row(past: Past) -> Block:
    told = md(
        "*{on}*, {title}, by {by}\nSeed {seed}: {found}",
        on=day(past.on),
        title=cut(past.title),
        by=limits.shorten(past.made_by, _NAME),
        seed=past.seed,
        found=found_in(past),
    )
    says = f"Open the self-assessment of {day(past.on)} with seed {past.seed}"
    return section(told, button("Open", Action.SHOW_ASSESSMENT, past.id, says=says))


def _summed(assessment: Assessment) -> ReportPart:
    sampled = len(assessment.items)
    total = conclusion(sampled, assessment.population, assessment.exceptions)
    unsettled = f", {assessment.unsettled:,} to settle" if assessment.unsettled else ""
    logged = f"Record entry {assessment.number}. " if assessment.number is not None else ""
    again = (
        f"The same was drawn on {day(assessment.made_before)}, from the same population with the same seed."
        if assessment.made_before
        else ""
    )
    told = [
        f"In all: {total}{unsettled}.",
        f"Window {day(assessment.starts_on)} to {day(assessment.ends_on)}; drawn from every period that was over "
        f"before {day(assessment.day)}, those missed and waived too.",
        _files(assessment),
        f"{logged}Seed {assessment.seed}. While the population is the same, with the digest {assessment.digest[:16]}, "
        f"this draws the same: {Command.SOC} sample {assessment.examination_id} {assessment.seed}",
        again,
    ]
    return ReportPart("What was sampled", [each for each in told if each])


def _files(assessment: Assessment) -> str:
    if not assessment.files_read:
        being = "is" if assessment.files == 1 else "are"
        return f"{counted(assessment.files, 'stored file')} {being} still being read."
    if not assessment.files:
        return "No stored file belongs to it."
    return f"{counted(assessment.files, 'stored file')} read and compared with the hash in the record."


def _unread(assessment: Assessment, page: int) -> list[Block]:
    if assessment.files_read:
        return []
    return [actions(button("Refresh", Action.REFRESH_ASSESSED, f"{assessment.id} {page}"))]


def _noted(assessment: Assessment, findings: tuple[AuditFinding, ...]) -> Iterator[ReportPart]:
    """A part for each of these findings that there is."""
    for finding in findings:
        found = [f"• {_called(each)}" for each in assessment.items if finding in each.findings]
        if found:
            what, to_do = _WHAT[finding]
            yield ReportPart(f"{_KINDS[findings]} ({len(found):,}): {what}", [to_do, *found])


def _called(item: Item) -> str:
    last = f"last day {day(item.last_day)}" if item.last_day != item.due_on else f"due {day(item.due_on)}"
    return f"{item.control_id} {cut(item.title)}, {item.period}, {last}"


def _all_told(assessment: Assessment) -> list[ReportPart]:
    looked_at = [each for each in assessment.controls if each.sampled]
    waiting = [f"• {_control(each)}" for each in assessment.controls if not each.sampled]
    listed = {
        "By criterion": [_criterion(each) for each in assessment.criteria if each.sampled],
        "By control": [
            f"• {_control(each)}: {conclusion(each.sampled, each.population, each.exceptions)}"
            for each in looked_at
        ],
        "Nothing to sample, no period is over yet": waiting,
        "Everything that was sampled": [_looked_at(each) for each in assessment.items],
    }
    return [ReportPart(f"{title}: {len(told):,}", told) for title, told in listed.items() if told]


def _criterion(each: CriterionSum) -> str:
    concluded = conclusion(each.sampled, each.population, each.exceptions)
    return f"• {each.criterion}: {counted(each.controls, 'control')}, {concluded}"


def _control(each: ControlSum) -> str:
    called = f"{each.control_id} {cut(each.title)}"
    return f"{called}, {_apart(each.cadence)}" if each.several else called


def _apart(cadence: Cadence) -> str:
    """Which population of a control with several it is."""
    match cadence:
        case Cadence.ON_EVENT:
            return "each event"
        case Cadence.QUARTERLY:
            return "the listing every quarter"
    return HOW_OFTEN[cadence]


def _looked_at(item: Item) -> str:
    found = "; ".join(_WHAT[each][0] for each in item.findings) or "nothing to note"
    return f"• {_called(item)}: {found}"


def _sections(told: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Each title once, above the lines that belong to it."""
    for title, lines_of_it in groupby(told, key=lambda each: each[0]):
        said = [line for _, line in lines_of_it]
        for start in range(0, len(said), _LINES_A_SECTION):
            yield _section(title if start == 0 else "", said[start : start + _LINES_A_SECTION])


def _section(title: str, says: Sequence[str]) -> Block:
    head = md("*{title}*", title=title) if title else Mrkdwn("")
    return section(lines(head, *(limits.shorten(each, _LINE) for each in says)))


def _first(says: Sequence[str]) -> list[str]:
    left = len(says) - _SHOWN - 1
    return [*says[: _SHOWN + 1], f"and {left:,} more"] if left > 0 else list(says)
