"""A hand-over as leads read it, in their weekly digest and on a control's card."""

from dataclasses import dataclass
from datetime import date, timedelta

from storage.terms import HandoverState

# A digest comes every week.
IN_DIGEST_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestHandover:
    """A hand-over for the digest. ``on`` is the day on which it was settled or, until then, begun.

    ``to`` is None where the owner named nobody.
    """

    control_id: str
    by: str
    to: str | None
    state: HandoverState
    on: date


@dataclass(frozen=True, slots=True)
class PendingHandover:
    """A hand-over that is not settled; ``answer`` says why the person named has not taken the control, once known."""

    on: date
    by: str
    to: str | None
    reason: str
    answer: str | None
