"""Each item of a control's history as a line of text."""

from bot.blocks import limits
from bot.blocks.text import day
from bot.blocks.wording import CADENCE_WORDS
from bot.evidence.rules.waivers import WaiverStep
from bot.evidence.views import waivers
from bot.register.rules.controls import (
    AdoptionSource,
    ControlAdopted,
    ControlRedefined,
    HandoverStep,
    HistoryItem,
    OccurrenceOutcome,
    OwnershipStep,
    Rhythm,
)
from bot.register.views.importing import before_and_after
from storage.terms import Disposition, HandoverState, OwnershipRole, OwnershipState

_NAME_LENGTH = 60
_REASON_LENGTH = 120
_CHANGES_LENGTH = 160
_EVENT_LENGTH = 80
_OUTCOMES = {
    Disposition.WAIVED: "waived",
    Disposition.ON_TIME: "on time",
    Disposition.LATE: "late",
    Disposition.MISSED: "missed",
    Disposition.OPEN: "open",
}
# The fields of a control in the content, as people call them.
_FIELDS = {
    "id": "its id",
    "title": "its title",
    "does": "what is done",
    "why": "why it is done",
    "owner_role": "who typically owns it",
    "cadence": "how often",
    "due_days": "the days until evidence is due",
    "grace_days": "the days of grace",
    "sla_days": "the days after an event",
    "evidence": "what good evidence is",
    "criteria": "its criteria",
    "objectives": "its control objectives",
    "checklist": "its item of the checklist",
    "triggered_by": "the event that sets it off",
    "requests": "the typical requests that it serves",
    "population_of": "what samples are drawn from",
}
_ROLES = {OwnershipRole.PRIMARY: "owner", OwnershipRole.BACKUP: "backup"}


def history_line(item: HistoryItem) -> str:
    if isinstance(item, OccurrenceOutcome):
        return _performance(item)
    if isinstance(item, OwnershipStep):
        return _ownership(item)
    if isinstance(item, HandoverStep):
        return _handover(item)
    if isinstance(item, WaiverStep):
        return waivers.waiver_step_line(item)
    why = f" Reason: {limits.shorten(item.reason, _REASON_LENGTH)}" if item.reason else ""
    if isinstance(item, ControlAdopted):
        return f"{_adoption(item)}.{why}"
    by = limits.shorten(item.by, _NAME_LENGTH)
    if isinstance(item, ControlRedefined):
        changes = "; ".join(f"{_FIELDS[each.field]} ({before_and_after(each)})" for each in item.changes)
        return f"{by} changed {limits.shorten(changes or 'nothing', _CHANGES_LENGTH)} by an import.{why}"
    return f"{by} changed it from “{_brief(item.before)}” to “{_brief(item.after)}”.{why}"


def _performance(item: OccurrenceOutcome) -> str:
    performed = f", performed {day(item.performed_on)}" if item.performed_on else ""
    event = f" ({limits.shorten(item.event, _EVENT_LENGTH)})" if item.event else ""
    rejected = ", the evidence was rejected" if item.rejected else ""
    return f"{item.label}{event}: {_OUTCOMES[item.disposition]}{performed}{rejected}"


def _adoption(adopted: ControlAdopted) -> str:
    by = limits.shorten(adopted.by, _NAME_LENGTH) if adopted.by else "Somebody"
    match adopted.source:
        case AdoptionSource.CONTENT:
            return "adopted with the content when Socrates was set up"
        case AdoptionSource.CATALOGUE:
            return f"{by} adopted it from the catalog"
        case AdoptionSource.IMPORT:
            return f"{by} adopted it by an import"


def _ownership(item: OwnershipStep) -> str:
    role = _ROLES[item.role]
    match item.state:
        case OwnershipState.OFFERED:
            return f"{item.by} asked {item.person} to be the {role}"
        case OwnershipState.ACCEPTED:
            return f"{item.person} accepted to be the {role}"
        case OwnershipState.DECLINED:
            why = f": {limits.shorten(item.reason, _REASON_LENGTH)}" if item.reason else ""
            return f"{item.person} declined to be the {role}{why}"
        case OwnershipState.ENDED:
            return f"{item.person} is not the {role} any more"


def _handover(item: HandoverStep) -> str:
    if item.state is HandoverState.KEPT:
        return f"{item.by} keeps it after all"
    if item.state is HandoverState.ACCEPTED:
        return f"handed over by {item.by} to {item.to}, who accepted"
    request = f"asked {item.to} to take it over" if item.to else "asked compliance to find its owner"
    return f"{item.by} {request}. Reason: {limits.shorten(item.reason, _REASON_LENGTH)}"


def _brief(rhythm: Rhythm) -> str:
    return f"{CADENCE_WORDS[rhythm.cadence]}, due {rhythm.due_days} + {rhythm.grace_days} days"
