"""Finds controls by what people call them; and what a control's list row, card and history say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.blocks.paging import Page
from bot.evidence.rules.waivers import WaiverInForce, WaiverStep
from bot.owners.rules.ownership import Holder, PendingHandover
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

# Of due days, and of days of grace; `content.models` has the same limit.
MOST_DAYS = 90


class AdoptionSource(StrEnum):
    """Where the definition of a control came from, as the record's entry of its adoption says."""

    CONTENT = "content"
    CATALOGUE = "catalogue"
    IMPORT = "import"


class ControlStatus(StrEnum):
    """The state of a control today: the first of these that is true."""

    UNOWNED = "unowned"
    OVERDUE = "overdue"
    OFFERED = "offered"
    REJECTED = "rejected"
    REVIEW = "review"
    ON_TRACK = "on_track"


@dataclass(frozen=True, slots=True)
class ListedControl:
    control: Control
    owner: Holder | None
    next_due: date | None
    status: ControlStatus


@dataclass(frozen=True, slots=True)
class OccurrenceOutcome:
    """An occurrence whose period is over, or that has its outcome already.

    ``on`` is its due date, ``event`` the event that set it off; ``rejected`` if its last evidence was rejected.
    """

    on: date
    label: str
    disposition: Disposition
    performed_on: date | None
    event: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class OwnershipStep:
    """The control was offered to a person, who answered, or was relieved of it; ``by`` is the lead who offered it."""

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
class ControlRescheduled:
    on: date
    by: str
    before: Rhythm
    after: Rhythm
    reason: str | None


@dataclass(frozen=True, slots=True)
class HandoverStep:
    """Its owner asked to hand the control over, or the handover ended; ``to`` is None if the owner named nobody."""

    on: date
    by: str
    to: str | None
    state: HandoverState
    reason: str


@dataclass(frozen=True, slots=True)
class ControlAdopted:
    """``by`` is the lead who adopted the control; None if it came with the content."""

    on: date
    source: AdoptionSource
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ControlRedefined:
    """An import changed what the control is, field by field."""

    on: date
    by: str
    changes: tuple[CellChange, ...]
    reason: str | None


HistoryItem = (
    OccurrenceOutcome
    | OwnershipStep
    | ControlRescheduled
    | HandoverStep
    | WaiverStep
    | ControlAdopted
    | ControlRedefined
)


@dataclass(frozen=True, slots=True)
class LastEvidence:
    """``item_count`` and ``as_of`` describe a full listing, if one is stated; ``nothing``: it says nothing happened."""

    label: str
    performed_on: date
    by: str
    state: EvidenceState
    item_count: int | None = None
    as_of: date | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class ControlCard:
    """All that a lead sees of one control; ``may_waive`` if a lead can request a waiver of any period."""

    listed: ListedControl
    backup: Holder | None
    last_evidence: LastEvidence | None
    history: Page[HistoryItem]
    handover: PendingHandover | None = None
    waivers: Sequence[WaiverInForce] = ()
    may_waive: bool = False


def control_status(owner: Holder | None, occurrences: Iterable[Occurrence], today: date) -> ControlStatus:
    rows = list(occurrences)
    if owner is None:
        return ControlStatus.UNOWNED
    if any(row.state in AWAITED and row.due_on < today for row in rows):
        return ControlStatus.OVERDUE
    if not owner.accepted:
        return ControlStatus.OFFERED
    if any(row.state is OccurrenceState.REJECTED for row in rows):
        return ControlStatus.REJECTED
    if any(row.state is OccurrenceState.SUBMITTED for row in rows):
        return ControlStatus.REVIEW
    return ControlStatus.ON_TRACK


def next_due_date(occurrences: Iterable[Occurrence], today: date) -> date | None:
    """When evidence is due next, on or after today."""
    due_dates = (row.due_on for row in occurrences if row.state in AWAITED and row.due_on >= today)
    return min(due_dates, default=None)


def matching_controls(controls: Sequence[ListedControl], words: str) -> list[ListedControl]:
    """The controls that every word fits: an id, a criterion or series, an objective, the owner's name, or the title.

    First come those that the words name by id, then by criterion or objective, then by owner, then by title.
    """
    terms = words.casefold().split()
    ranked = [(max((_rank(each, term) for term in terms), default=0), each) for each in controls]
    fitting = [(rank, each) for rank, each in ranked if rank < _NOT_AT_ALL]
    return [each for _, each in sorted(fitting, key=lambda ranked: (ranked[0], ranked[1].control.id))]


def control_by_id(controls: Iterable[Control], words: str) -> Control | None:
    """The control with this id, in any case and with or without its hyphens."""
    squeezed = _squeezed(words.casefold())
    return next((each for each in controls if _squeezed(each.id.casefold()) == squeezed), None)


def serves(control: Control, reference: str) -> bool:
    """Whether the control is mapped to this criterion or objective; a series such as CC6 means all of its criteria."""
    references = (*control.criteria, *control.objectives)
    return any(_refers(reference.casefold(), each.casefold()) for each in references)


_NOT_AT_ALL = 9


def _rank(listed: ListedControl, term: str) -> int:
    """How near the term comes to the control: 0 is its id."""
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
    return _squeezed(term) == _squeezed(reference) or reference.startswith(f"{term}.")


def _begins(words: str, term: str) -> bool:
    return any(word.startswith(term) for word in words.casefold().replace("-", " ").split())


def _squeezed(code: str) -> str:
    """AC-01 and ac01 are the same; CC6.1 and CC61 are not."""
    return code.replace("-", "")
