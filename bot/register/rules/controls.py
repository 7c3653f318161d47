"""Finding controls by what people call them, a page at a time; and what a control's card tells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.blocks.paging import Page
from bot.evidence.rules.waivers import InForce, Step
from bot.owners.rules.handovers import Passing
from bot.owners.rules.leave import Holder
from bot.register.rules.importing import CellChange
from storage.evidence import AWAITED, Occurrence
from storage.programme import Control
from storage.terms import (
    Cadence,
    Disposition,
    EvidenceState,
    HandoverState,
    OccurrenceState,
    OwnershipRole,
    OwnershipState,
)


class Source(StrEnum):
    """Where the definition of a control came from, as the record's entry of its adoption says."""

    CONTENT = "content"
    CATALOGUE = "catalogue"
    IMPORT = "import"


class ControlStanding(StrEnum):
    """How a control stands today; the first that is true."""

    UNOWNED = "unowned"
    OVERDUE = "overdue"
    OFFERED = "offered"
    REJECTED = "rejected"
    REVIEW = "review"
    ON_TRACK = "on_track"


@dataclass(frozen=True, slots=True)
class ListedControl:
    """A control in a list."""

    control: Control
    owner: Holder | None
    next_due: date | None
    standing: ControlStanding


@dataclass(frozen=True, slots=True)
class Performed:
    """An occurrence whose period is over, or that is settled; `on` is its due date, `event` what asked for it.

    `rejected`: what was handed in last was rejected, and nothing has come since.
    """

    on: date
    label: str
    disposition: Disposition
    performed_on: date | None
    event: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody was offered the control, answered, or was relieved; `by` is the lead who offered it."""

    on: date
    person: str
    role: OwnershipRole
    state: OwnershipState
    by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``due_days`` count from the end of a period, ``grace_days`` from the due date."""

    cadence: Cadence
    due_days: int
    grace_days: int


@dataclass(frozen=True, slots=True)
class Rescheduled:
    on: date
    by: str
    before: Rhythm
    after: Rhythm
    reason: str | None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Its owner asked that somebody else take it, or what came of that; `to` is None where nobody was named."""

    on: date
    by: str
    to: str | None
    state: HandoverState
    reason: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """`by` is the lead who adopted it; what came with the content was adopted by nobody."""

    on: date
    source: Source
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Redefined:
    """An import changed what the control is, field by field."""

    on: date
    by: str
    changes: tuple[CellChange, ...]
    reason: str | None


Happened = Performed | Held | Rescheduled | HandedOver | Step | Adopted | Redefined


@dataclass(frozen=True, slots=True)
class LastEvidence:
    """``item_count`` and ``as_of`` are those of a full listing, if one is stated; ``nothing`` happened at all."""

    label: str
    performed_on: date
    by: str
    state: EvidenceState
    item_count: int | None = None
    as_of: date | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """All that a lead sees of one control; `may_waive` when something of it awaits its owner."""

    listed: ListedControl
    backup: Holder | None
    last_evidence: LastEvidence | None
    history: Page[Happened]
    passing: Passing | None = None
    waivers: Sequence[InForce] = ()
    may_waive: bool = False


def standing(owner: Holder | None, occurrences: Iterable[Occurrence], today: date) -> ControlStanding:
    rows = list(occurrences)
    if owner is None:
        return ControlStanding.UNOWNED
    if any(row.state in AWAITED and row.due_on < today for row in rows):
        return ControlStanding.OVERDUE
    if not owner.accepted:
        return ControlStanding.OFFERED
    if any(row.state is OccurrenceState.REJECTED for row in rows):
        return ControlStanding.REJECTED
    if any(row.state is OccurrenceState.SUBMITTED for row in rows):
        return ControlStanding.REVIEW
    return ControlStanding.ON_TRACK


def next_due(occurrences: Iterable[Occurrence], today: date) -> date | None:
    """When evidence is due next, on or after today."""
    coming = (row.due_on for row in occurrences if row.state in AWAITED and row.due_on >= today)
    return min(coming, default=None)


def find(listed: Sequence[ListedControl], words: str) -> list[ListedControl]:
    """What every word fits: an id, a criterion or series, an objective, the owner's name, or the title.

    A control that is meant by its id comes first, then those of a criterion or objective, then those of an owner.
    """
    terms = words.casefold().split()
    ranked = [(max((_rank(each, term) for term in terms), default=0), each) for each in listed]
    found = [(rank, each) for rank, each in ranked if rank < _NOT_AT_ALL]
    return [each for _, each in sorted(found, key=lambda ranked: (ranked[0], ranked[1].control.id))]


def find_by_id(controls: Iterable[Control], words: str) -> Control | None:
    """The control with this id, in any case and with or without its hyphens."""
    meant = _squeezed(words.casefold())
    return next((each for each in controls if _squeezed(each.id.casefold()) == meant), None)


def serves(control: Control, reference: str) -> bool:
    """Whether it is mapped to this criterion or objective; a series such as CC6 means all of its criteria."""
    return any(_refers(reference.casefold(), each) for each in (*control.criteria, *control.objectives))


_NOT_AT_ALL = 9


def _rank(listed: ListedControl, term: str) -> int:
    control = listed.control
    if _squeezed(term) == _squeezed(control.id.casefold()):
        return 0
    if serves(control, term):
        return 1
    if listed.owner and _begins(listed.owner.name, term):
        return 2
    if _begins(control.title, term) or control.id.casefold().startswith(term):
        return 3
    return _NOT_AT_ALL


def _refers(term: str, reference: str) -> bool:
    known = reference.casefold()
    return _squeezed(term) == _squeezed(known) or known.startswith(f"{term}.")


def _begins(words: str, term: str) -> bool:
    return any(word.startswith(term) for word in words.casefold().replace("-", " ").split())


def _squeezed(code: str) -> str:
    """AC-01 and ac01 are the same; CC6.1 and CC61 are not."""
    return code.replace("-", "")
