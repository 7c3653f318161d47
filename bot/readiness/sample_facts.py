"""A sample as it is drawn from what is stored, and the facts about each of its occurrences at that instant."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.errors import NothingToSample
from bot.evidence.rules.timeliness import disposition, state_at, timeliness
from bot.evidence.rules.waivers import by_occurrence
from bot.owners.rules.ownership import NOBODY, roster_at
from bot.readiness.rules.findings import SampledOccurrence, evidence_that_counts, members_at
from bot.readiness.rules.sampling import Drawn, Population, draw, populations_of
from bot.readiness.views import sampling
from bot.schedule.rules.scope import in_scope, window
from bot.work import Work
from storage import evidence, ownership, people, programme, under_review, waivers
from storage.evidence import Evidence, Occurrence
from storage.files import FileStore
from storage.ownership import Ownership
from storage.programme import Examination
from storage.terms import AccountKind, OccurrenceState
from storage.under_review import Review
from storage.waivers import Waiver


@dataclass(frozen=True)
class Look:
    """What was drawn of an examination at an instant, on a day of the company's, and what is known of it."""

    examination: Examination
    at: datetime
    day: date
    seed: str
    populations: tuple[Population, ...]
    drawn: tuple[Drawn, ...]
    facts: tuple[SampledOccurrence, ...]


async def look_at(work: Work, examination: Examination, seed: str) -> Look:
    """Draw from what is over by now. Raises NothingToSample before anything is."""
    over = await evidence.over_before(work.session, work.today, *window(examination), work.now)
    populations = tuple(
        population
        for control in await programme.controls(work.session)
        if in_scope(control, examination)
        for population in populations_of(
            control.id, control.cadence, over.get((control.id, False), ()), over.get((control.id, True), ())
        )
    )
    if not any(each.occurrence_ids for each in populations):
        raise NothingToSample(sampling.nothing_over(examination.title))
    drawn = draw(seed, populations)
    facts = await facts_of(work, drawn, work.now)
    return Look(examination, work.now, work.today, seed, populations, drawn, facts)


async def facts_of(work: Work, drawn: Sequence[Drawn], at: datetime) -> tuple[SampledOccurrence, ...]:
    """The facts as they were then, in the order of the draw."""
    ids = [occurrence_id for each in drawn for occurrence_id in each.occurrence_ids]
    rows = await evidence.occurrences_by_id(work.session, ids)
    given = await under_review.judged_evidence(work.session, ids, at)
    waived = by_occurrence(await waivers.granted_waivers(work.session, at))
    roster = await _roster_over_time(work, at)
    return tuple(
        _facts(
            rows[occurrence_id],
            waived.get(occurrence_id, ()),
            given.get(occurrence_id, ()),
            roster,
            at,
            work.zone,
        )
        for occurrence_id in ids
    )


async def broken_files(files: FileStore, facts: Iterable[SampledOccurrence]) -> frozenset[str]:
    """The hashes of stored files that are gone or have other bytes now; each file is read."""
    stored = {each.sha256 for each in facts if each.sha256}

    def read_all() -> frozenset[str]:
        return frozenset(sha256 for sha256 in stored if not files.intact(sha256))

    return await asyncio.to_thread(read_all)


@dataclass(frozen=True)
class _Roster:
    """All that was ever offered, by control, and what people were since when."""

    held: Mapping[str, Sequence[Ownership]]
    standings: Mapping[str, Sequence[tuple[datetime, AccountKind]]]

    def had_an_owner(self, control_id: str, instant: datetime) -> bool:
        held = self.held.get(control_id, ())
        standings = {each.person_id: self.standings.get(each.person_id, ()) for each in held}
        charges = roster_at(held, members_at(standings, instant), instant)
        return charges.get(control_id, NOBODY).owner is not None


async def _roster_over_time(work: Work, at: datetime) -> _Roster:
    held: dict[str, list[Ownership]] = defaultdict(list)
    for each in await ownership.ownerships_until(work.session, at):
        held[each.control_id].append(each)
    people_ids = {each.person_id for every in held.values() for each in every}
    return _Roster(held, await people.standings_until(work.session, people_ids, at))


def _facts(
    row: Occurrence,
    granted: Sequence[Waiver],
    given: Sequence[tuple[Evidence, Review | None]],
    roster: _Roster,
    at: datetime,
    zone: str,
) -> SampledOccurrence:
    """Whether somebody was accountable is asked of the end of the due date, or of now where that is still ahead."""
    told = [
        under_review.submission_of(each, review, each.stored_at) for each, review in given if each.stored_at
    ]
    state, performed_on = state_at(granted, told, at)
    counts = evidence_that_counts(given, at)
    file = counts if counts and not counts.is_statement else None
    due_over = local_instant(row.due_on + DAY, time(0), zone) - datetime.resolution
    return SampledOccurrence(
        occurrence_id=row.id,
        disposition=disposition(state, performed_on, row.due_on, row.grace_days, local_date(at, zone)),
        under_review=state is OccurrenceState.SUBMITTED,
        received_late=timeliness(row, counts, zone).received_late if counts else 0,
        sha256=file.sha256 if file else None,
        size=(file.size or 0) if file else 0,
        accountable=roster.had_an_owner(row.control_id, min(due_over, at)),
    )
