"""The occurrences that have changed since the last digest, and what they counted as then."""

from collections.abc import Mapping

from bot.evidence.rules.dispositions import disposition, occurrence_state_at
from bot.evidence.rules.waivers import waivers_by_occurrence
from bot.reminders.rules.comparison import ReadAt
from bot.work import Work
from storage import evidence_reviews, waivers, windows
from storage.evidence import Occurrence
from storage.record import past
from storage.terms import Disposition
from storage.windows import WindowOccurrence


async def changed_since(
    work: Work, last: ReadAt, size: int
) -> tuple[list[WindowOccurrence], Mapping[str, Disposition]]:
    """The occurrences that entries have stated since, up to this size of the record; and by id what they counted as
    then, if they were there.
    """
    stated = past.stated_between(work.session, Occurrence, last.record_size, size)
    rows = await windows.occurrences_with(work.session, {state["id"] async for state in stated})
    there = [row for row in rows if row.counted_at(last.at)]
    submitted = await evidence_reviews.submissions(work.session, last.at, {row.id for row in there})
    control_ids = {row.control_id for row in there}
    waived = waivers_by_occurrence(await waivers.granted_waivers(work.session, last.at, control_ids))
    then: dict[str, Disposition] = {}
    for row in there:
        state, performed_on = occurrence_state_at(waived.get(row.id, ()), submitted.get(row.id, ()), last.at)
        then[row.id] = disposition(state, performed_on, row.due_on, row.grace_days, last.as_of)
    return rows, then
