"""A company of any size with obligations, written at once, to measure what grows with it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.desk import Desk, Identity, open_desk
from bot.settings import Settings
from storage.obligations import Obligation
from storage.people import Person
from storage.schema import migrate
from storage.terms import AccountKind, ObligationKind, ObligationState

AT_ONCE = 20_000
MORNING = datetime(2026, 10, 6, 7, 30, tzinfo=UTC)  # Tuesday, 09:30 in Berlin
US = Identity("T0", "Northwind", "U0BOT", frozenset())


@asynccontextmanager
async def opened(url: str, folder: Path, now: datetime) -> AsyncGenerator[Desk]:
    migrate(url)
    settings = Settings(database_url=url, data_dir=folder)
    async with open_desk(settings, lambda: now, sandbox=True, identity=US) as desk:
        yield desk


async def has_people(desk: Desk, count: int, *, due_at: datetime | None, closed: int = 0) -> None:
    """So many people who each owe two things, the reminders due then, and as many who did theirs long ago."""
    people = [
        Person(id=f"U{number:06}", name=f"Person {number}", zone="Europe/Berlin", standing=AccountKind.MEMBER)
        for number in range(count)
    ]
    owed = [
        _owes(person.id, f"{subject}", due_at, ObligationState.OPEN)
        for person in people
        for subject in ("first", "second")
    ]
    done = [
        _owes(people[number % count].id, f"done {number}", None, ObligationState.DONE)
        for number in range(closed)
    ]
    for noun, rows in ((Person, people), (Obligation, [*owed, *done])):
        for start in range(0, len(rows), AT_ONCE):
            async with desk.sessions.transaction() as session:
                columns = [_columns(row) for row in rows[start : start + AT_ONCE]]
                await (await session.connection()).execute(insert(noun), columns)


def _owes(person_id: str, subject: str, next_nag_at: datetime | None, state: ObligationState) -> Obligation:
    return Obligation(
        person_id=person_id,
        kind=ObligationKind.ACKNOWLEDGE,
        subject=subject,
        due_on=date(2026, 10, 20),
        state=state,
        opened_at=MORNING - timedelta(days=1),
        next_nag_at=next_nag_at,
    )


def _columns(row: SQLModel) -> dict:
    return row.model_dump()
