"""Drawing a sample from the stored occurrences, and the facts about each sampled occurrence at an instant."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.errors import NothingToSample
from bot.evidence.rules.dispositions import disposition, occurrence_state_at, timeliness
from bot.evidence.rules.waivers import waivers_by_occurrence
from bot.owners.rules.ownership import NOBODY_IN_CHARGE, roster_at
from bot.readiness.rules.findings import SampledOccurrence, evidence_that_counts, members_at
from bot.readiness.rules.sampling import Population, PopulationSample, draw, populations_of
from bot.readiness.views import sampling
from bot.schedule.rules.examinations import examination_window, in_scope
from bot.work import Work
from storage import evidence, evidence_reviews, ownership, people, programme, waivers
from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import Review
from storage.files import FileStore
from storage.ownership import Ownership
from storage.programme import Examination
from storage.terms import AccountKind, OccurrenceState
from storage.waivers import Waiver


@dataclass(frozen=True)
class Sample:
    """A sample of an examination, drawn at an instant; ``day`` is that instant's date in the company's zone."""

    examination: Examination
    at: datetime
    day: date
    seed: str
    populations: tuple[Population, ...]
    drawn: tuple[PopulationSample, ...]
    facts: tuple[SampledOccurrence, ...]


async def draw_sample(work: Work, examination: Examination, seed: str) -> Sample:
    """Draw from the periods that are over. Raises NothingToSample when none is."""
    over = await evidence.occurrence_ids_over_before(
        work.session, work.today, *examination_window(examination), work.now
    )
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
    facts = await sampled_occurrences(work, drawn, work.now)
    return Sample(examination, work.now, work.today, seed, populations, drawn, facts)


async def sampled_occurrences(
    work: Work, drawn: Sequence[PopulationSample], at: datetime
) -> tuple[SampledOccurrence, ...]:
    """The facts as they were at that instant, in the order of the draw."""
    ids = [occurrence_id for each in drawn for occurrence_id in each.occurrence_ids]
    rows = await evidence.occurrences_by_id(work.session, ids)
    evidence_by_occurrence = await evidence_reviews.evidence_with_reviews(work.session, ids, at)
    waived = waivers_by_occurrence(await waivers.granted_waivers(work.session, at))
    roster = await _roster_over_time(work, at)
    return tuple(
        _facts(
            rows[occurrence_id],
            waived.get(occurrence_id, ()),
            evidence_by_occurrence.get(occurrence_id, ()),
            roster,
            at,
            work.zone,
        )
        for occurrence_id in ids
    )


async def broken_files(files: FileStore, facts: Iterable[SampledOccurrence]) -> frozenset[str]:
    """The hashes of stored files that are gone or whose bytes have changed. It reads every file."""
    hashes = {each.sha256 for each in facts if each.sha256}

    def read_all() -> frozenset[str]:
        return frozenset(sha256 for sha256 in hashes if not files.intact(sha256))

    return await asyncio.to_thread(read_all)


@dataclass(frozen=True)
class _Roster:
    """Every ownership by control id, and the changes of each person's kind of account, the oldest first."""

    ownerships: Mapping[str, Sequence[Ownership]]
    account_kinds: Mapping[str, Sequence[tuple[datetime, AccountKind]]]

    def had_an_owner(self, control_id: str, instant: datetime) -> bool:
        ownerships = self.ownerships.get(control_id, ())
        account_kinds = {each.person_id: self.account_kinds.get(each.person_id, ()) for each in ownerships}
        charges = roster_at(ownerships, members_at(account_kinds, instant), instant)
        return charges.get(control_id, NOBODY_IN_CHARGE).owner is not None


async def _roster_over_time(work: Work, at: datetime) -> _Roster:
    ownerships: dict[str, list[Ownership]] = defaultdict(list)
    for each in await ownership.ownerships_until(work.session, at):
        ownerships[each.control_id].append(each)
    person_ids = {each.person_id for of_control in ownerships.values() for each in of_control}
    return _Roster(ownerships, await people.account_kinds_until(work.session, person_ids, at))


def _facts(
    row: Occurrence,
    granted: Sequence[Waiver],
    reviewed: Sequence[tuple[Evidence, Review | None]],
    roster: _Roster,
    at: datetime,
    zone: str,
) -> SampledOccurrence:
    """Accountable is the owner at the end of the due date, or at ``at`` while the due date is not over."""
    submitted = [
        evidence_reviews.submitted_evidence(each, review, each.stored_at)
        for each, review in reviewed
        if each.stored_at
    ]
    state, performed_on = occurrence_state_at(granted, submitted, at)
    counted = evidence_that_counts(reviewed, at)
    file = counted if counted and not counted.is_statement else None
    due_over = local_instant(row.due_on + DAY, time(0), zone) - datetime.resolution
    return SampledOccurrence(
        occurrence_id=row.id,
        disposition=disposition(state, performed_on, row.due_on, row.grace_days, local_date(at, zone)),
        under_review=state is OccurrenceState.SUBMITTED,
        received_late=timeliness(row, counted, zone).received_late if counted else 0,
        sha256=file.sha256 if file else None,
        size=(file.size or 0) if file else 0,
        accountable=roster.had_an_owner(row.control_id, min(due_over, at)),
    )
