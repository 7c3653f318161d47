"""What has happened to a control, a line each: adopted, changed, offered, and performed or not."""

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN
from bot.blocks.text import day
from bot.evidence.rules.waivers import Step
from bot.evidence.views import waivers
from bot.register.rules.controls import (
    Adopted,
    HandedOver,
    Happened,
    Held,
    Performed,
    Redefined,
    Rhythm,
    Source,
)
from bot.register.views.importing import before_and_after
from storage.terms import Disposition, HandoverState, OwnershipRole, OwnershipState

_NAME = 60
_REASON = 120
_CHANGES = 160
_EVENT = 80
_DISPOSITIONS = {
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


def told(what: Happened) -> str:
    if isinstance(what, Performed):
        performed = f", performed {day(what.performed_on)}" if what.performed_on else ""
        event = f" ({limits.shorten(what.event, _EVENT)})" if what.event else ""
        rejected = ", the evidence was rejected" if what.rejected else ""
        return f"{what.label}{event}: {_DISPOSITIONS[what.disposition]}{performed}{rejected}"
    if isinstance(what, Held):
        return _ownership(what)
    if isinstance(what, HandedOver):
        return _handed_over(what)
    if isinstance(what, Step):
        return waivers.step(what)
    why = f" Reason: {limits.shorten(what.reason, _REASON)}" if what.reason else ""
    if isinstance(what, Adopted):
        return f"{_adoption(what)}.{why}"
    by = limits.shorten(what.by, _NAME)
    if isinstance(what, Redefined):
        changed = [f"{_FIELDS[each.field]} ({before_and_after(each)})" for each in what.changes]
        return f"{by} changed {limits.shorten('; '.join(changed) or 'nothing', _CHANGES)} by an import.{why}"
    return f"{by} changed it from “{_brief(what.before)}” to “{_brief(what.after)}”.{why}"


def _adoption(adopted: Adopted) -> str:
    by = limits.shorten(adopted.by, _NAME) if adopted.by else "Somebody"
    match adopted.source:
        case Source.CONTENT:
            return "adopted with the content when Socrates was set up"
        case Source.CATALOGUE:
            return f"{by} adopted it from the catalog"
        case Source.IMPORT:
            return f"{by} adopted it by an import"


def _ownership(held: Held) -> str:
    role = _ROLES[held.role]
    match held.state:
        case OwnershipState.OFFERED:
            return f"{held.by} asked {held.person} to be the {role}"
        case OwnershipState.ACCEPTED:
            return f"{held.person} accepted to be the {role}"
        case OwnershipState.DECLINED:
            why = f": {limits.shorten(held.reason, _REASON)}" if held.reason else ""
            return f"{held.person} declined to be the {role}{why}"
        case OwnershipState.ENDED:
            return f"{held.person} is not the {role} any more"


def _handed_over(what: HandedOver) -> str:
    if what.state is HandoverState.KEPT:
        return f"{what.by} keeps it after all"
    if what.state is HandoverState.ACCEPTED:
        return f"handed over by {what.by} to {what.to}, who accepted"
    whom = f"asked {what.to} to take it over" if what.to else "asked compliance to find its owner"
    return f"{what.by} {whom}. Reason: {limits.shorten(what.reason, _REASON)}"


def _brief(rhythm: Rhythm) -> str:
    return f"{HOW_OFTEN[rhythm.cadence]}, due {rhythm.due_days} + {rhythm.grace_days} days"
