"""The company's own answers, beside the content: a lead proposes one, and another lead decides."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import locked, row_by_key
from storage.prepared import Prepared
from storage.record.recorded import Recorded
from storage.terms import ProposalKind, ProposalState


class Proposal(Recorded, table=True):
    """A whole entry, or more phrasings of the entry ``entry_id``. An approved proposal answers questions.

    ``phrasings`` has one a line. Approval sets ``version``, one more than the last approved version: a lead edits an
    entry by a further proposal with its id.
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("entry_id", "version"),)
    personal: ClassVar[frozenset[str]] = frozenset({"title", "answer", "detail", "phrasings", "reason"})
    id: str = id_field()
    kind: ProposalKind = term(ProposalKind)
    entry_id: str = Field(max_length=120)
    version: int | None = None
    title: str | None = Field(default=None, sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    detail: str | None = Field(default=None, sa_type=Text)
    phrasings: str = Field(sa_type=Text)
    state: ProposalState = term(ProposalState, ProposalState.PROPOSED, index=True)
    proposed_by: str = Field(foreign_key="person.id")
    proposed_at: datetime
    decided_by: str | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)

    @property
    def phrasing_list(self) -> list[str]:
        return self.phrasings.splitlines()


COUNT_APPROVED = Prepared(select(func.count()).where(Proposal.state == ProposalState.APPROVED))


async def proposal(session: AsyncSession, proposal_id: str, *, to_change: bool = False) -> Proposal | None:
    return await row_by_key(session, Proposal, proposal_id, to_change=to_change)


async def open_proposals(session: AsyncSession) -> list[Proposal]:
    """The proposals that wait for a lead's decision, the oldest first."""
    rows = select(Proposal).where(Proposal.state == ProposalState.PROPOSED)
    return list((await session.exec(rows.order_by(col(Proposal.proposed_at), col(Proposal.id)))).all())


async def count_approved_proposals(session: AsyncSession) -> int:
    """How many proposals are approved; when the number changes, so have the answers."""
    [(count,)] = await COUNT_APPROVED.rows(session)
    return count


async def count_own_entries(session: AsyncSession) -> int:
    """How many entries leads have approved; edits of an entry do not count."""
    rows = select(func.count(col(Proposal.entry_id).distinct())).where(
        Proposal.state == ProposalState.APPROVED, Proposal.kind == ProposalKind.ENTRY
    )
    return (await session.exec(rows)).one()


async def approved_proposals(session: AsyncSession) -> list[Proposal]:
    """In the order of their approval."""
    rows = select(Proposal).where(Proposal.state == ProposalState.APPROVED)
    return list((await session.exec(rows.order_by(col(Proposal.decided_at), col(Proposal.id)))).all())


async def approved_version(session: AsyncSession, entry_id: str, version: int) -> Proposal | None:
    rows = select(Proposal).where(Proposal.entry_id == entry_id, Proposal.version == version)
    return (await session.exec(rows)).first()


async def proposals_of(session: AsyncSession, entry_id: str, *, to_change: bool = False) -> list[Proposal]:
    """Every proposal for this entry, whatever its state, the oldest first."""
    rows = select(Proposal).where(Proposal.entry_id == entry_id)
    rows = rows.order_by(col(Proposal.proposed_at), col(Proposal.id))
    return list((await session.exec(locked(session, rows, to_change=to_change))).all())
