"""Reading rows as they were at a past instant: the record states them, while the tables only tell of now."""

import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record.entries import HEAD, RecordEntry, RecordHead, State
from storage.record.recorded import Recorded, subject_name
from storage.terms import Event

# The events that adopt or change a control; one entry adopts all controls of the content.
DEFINING = (
    Event.CONTENT_ADOPTED,
    Event.CONTROL_ADDED,
    Event.CONTROL_CHANGED,
    Event.CONTROL_RESCHEDULED,
)
CONTENT = "content/"
ENTRIES_AT_ONCE = 1_000
Noun = TypeVar("Noun", bound=Recorded)


async def last_stated(session: AsyncSession, subjects: Iterable[str], until: datetime) -> dict[str, State]:
    """Each of these rows as the last entry about it stated it by ``until``; personal columns are commitments."""
    return {subject: row for subject, _, row in await statements(session, subjects, until)}


async def statements(
    session: AsyncSession, subjects: Iterable[str], until: datetime
) -> list[tuple[str, datetime, State]]:
    """All that entries about these rows stated by ``until``, the oldest first: subject, instant and row."""
    rows = select(RecordEntry.subject, RecordEntry.at, RecordEntry.leaf).where(
        col(RecordEntry.subject).in_(set(subjects)), RecordEntry.at <= until
    )
    entries = (await session.exec(rows.order_by(col(RecordEntry.seq)))).all()
    return [(subject, at, json.loads(leaf)["rows"][subject]) for subject, at, leaf in entries]


async def stated_after(session: AsyncSession, noun: type[Recorded], instant: datetime) -> set[str]:
    """The names (table/id) of rows of this noun that a later entry is about."""
    about = col(RecordEntry.subject).startswith(subject_name(noun, [""]), autoescape=True)
    return set((await session.exec(select(RecordEntry.subject).where(RecordEntry.at > instant, about))).all())


async def record_size(session: AsyncSession) -> int:
    return (await session.exec(select(RecordHead.size).where(RecordHead.id == HEAD))).one()


async def stated_between(
    session: AsyncSession, noun: type[Recorded], size: int, grown: int
) -> AsyncGenerator[State]:
    """Each row of this noun as the entries stated it by which the record grew from one size to another."""
    prefix = subject_name(noun, [""])
    states_one = col(RecordEntry.leaf).contains(f'"{prefix}', autoescape=True)
    for start in range(size, grown, ENTRIES_AT_ONCE):
        end = min(start + ENTRIES_AT_ONCE, grown)
        leaves = select(RecordEntry.leaf).where(RecordEntry.seq >= start, RecordEntry.seq < end, states_one)
        for leaf in (await session.exec(leaves.order_by(col(RecordEntry.seq)))).all():
            for subject, state in json.loads(leaf)["rows"].items():
                if subject.startswith(prefix):
                    yield state


async def all_stated(
    session: AsyncSession, nouns: Iterable[type[Recorded]], until: datetime
) -> dict[str, State]:
    """Every row of these nouns as any entry last stated it by ``until``, whatever the entry is about.

    It is one pass over the record, since an entry often states further rows: the entry about a control states its
    occurrences.
    """
    prefixes = tuple(subject_name(noun, [""]) for noun in nouns)
    states_one = or_(*(col(RecordEntry.leaf).contains(f'"{prefix}', autoescape=True) for prefix in prefixes))
    leaves = (
        select(RecordEntry.leaf).where(RecordEntry.at <= until, states_one).order_by(col(RecordEntry.seq))
    )
    stated: dict[str, State] = {}
    for leaf in (await session.exec(leaves)).all():
        rows = json.loads(leaf)["rows"]
        stated |= {subject: state for subject, state in rows.items() if subject.startswith(prefixes)}
    return stated


def as_stated(noun: type[Noun], stated: Mapping[str, State]) -> list[Noun]:
    """The rows of this noun as they were stated, not to be saved. A column added since has its default."""
    prefix = subject_name(noun, [""])
    return [noun.model_validate(state) for subject, state in stated.items() if subject.startswith(prefix)]


async def entries_defining(session: AsyncSession, subject: str) -> list[RecordEntry]:
    """The entries that adopted or changed this control, the oldest first; each states it as it was from then on."""
    about = or_(col(RecordEntry.subject) == subject, col(RecordEntry.subject).startswith(CONTENT))
    states = col(RecordEntry.leaf).contains(f'"{subject}":', autoescape=True)
    rows = select(RecordEntry).where(about, col(RecordEntry.kind).in_(DEFINING), states)
    return list((await session.exec(rows.order_by(col(RecordEntry.seq)))).all())
