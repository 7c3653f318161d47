"""An occurrence and its control, found for whoever presses a button that names them, or closed to them."""

from bot.errors import RequestClosed
from bot.work import Work
from storage import evidence, programme
from storage.evidence import Evidence, Occurrence
from storage.programme import Control


async def occurrence_of(work: Work, given: Evidence) -> Occurrence:
    return await the_occurrence(work, given.occurrence_id)


async def the_occurrence(work: Work, occurrence_id: str) -> Occurrence:
    occurrence = await evidence.occurrence(work.session, occurrence_id)
    if occurrence is None:
        raise RequestClosed
    return occurrence


async def control_of(work: Work, occurrence: Occurrence) -> Control:
    control = await programme.control(work.session, occurrence.control_id)
    if control is None:
        raise RequestClosed
    return control
