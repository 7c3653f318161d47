"""On PostgreSQL two replicas may serve two leads who edit the same answer at once: one proposal, one refusal."""

import asyncio
import contextlib
from pathlib import Path

import psycopg

from bot.answers.proposals import edit_answer
from bot.errors import AlreadyDone
from handlers.stack import open_stage
from storage.knowledge import Proposal
from storage.terms import Event, ProposalKind, ProposalState
from tests.dialogs.steps import CLEO, DAN, rows, until
from tests.storage.hosts import PostgresHost

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def test_two_leads_who_edit_at_once_make_one_proposal(postgres_host: PostgresHost, tmp_path: Path):
    url = postgres_host.empty()
    async with open_stage(tmp_path, database_url=url) as stage:
        desk = stage.service.desk
        async with desk.work() as work:
            approved = Proposal(
                kind=ProposalKind.ENTRY,
                entry_id="own-3f9a1c2b7d0e",
                version=1,
                title="May we name our auditor?",
                answer="Only with consent.",
                detail="",
                phrasings="may we name our auditor",
                state=ProposalState.APPROVED,
                proposed_by=CLEO,
                proposed_at=desk.now(),
                decided_by=DAN,
                decided_at=desk.now(),
            )
            work.record(Event.PROPOSAL_APPROVED, DAN, approved)

        with (
            contextlib.closing(postgres_host.intruder(url)) as watcher,
            psycopg.connect(url) as holder,
        ):
            holder.execute("SELECT 1 FROM proposal FOR UPDATE")
            editing = [
                asyncio.create_task(edit_answer(desk, lead, approved.id, "", f"{lead} says so.", []))
                for lead in (CLEO, DAN)
            ]

            async def both_wait() -> bool:
                return watcher.run(WAITING) == [(2,)]

            await until(both_wait)
            holder.rollback()
        ends = await asyncio.gather(*editing, return_exceptions=True)

        assert [type(end) for end in ends if end is not None] == [AlreadyDone]
        waiting = [row for row in await rows(stage, Proposal) if row.state is ProposalState.PROPOSED]
        assert len(waiting) == 1
