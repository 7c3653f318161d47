"""Proposals: what is open, what answers, and how a process notices that the answers have changed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import knowledge
from storage.database import Database
from storage.knowledge import Proposal
from storage.people import Person
from storage.record import entries
from storage.terms import AccountKind, Event, ProposalKind, ProposalState
from tests.storage.history import CLEO, MONDAY


def proposal(
    number: int, entry_id: str, version: int | None = None, at: datetime = MONDAY, **more: str
) -> Proposal:
    state = ProposalState.APPROVED if version else ProposalState.PROPOSED
    return Proposal(
        id=f"proposal-{number}",
        kind=ProposalKind.ENTRY,
        entry_id=entry_id,
        version=version,
        title="May we name our auditor?",
        answer="Only with consent.",
        detail="",
        phrasings="may we name our auditor\ncan i name the firm",
        state=state,
        proposed_by=CLEO,
        proposed_at=at,
        decided_by=CLEO if version else None,
        decided_at=at if version else None,
        **more,
    )


async def store(database: Database, *rows: Proposal) -> None:
    async with database.transaction() as session:
        if await session.get(Person, CLEO) is None:
            cleo = Person(id=CLEO, name="Cleo", zone="Europe/Berlin", standing=AccountKind.MEMBER)
            session.add(cleo)
            entries.append(session, Event.PERSON_SEEN, "setup", MONDAY, cleo)
            await session.flush()
        session.add_all(rows)
        entries.append(session, Event.PROPOSAL_MADE, CLEO, MONDAY, *rows)


async def test_the_head_moves_with_each_approval_and_with_nothing_else(database: Database) -> None:
    await store(database, proposal(1, "naming"))
    async with database.transaction() as session:
        assert await knowledge.count_approved_proposals(session) == 0
        waiting = await knowledge.proposal(session, "proposal-1", to_change=True)
        assert waiting
        waiting.state, waiting.version = ProposalState.APPROVED, 1
        entries.append(session, Event.PROPOSAL_APPROVED, CLEO, MONDAY, waiting)
    await store(database, proposal(2, "naming", at=MONDAY + timedelta(days=1)))
    async with database.reading() as session:
        assert await knowledge.count_approved_proposals(session) == 1
        assert [row.id for row in await knowledge.open_proposals(session)] == ["proposal-2"]
        [approved] = await knowledge.approved_proposals(session)
        assert approved.phrasing_list == ["may we name our auditor", "can i name the firm"]


async def test_versions_of_an_entry_are_told_apart(database: Database) -> None:
    later = MONDAY + timedelta(days=1)
    await store(database, proposal(2, "naming", 2, later), proposal(1, "naming", 1), proposal(3, "logo", 1))
    async with database.transaction() as session:
        of_one = await knowledge.proposals_of(session, "naming", to_change=True)
        assert [row.version for row in of_one] == [1, 2]
        second = await knowledge.approved_version(session, "naming", 2)
        assert second
        assert second.id == "proposal-2"
        assert await knowledge.approved_version(session, "naming", 3) is None
        assert await knowledge.count_own_entries(session) == 2


async def test_no_version_is_given_twice(database: Database) -> None:
    await store(database, proposal(1, "naming", 1))
    with pytest.raises(IntegrityError):
        await store(database, proposal(2, "naming", 1))


async def test_many_may_wait_without_a_version(database: Database) -> None:
    await store(database, proposal(1, "naming"), proposal(2, "naming"))
    async with database.reading() as session:
        assert len(await knowledge.open_proposals(session)) == 2
