"""The dry run of an audit: the page on which a lead begins, and a self-assessment with its exceptions first.

Every part is written once, as lines that the terminal, the pages and a command's answer share.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.blocks import limits
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
from bot.blocks.packing import joined_within
from bot.blocks.paging import page_buttons, page_of
from bot.blocks.wording import CADENCE_WORDS, counted
from bot.readiness.rules.findings import (
    EXCEPTIONS,
    OPEN_POINTS,
    REMARKS,
    Assessment,
    ControlSum,
    CriterionSum,
    PastAssessment,
    SampledItem,
)
from bot.readiness.rules.sampling import LONGEST_SEED
from bot.readiness.views.status import ReportPart, short_title
from storage.programme import Examination
from storage.terms import AuditFinding, Cadence

SELF_ASSESSMENT = (
    "This is a self-assessment. Sample sizes are typical, your auditor decides on them, and only the service auditor "
    "concludes."
)
NO_WINDOW = "There is no Type 2 examination, so there is no window to sample. Leads add one under Examinations in Home."
_LINES_A_PAGE = 36
_LINES_A_SECTION = 6
_LINE = 400
_NAME = 60
_SHOWN = 5
_KIND_TITLES = {
    EXCEPTIONS: "Exceptions",
    OPEN_POINTS: "To settle before the auditor comes",
    REMARKS: "Remarks",
}
# What an auditor would note, and what to do about it.
_FINDINGS = {
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


def sample_modal(windows: Sequence[Examination], past: Sequence[PastAssessment]) -> dict[str, Any]:
    """``windows`` are the Type 2 examinations; with more than one the lead chooses."""
    options = [(each.id, short_title(each.title)) for each in windows]
    chosen = [choice(Field.EXAMINATION, "Examination", options, initial=windows[0].id)] if windows[1:] else []
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
            *([*chosen, seed] if windows else []),
            *_past(past),
        ],
        submit="Draw a sample" if windows else None,
    )


def assessment_modal(assessment: Assessment, number: int = 1) -> dict[str, Any]:
    titled_lines = [(part.title, line) for part in assessment_parts(assessment) for line in part.says]
    page = page_of(titled_lines, number, _LINES_A_PAGE)
    buttons = page_buttons(
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
            header(assessment_heading(assessment)),
            *_refresh(assessment, page.number),
            *_sections(page.items),
            *buttons,
            context(f"{where}{SELF_ASSESSMENT}"),
        ],
        subject=assessment.id,
    )


def assessment_message(assessment: Assessment) -> Message:
    """For a command's answer: the first exceptions and open points, and a button that opens the whole."""
    whole = [_sums(assessment), *_noted(assessment, EXCEPTIONS), *_noted(assessment, OPEN_POINTS)]
    shortened = [ReportPart(each.title, _first(each.says)) for each in whole]
    opener = button("Open it", Action.SHOW_ASSESSMENT, assessment.id, says="Open the self-assessment")
    title = assessment_heading(assessment)
    return Message(
        joined_within(
            [title, *(part.text for part in shortened), SELF_ASSESSMENT], limits.MESSAGE_TEXT_BYTES
        ),
        [
            header(title),
            *(_section(part.title, part.says) for part in shortened),
            actions(opener),
            context(SELF_ASSESSMENT),
        ],
    )


def assessment_heading(assessment: Assessment) -> str:
    by = f", by {limits.shorten(assessment.made_by, _NAME)}" if assessment.made_by else ", not logged"
    return f"Self-assessment of {short_title(assessment.title)} on {day(assessment.day)}{by}"


def assessment_parts(assessment: Assessment) -> list[ReportPart]:
    """In reading order: the sums, exceptions, open points, remarks, and then everything that was sampled."""
    return [
        _sums(assessment),
        *(part for findings in _KIND_TITLES for part in _noted(assessment, findings)),
        *_listings(assessment),
    ]


def conclusion(sampled: int, population: int, exceptions: int) -> str:
    """ "sampled 2 of 6, 1 exception noted (50%)", as in an auditor's work paper."""
    rate = f" ({round(100 * exceptions / sampled)}%)" if exceptions else ""
    count = counted(exceptions, "exception") if exceptions else "no exceptions"
    return f"sampled {sampled:,} of {population:,}, {count} noted{rate}"


def past_result(past: PastAssessment) -> str:
    """ "14 sampled, 8 exceptions"."""
    exceptions = counted(past.exceptions, "exception") if past.exceptions else "no exceptions"
    return f"{past.sampled:,} sampled, {exceptions}{'' if past.files_read else ', files still being read'}"


def type_one_has_no_window(title: str) -> str:
    return (
        f"{short_title(title)} is a Type 1: an auditor looks at every control as of its date, and samples nothing. "
        f"{Command.SOC} status tells what each of its criteria still lacks."
    )


def nothing_over(title: str) -> str:
    window = short_title(title)
    return f"No period in the window of {window} is over yet, so an auditor would find nothing to draw from."


def which_examination(ids: Sequence[str]) -> str:
    return f"There are several Type 2 examinations. Say which: {' or '.join(ids[:_SHOWN])}."


def no_such_examination(words: str) -> str:
    return f"I know no examination called “{limits.shorten(words, _NAME)}”."


def _explained(windows: Sequence[Examination]) -> Mrkdwn:
    if not windows:
        return lines(NO_WINDOW)
    of_window = md(" of *{title}*", title=short_title(windows[0].title)) if len(windows) == 1 else ""
    return lines(
        md(
            "I draw at random, as an auditor would, from every period{of} that is over, and tell what an auditor "
            "would find.",
            of=of_window,
        ),
        "The sample, its seed and what was found are recorded under your name before you see them.",
        SELF_ASSESSMENT,
    )


