"""What has happened to a control, a line each: adopted, changed, offered, and performed or not."""

from bot.rules.controls import Adopted, Happened, Held, Performed, Redefined, Rhythm, Source
from bot.views import limits
from bot.views.importing import before_and_after
from bot.views.ownership import HOW_OFTEN
from bot.views.text import day
from storage.terms import Disposition, OwnershipRole, OwnershipState

_NAME = 60
_REASON = 120
_CHANGES = 160
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
    "requests": "the typical requests that it serves",
    "population_of": "what samples are drawn from",
}
_ROLES = {OwnershipRole.PRIMARY: "owner", OwnershipRole.BACKUP: "backup"}


def told(what: Happened) -> str:
    if isinstance(what, Performed):
        performed = f", performed {day(what.performed_on)}" if what.performed_on else ""
        return f"{what.label}: {_DISPOSITIONS[what.disposition]}{performed}"
    if isinstance(what, Held):
        return _ownership(what)
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


def _brief(rhythm: Rhythm) -> str:
    return f"{HOW_OFTEN[rhythm.cadence]}, due {rhythm.due_days} + {rhythm.grace_days} days"
