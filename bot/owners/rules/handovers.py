"""A hand-over as leads are told of it in the week in which it was asked or settled."""

from dataclasses import dataclass
from datetime import date, timedelta

from storage.terms import HandoverState

# As often as leads have a digest.
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Handed:
    """`on` is when it was settled, or asked as long as it is not; `to` is None where its owner named nobody."""

    control_id: str
    by: str
    to: str | None
    state: HandoverState
    on: date


@dataclass(frozen=True, slots=True)
class Passing:
    """A hand-over that is not settled; `answer` says why nobody has taken the control, once that is known."""

    on: date
    by: str
    to: str | None
    reason: str
    answer: str | None
