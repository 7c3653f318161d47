"""An occurrence and its control, found for whoever presses a button that names them, or closed to them."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import RequestClosed
from storage import evidence, programme
from storage.evidence import Evidence, Occurrence
from storage.programme import Control


async def occurrence_of(session: AsyncSession, given: Evidence) -> Occurrence:
    return await the_occurrence(session, given.occurrence_id)


async def the_occurrence(session: AsyncSession, occurrence_id: str) -> Occurrence:
    occurrence = await evidence.occurrence(session, occurrence_id)
    if occurrence is None:
        raise RequestClosed
    return occurrence


async def control_of(session: AsyncSession, occurrence: Occurrence) -> Control:
    control = await programme.control(session, occurrence.control_id)
    if control is None:
        raise RequestClosed
    return control