def _past(past: Sequence[PastAssessment]) -> list[Block]:
    return [header("Earlier self-assessments"), *(_row(each) for each in past)] if past else []


def _row(past: PastAssessment) -> Block:
    summary = md(
        "*{on}*, {title}, by {by}\nSeed {seed}: {found}",
        on=day(past.on),
        title=short_title(past.title),
        by=limits.shorten(past.made_by, _NAME),
        seed=past.seed,
        found=past_result(past),
    )
    says = f"Open the self-assessment of {day(past.on)} with seed {past.seed}"
    return section(summary, button("Open", Action.SHOW_ASSESSMENT, past.id, says=says))


def _sums(assessment: Assessment) -> ReportPart:
    sampled = len(assessment.items)
    concluded = conclusion(sampled, assessment.population, assessment.exceptions)
    to_settle = f", {assessment.unsettled:,} to settle" if assessment.unsettled else ""
    entry = f"Record entry {assessment.number}. " if assessment.number is not None else ""
    drawn_before = (
        f"The same was drawn on {day(assessment.made_before)}, from the same population with the same seed."
        if assessment.made_before
        else ""
    )
    says = [
        f"In all: {concluded}{to_settle}.",
        f"Window {day(assessment.starts_on)} to {day(assessment.ends_on)}; drawn from every period that was over "
        f"before {day(assessment.day)}, those missed and waived too.",
        _files(assessment),
        f"{entry}Seed {assessment.seed}. While the population is the same, with the digest {assessment.digest[:16]}, "
        f"this draws the same: {Command.SOC} sample {assessment.examination_id} {assessment.seed}",
        drawn_before,
    ]
    return ReportPart("What was sampled", [each for each in says if each])


def _files(assessment: Assessment) -> str:
    if not assessment.files_read:
        verb = "is" if assessment.files == 1 else "are"
        return f"{counted(assessment.files, 'stored file')} {verb} still being read."
    if not assessment.files:
        return "No stored file belongs to it."
    return f"{counted(assessment.files, 'stored file')} read and compared with the hash in the record."


def _refresh(assessment: Assessment, page: int) -> list[Block]:
    """A button while a worker still reads the files of the sample."""
    if assessment.files_read:
        return []
    return [actions(button("Refresh", Action.REFRESH_ASSESSED, f"{assessment.id} {page}"))]


def _noted(assessment: Assessment, findings: tuple[AuditFinding, ...]) -> Iterator[ReportPart]:
    """A part for each of these findings that some sampled occurrence has."""
    for finding in findings:
        with_finding = [f"• {_name(each)}" for each in assessment.items if finding in each.findings]
        if with_finding:
            what, to_do = _FINDINGS[finding]
            yield ReportPart(
                f"{_KIND_TITLES[findings]} ({len(with_finding):,}): {what}", [to_do, *with_finding]
            )


def _name(item: SampledItem) -> str:
    due = f"last day {day(item.last_day)}" if item.last_day != item.due_on else f"due {day(item.due_on)}"
    return f"{item.control_id} {short_title(item.title)}, {item.period}, {due}"


def _listings(assessment: Assessment) -> list[ReportPart]:
    sampled = [each for each in assessment.controls if each.sampled]
    nothing_over_yet = [f"• {_control(each)}" for each in assessment.controls if not each.sampled]
    listings = {
        "By criterion": [_criterion(each) for each in assessment.criteria if each.sampled],
        "By control": [
            f"• {_control(each)}: {conclusion(each.sampled, each.population, each.exceptions)}"
            for each in sampled
        ],
        "Nothing to sample, no period is over yet": nothing_over_yet,
        "Everything that was sampled": [_item(each) for each in assessment.items],
    }
    return [ReportPart(f"{title}: {len(says):,}", says) for title, says in listings.items() if says]


def _criterion(criterion: CriterionSum) -> str:
    concluded = conclusion(criterion.sampled, criterion.population, criterion.exceptions)
    return f"• {criterion.criterion}: {counted(criterion.controls, 'control')}, {concluded}"


def _control(control: ControlSum) -> str:
    name = f"{control.control_id} {short_title(control.title)}"
    return f"{name}, {_population(control.cadence)}" if control.several else name


def _population(cadence: Cadence) -> str:
    """Which population it is, for a control with several."""
    match cadence:
        case Cadence.ON_EVENT:
            return "each event"
        case Cadence.QUARTERLY:
            return "the listing every quarter"
    return CADENCE_WORDS[cadence]


def _item(item: SampledItem) -> str:
    findings = "; ".join(_FINDINGS[each][0] for each in item.findings) or "nothing to note"
    return f"• {_name(item)}: {findings}"


def _sections(titled_lines: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Each title once, above its lines."""
    for title, titled in groupby(titled_lines, key=lambda each: each[0]):
        says = [line for _, line in titled]
        for start in range(0, len(says), _LINES_A_SECTION):
            yield _section(title if start == 0 else "", says[start : start + _LINES_A_SECTION])


def _section(title: str, says: Sequence[str]) -> Block:
    title_line = md("*{title}*", title=title) if title else Mrkdwn("")
    return section(lines(title_line, *(limits.shorten(each, _LINE) for each in says)))


def _first(says: Sequence[str]) -> list[str]:
    rest = len(says) - _SHOWN - 1
    return [*says[: _SHOWN + 1], f"and {rest:,} more"] if rest > 0 else list(says)
