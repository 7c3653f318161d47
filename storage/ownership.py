"""Who answers for a control: primary and backup, from when to when, and whether they accepted."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Text, and_, or_, text
from sqlalchemy import select as select_columns
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, index_of, term
from storage.locks import row_by_key
from storage.narrow import narrow_rows
from storage.people import Person
from storage.record.recorded import Recorded
from storage.terms import AccountKind, OwnershipRole, OwnershipState

CURRENT = (OwnershipState.OFFERED, OwnershipState.ACCEPTED)
CURRENT_ROWS = "state IN ('offered', 'accepted')"


class Ownership(Recorded, table=True):
    __tablename__ = "ownership"
    __table_args__ = (index_of("current_ownership", CURRENT_ROWS, "control_id"),)
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    id: str = id_field()
    control_id: str = Field(foreign_key="control.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    role: OwnershipRole = term(OwnershipRole)
    state: OwnershipState = term(OwnershipState, OwnershipState.OFFERED)
    offered_by: str
    offered_at: datetime
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)


@dataclass(frozen=True, slots=True)
class OwnershipTimes:
    """The columns of an ownership that tell who was in charge at an instant."""

    control_id: str
    person_id: str
    role: OwnershipRole
    state: OwnershipState
    offered_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None


async def ownership(session: AsyncSession, ownership_id: str, *, to_change: bool = False) -> Ownership | None:
    return await row_by_key(session, Ownership, ownership_id, to_change=to_change)


async def current_ownerships(session: AsyncSession) -> list[Ownership]:
    """Offered or accepted, of every control."""
    rows = select(Ownership).where(text(CURRENT_ROWS)).order_by(Ownership.control_id)
    return list((await session.exec(rows)).all())


async def control_ids_of_leavers(session: AsyncSession) -> list[str]:
    """The controls that somebody holds who may not act any more."""
    rows = select(Ownership.control_id).join(Person, col(Person.id) == Ownership.person_id)
    rows = rows.where(text(f"ownership.{CURRENT_ROWS}"), Person.standing != AccountKind.MEMBER)
    return sorted((await session.exec(rows.distinct())).all())


async def holdings(session: AsyncSession) -> list[tuple[Ownership, Person]]:
    """Each current ownership, of every control, with the person who has it."""
    rows = select(Ownership, Person).join(Person, col(Person.id) == Ownership.person_id)
    rows = rows.where(text(f"ownership.{CURRENT_ROWS}")).order_by(Ownership.control_id)
    return list((await session.exec(rows)).all())


async def ownerships_until(session: AsyncSession, until: datetime) -> list[Ownership]:
    """Offered by then, whatever their state now; the oldest offer first."""
    rows = select(Ownership).where(Ownership.offered_at <= until)
    return list((await session.exec(rows.order_by(col(Ownership.offered_at), Ownership.id))).all())


async def ownerships_at(session: AsyncSession, instant: datetime) -> list[OwnershipTimes]:
    """Offered by then, and neither ended nor declined by then; the oldest offer first."""
    over = or_(
        col(Ownership.ended_at) <= instant,
        and_(col(Ownership.state) == OwnershipState.DECLINED, col(Ownership.decided_at) <= instant),
    )
    columns = (
        *(Ownership.control_id, Ownership.person_id, Ownership.role, Ownership.state),
        *(Ownership.offered_at, Ownership.decided_at, Ownership.ended_at),
    )
    rows = select_columns(*map(col, columns)).where(col(Ownership.offered_at) <= instant, over.is_not(True))
    in_order = rows.order_by(col(Ownership.offered_at), col(Ownership.id))
    return [OwnershipTimes(*row) for row in await narrow_rows(session, in_order)]


async def ownerships_of_control(session: AsyncSession, control_id: str) -> list[Ownership]:
    rows = select(Ownership).where(Ownership.control_id == control_id, col(Ownership.state).in_(CURRENT))
    return list((await session.exec(rows)).all())


async def ownerships_ever(session: AsyncSession, control_id: str) -> list[Ownership]:
    """Every ownership of this control, whatever its state; the oldest offer first."""
    rows = select(Ownership).where(Ownership.control_id == control_id)
    return list((await session.exec(rows.order_by(col(Ownership.offered_at), Ownership.id))).all())


async def ownerships_of_person(session: AsyncSession, person_id: str) -> list[Ownership]:
    rows = select(Ownership).where(Ownership.person_id == person_id, col(Ownership.state).in_(CURRENT))
    return list((await session.exec(rows.order_by(Ownership.control_id))).all())


async def last_ended_ownership(
    session: AsyncSession, control_id: str, role: OwnershipRole
) -> Ownership | None:
    """The ownership that ended last, whether the person had accepted it or not."""
    rows = select(Ownership).where(
        Ownership.control_id == control_id,
        Ownership.role == role,
        Ownership.state == OwnershipState.ENDED,
    )
    return (await session.exec(rows.order_by(col(Ownership.ended_at).desc()).limit(1))).first()


async def last_declined_ownership(
    session: AsyncSession, control_id: str, role: OwnershipRole
) -> Ownership | None:
    rows = select(Ownership).where(
        Ownership.control_id == control_id,
        Ownership.role == role,
        Ownership.state == OwnershipState.DECLINED,
    )
    return (await session.exec(rows.order_by(col(Ownership.decided_at).desc()).limit(1))).first()


async def backup_was_ever_offered(session: AsyncSession, control_id: str) -> bool:
    """Whether anyone was ever offered to be the backup of this control."""
    rows = select(Ownership.id).where(
        Ownership.control_id == control_id, Ownership.role == OwnershipRole.BACKUP
    )
    return (await session.exec(rows.limit(1))).first() is not None
