"""What the record stated of rows at a past instant, when the rows themselves only tell how they are now."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record.entries import RecordEntry, State
from storage.record.recorded import Recorded, subject_name
from storage.terms import Event

# Whatever adopts a control or changes what it asks; the content is adopted in one entry for all.
DEFINING = (
    Event.CONTENT_ADOPTED,
    Event.CONTROL_ADDED,
    Event.CONTROL_CHANGED,
    Event.CONTROL_RESCHEDULED,
)
CONTENT = "content/"
Noun = TypeVar("Noun", bound=Recorded)


async def last_stated(session: AsyncSession, subjects: Iterable[str], until: datetime) -> dict[str, State]:
    """What the last entry about each of these rows stated of it by then; personal columns are commitments."""
    return {subject: row for subject, _, row in await statements(session, subjects, until)}


async def statements(
    session: AsyncSession, subjects: Iterable[str], until: datetime
) -> list[tuple[str, datetime, State]]:
    """What entries about these rows stated of them by then, oldest first: subject, when, and the row."""
    rows = select(RecordEntry.subject, RecordEntry.at, RecordEntry.leaf).where(
        col(RecordEntry.subject).in_(set(subjects)), RecordEntry.at <= until
    )
    found = (await session.exec(rows.order_by(col(RecordEntry.seq)))).all()
    return [(subject, at, json.loads(leaf)["rows"][subject]) for subject, at, leaf in found]


async def stated_after(session: AsyncSession, noun: type[Recorded], instant: datetime) -> set[str]:
    """The rows of this noun that an entry since then is about."""
    about = col(RecordEntry.subject).startswith(subject_name(noun, [""]), autoescape=True)
    return set((await session.exec(select(RecordEntry.subject).where(RecordEntry.at > instant, about))).all())


async def all_stated(
    session: AsyncSession, nouns: Iterable[type[Recorded]], until: datetime
) -> dict[str, State]:
    """What any entry stated last, by then, of every row of these nouns, whatever the entry is about.

    One pass over the record, since a row is often stated in an entry about another: an occurrence in that of its
    control, or of its evidence.
    """
    prefixes = tuple(subject_name(noun, [""]) for noun in nouns)
    speaks = or_(*(col(RecordEntry.leaf).contains(f'"{prefix}', autoescape=True) for prefix in prefixes))
    leaves = select(RecordEntry.leaf).where(RecordEntry.at <= until, speaks).order_by(col(RecordEntry.seq))
    stated: dict[str, State] = {}
    for leaf in (await session.exec(leaves)).all():
        rows = json.loads(leaf)["rows"]
        stated |= {subject: state for subject, state in rows.items() if subject.startswith(prefixes)}
    return stated


def as_stated(noun: type[Noun], stated: Mapping[str, State]) -> list[Noun]:
    """The rows of this noun as they were stated, not to be saved; a column that came later has its default."""
    prefix = subject_name(noun, [""])
    return [noun.model_validate(state) for subject, state in stated.items() if subject.startswith(prefix)]


async def entries_defining(session: AsyncSession, subject: str) -> list[RecordEntry]:
    """Those that adopted or changed this control, oldest first; each states it as it was from then on."""
    about = or_(col(RecordEntry.subject) == subject, col(RecordEntry.subject).startswith(CONTENT))
    states = col(RecordEntry.leaf).contains(f'"{subject}":', autoescape=True)
    rows = select(RecordEntry).where(about, col(RecordEntry.kind).in_(DEFINING), states)
    return list((await session.exec(rows.order_by(col(RecordEntry.seq)))).all())
