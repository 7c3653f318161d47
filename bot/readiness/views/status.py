"""The readiness report: controls without an owner, each examination, waivers, and who owns what.

Every part is written once, as lines that the terminal, the blocks and the plain-text twin share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks import limits
from bot.blocks.ids import Command
from bot.blocks.kit import Message, Mrkdwn, context, day, header, lines, md, section
from bot.blocks.packing import joined_within
from bot.blocks.wording import counted, days
from bot.evidence.rules.waivers import WaiverInForce
from bot.evidence.views.waivers import waiver_summary
from bot.owners.views.leave import away_until_words
from bot.readiness.rules.status import (
    EXCEPTIONS,
    Assessed,
    ControlOnDay,
    CriterionStanding,
    OccurrenceStanding,
    Readiness,
    RosterLine,
    Status,
    TypeOne,
    TypeOneReadiness,
    TypeTwo,
)
from bot.register.views.cadence import how_often
from storage.programme import Control
from storage.terms import Disposition

DISPOSED = {
    Disposition.ON_TIME: "on time",
    Disposition.LATE: "late",
    Disposition.MISSED: "missed",
    Disposition.WAIVED: "waived",
    Disposition.OPEN: "open",
}
OWN_VIEW = "This is your company's own view of itself. Only the service auditor gives an opinion."
_SHOWN = 5
_NAME = 40
_TITLE = 60


@dataclass(frozen=True)
class ReportPart:
    title: str
    says: Sequence[str]

    @property
    def text(self) -> Mrkdwn:
        return lines(self.title, *self.says)


def readiness_message(status: Status) -> Message:
    """For Slack: the first lines of each list, and how many more there are."""
    report_parts = readiness_parts(status, most=_SHOWN)
    title = readiness_heading(status)
    return Message(
        joined_within(
            [title, *(part.text for part in report_parts), readiness_closing(status)],
            limits.MESSAGE_TEXT_BYTES,
        ),
        [
            header(title),
            *(section(lines(md("*{title}*", title=part.title), *part.says)) for part in report_parts),
            context(readiness_closing(status)),
        ],
    )


def readiness_heading(status: Status) -> str:
    return f"Readiness {_when(status)}"


def readiness_closing(status: Status) -> str:
    """The disclaimer, and for a past day which parts of the report are of today."""
    if not status.past:
        return OWN_VIEW
    return f"{OWN_VIEW} People have their names of today; criteria and control objectives are those of today's content."


def control_message(control_on: ControlOnDay) -> Message:
    """One control on that day: who was in charge of it, and its terms."""
    control, charged = control_on.control, control_on.in_charge
    owner = (
        f"{_who(charged.owner)}{_since(charged)}{away_until_words(charged.absence)}"
        if charged.owner
        else "nobody"
    )
    if charged.asked:
        owner += f"; {_who(charged.asked)} was asked and had not answered"
    title = f"{_control(charged)}, {_when(control_on)}"
    says = [
        f"Owner: {owner}",
        f"Backup: {_who(charged.backup) if charged.backup else 'nobody'}",
        f"How often: {how_often(control)}",
        f"Criteria: {', '.join(control.criteria) or 'none'}",
        f"Control objectives: {', '.join(control.objectives) or 'none'}",
    ]
    return Message(lines(title, *says), [header(title), section(lines(*says))])


def not_adopted_yet(control: Control, day_of_report: date) -> str:
    title = limits.shorten(control.title, _TITLE)
    return f"{control.id} {title} was adopted later: it was not among the controls on {day(day_of_report)}."


def readiness_parts(status: Status, most: int | None = None) -> list[ReportPart]:
    """In reading order, controls without an owner first. Each list has at most `most` lines and a count of the rest."""
    orphans = status.orphans
    unowned = (
        ReportPart(
            f"Controls without an owner: {len(orphans):,}",
            _with_rest([_orphan(each) for each in orphans[:most]], len(orphans)),
        )
        if orphans
        else ReportPart("Every control has an owner.", [])
    )
    owned = [each for each in status.roster if each.owner]
    owners = _with_rest([_owner(each) for each in owned[:most]], len(owned))
    roster = [ReportPart(f"Owners: {len(owned):,}", owners)] if owned else []
    examinations = [part for each in status.examinations for part in _examination(each, status.day, most)]
    waived = _with_rest([_waiver(each) for each in status.waivers[:most]], len(status.waivers))
    waivers = [ReportPart(f"Waivers: {len(status.waivers):,}", waived)] if status.waivers else []
    return [unowned, *examinations, *waivers, *roster]


def examination_sentence(assessed: Assessed) -> str:
    """An examination in one sentence."""
    examination, readiness = assessed
    if isinstance(readiness, Readiness):
        return reconciliation(readiness)
    return _ready(readiness, len(examination.criteria_in_scope))


def reconciliation(readiness: Readiness) -> str:
    """ "54 occurrences scheduled = 30 on time + 2 late + 1 missed + 0 waived + 21 open." """
    dispositions = " + ".join(f"{readiness.counts[each]:,} {words}" for each, words in DISPOSED.items())
    return f"{counted(readiness.scheduled, 'occurrence')} scheduled = {dispositions}."


def occurrence_name(standing: OccurrenceStanding) -> str:
    return f"{standing.control_id} {short_title(standing.title)}, {standing.period}"


def rejection_remark(standing: OccurrenceStanding) -> str:
    """A remark on an occurrence that waits for its owner because a lead rejected the evidence."""
    return ", the evidence was rejected" if standing.rejected else ""


def short_title(title: str) -> str:
    return limits.shorten(title, _TITLE)


def leads_only(leads: Sequence[str]) -> str:
    whom = f" You can ask {' or '.join(leads)}." if leads else ""
    return (
        f"Only compliance leads see how ready the company is.{whom} "
        f"Your own part you see with {Command.SOC} what do I owe? and in my Home tab."
    )


def day_to_come(future: date) -> str:
    return f"{day(future)} has not come yet. I can tell how things stand today, or stood on a past day."


def before_the_record(too_early: date, begun_on: date) -> str:
    return f"My record begins on {day(begun_on)}, so I cannot tell how things stood on {day(too_early)}."


def not_a_date(text: str) -> str:
    return f"“{limits.shorten(text, _NAME)}” is no date. Write the day like this: 2026-08-05."


def report_fails(reason: str) -> str:
    return f"The report does not add up, so I do not give one: {reason}. Please tell whoever runs Socrates."


def _examination(assessed: Assessed, today: date, most: int | None) -> list[ReportPart]:
    examination, readiness = assessed
    if isinstance(examination, TypeOne) and isinstance(readiness, TypeOneReadiness):
        return _type_one(examination, readiness, most)
    if isinstance(examination, TypeTwo) and isinstance(readiness, Readiness):
        return _type_two(examination, readiness, today, most)
    raise TypeError(f"{examination.title} was assessed as another type")


def _type_one(examination: TypeOne, readiness: TypeOneReadiness, most: int | None) -> list[ReportPart]:
    gaps = [f"• {gap.criterion}: {'; '.join(_first(gap.reasons, most))}" for gap in readiness.gaps]
    return [
        ReportPart(
            f"{short_title(examination.title)}, as of {day(examination.as_of)}",
            [_ready(readiness, len(examination.criteria_in_scope)), *_first(gaps, most)],
        )
    ]


def _ready(readiness: TypeOneReadiness, in_scope: int) -> str:
    return f"{len(readiness.ready)} of {in_scope} ready, {len(readiness.gaps)} with a gap."


def _type_two(examination: TypeTwo, readiness: Readiness, today: date, most: int | None) -> list[ReportPart]:
    title = short_title(examination.title)
    covered = sorted((each for each in readiness.by_criterion if each.controls), key=_urgency)
    lists: dict[str, tuple[list[str], int]] = {
        "expected exceptions": (
            [_exception(each) for each in readiness.exceptions[:most]],
            sum(readiness.counts[each] for each in EXCEPTIONS),
        ),
        "exceptions unless evidence is accepted": (
            [_predicted(each, today) for each in readiness.predicted[:most]],
            readiness.counts[Disposition.OPEN],
        ),
        "criteria with something scheduled": ([_criterion(each) for each in covered[:most]], len(covered)),
    }
    return [
        ReportPart(
            f"{title}, {day(examination.starts_on)} to {day(examination.ends_on)}",
            [reconciliation(readiness), _uncovered(readiness.uncovered, most)],
        ),
        *(
            ReportPart(f"{title}, {what}: {f'{count:,}' if count else 'none'}", _with_rest(says, count))
            for what, (says, count) in lists.items()
        ),
    ]


def _uncovered(criteria: Sequence[str], most: int | None) -> str:
    if not criteria:
        return ""
    nothing = f"Nothing is scheduled for {len(criteria):,} of its criteria"
    return f"{nothing}: {', '.join(_first(criteria, most))}."


def _exception(standing: OccurrenceStanding) -> str:
    words = DISPOSED[standing.disposition]
    outcome = f"{words}, the last day was {day(standing.last_day)}{rejection_remark(standing)}"
    return f"• {occurrence_name(standing)}, {_who(standing.owner)}: {outcome}"


def _predicted(standing: OccurrenceStanding, today: date) -> str:
    if standing.under_review:
        return f"• {occurrence_name(standing)}, {_who(standing.owner)}: under review, waiting for a lead"
    days_left = (standing.last_day - today).days
    when = f"in {days(days_left)}" if days_left else "today"
    last_day = f"last day {day(standing.last_day)}, {when}{rejection_remark(standing)}"
    return f"• {occurrence_name(standing)}, {_who(standing.owner)}: {last_day}"


def _criterion(standing: CriterionStanding) -> str:
    forecast = [f"{counted(standing.exceptions, 'exception')} expected"] if standing.exceptions else []
    if standing.predicted:
        act = f"the first to prevent by {day(standing.act_by)}" if standing.act_by else "all under review"
        forecast.append(f"{standing.predicted:,} predicted, {act}")
    return f"• {standing.criterion}: {'; '.join(forecast) or 'no exception, and nothing left to do'}"


def _urgency(standing: CriterionStanding) -> tuple[int, date]:
    return -standing.exceptions, standing.act_by or date.max


def _orphan(charged: RosterLine) -> str:
    offer = f": {_who(charged.asked)} was asked and has not answered" if charged.asked else ""
    return f"• {_control(charged)}{offer}"


def _owner(charged: RosterLine) -> str:
    backup = f", backup {_who(charged.backup)}" if charged.backup else ""
    away = away_until_words(charged.absence)
    return f"• {_control(charged)}: {_who(charged.owner)}{_since(charged)}{backup}{away}"


def _waiver(waiver: WaiverInForce) -> str:
    """Without the reason, which only those who decide may read."""
    return f"• {waiver.control_id} {short_title(waiver.title)}, {waiver_summary(waiver)}"


def _since(charged: RosterLine) -> str:
    return f" since {day(charged.since)}" if charged.since else ""


def _when(report: Status | ControlOnDay) -> str:
    return f"at the end of {day(report.day)}" if report.past else f"as of {day(report.day)}"


def _control(charged: RosterLine) -> str:
    return f"{charged.control_id} {short_title(charged.title)}"


def _who(name: str | None) -> str:
    return limits.shorten(name, _NAME) if name else "no owner"


def _first(says: Sequence[str], most: int | None) -> list[str]:
    return _with_rest(says[:most], len(says))


def _with_rest(says: Sequence[str], count: int) -> list[str]:
    return [*says, *([f"and {count - len(says):,} more"] if count > len(says) else [])]
