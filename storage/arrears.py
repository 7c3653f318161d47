"""What people owe, as the digest tells it to leads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import literal_column, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.narrow import narrow_rows
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind, ObligationState

# Written out, since an index of open rows serves no query with a parameter in its place.
OPEN = literal_column(f"'{ObligationState.OPEN}'")


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """The columns of an open obligation, and the name of the person; without one for a person we do not know."""

    person_id: str
    name: str | None
    kind: ObligationKind
    subject: str
    due_on: date
    nags: int


async def open_debts(session: AsyncSession, kinds: Collection[ObligationKind]) -> list[OpenDebt]:
    """The soonest due first. Most of what is open is of these kinds, so the kind is compared here."""
    columns = (
        *(Obligation.person_id, Person.name, Obligation.kind, Obligation.subject),
        *(Obligation.due_on, Obligation.nags),
    )
    rows = (
        select(*map(col, columns))
        .join_from(Obligation, Person, col(Person.id) == col(Obligation.person_id), isouter=True)
        .where(col(Obligation.state) == OPEN)
        .order_by(col(Obligation.due_on), col(Obligation.opened_at), col(Obligation.id))
    )
    debts = [OpenDebt(*row) for row in await narrow_rows(session, rows)]
    return [debt for debt in debts if debt.kind in kinds]
