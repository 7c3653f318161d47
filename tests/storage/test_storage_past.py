"""What the stored times tell of a past instant: offers, evidence, what was listed, and who could act."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.readiness.rules.status import Unreconciled
from bot.readiness.status import ReportTime, readiness_report
from storage import evidence, evidence_reviews, ownership, people
from storage.database import Database
from storage.evidence import Occurrence
from storage.evidence_reviews import SubmittedEvidence
from storage.people import Person
from storage.programme import Control, Examination
from storage.record import entries, past
from storage.record.recorded import Recorded, stated_columns, subject_of
from storage.terms import AccountKind, Event, OccurrenceState, Verdict
from tests.storage.history import BEN, CLEO, MONDAY
from tests.storage.scene import Scene

INSTANT, DAY = timedelta(microseconds=1), timedelta(days=1)
WINDOW = (date(2026, 7, 1), date(2026, 12, 31))


async def test_an_offer_is_there_from_the_instant_it_was_made(scene: Scene) -> None:
    async with scene.database.reading() as session:
        assert await ownership.ownerships_until(session, MONDAY - INSTANT) == []
        [offer] = await ownership.ownerships_until(session, MONDAY)
        assert (offer.decided_at, offer.ended_at) == (
            MONDAY + timedelta(hours=1),
            MONDAY + timedelta(hours=2),
        )


async def test_evidence_counts_from_when_it_was_stored_and_a_refused_file_never(scene: Scene) -> None:
    stored_at, decided_at = MONDAY + DAY, MONDAY + 2 * DAY
    async with scene.database.reading() as session:
        assert await evidence_reviews.submissions(session, stored_at - INSTANT) == {}
        accepted = SubmittedEvidence(date(2026, 9, 28), stored_at, Verdict.ACCEPTED, decided_at)
        assert await evidence_reviews.submissions(session, stored_at) == {"Q3-2026": [accepted]}


async def test_what_was_listed_later_is_not_there_before_and_what_has_no_time_always_is(scene: Scene) -> None:
    later = MONDAY + 3 * DAY
    await _is_raised(scene.database, later)
    async with scene.database.reading() as session:
        for until, count in ((later - INSTANT, 2), (later, 3)):
            assert len(await evidence.occurrences_at(session, until)) == count
            assert await evidence.count_ever_scheduled(session, ["AC-01"], *WINDOW, until) == count


async def test_each_row_is_as_the_record_last_stated_it_whatever_the_entry_was_about(scene: Scene) -> None:
    """An occurrence is raised, withdrawn and asked for again for another day, in entries about its control."""
    raised_at, withdrawn_at, revived_at = (MONDAY + days * DAY for days in (3, 4, 5))
    await _is_raised(scene.database, raised_at)
    for at, state, due_on in (
        (withdrawn_at, OccurrenceState.WITHDRAWN, date(2026, 10, 15)),
        (revived_at, OccurrenceState.OPEN, date(2026, 10, 20)),
    ):
        async with scene.database.transaction() as session:
            row = await session.get(Occurrence, "joiner")
            assert row
            row.state, row.due_on = state, due_on
            session.add(row)
            entries.append(session, Event.CONTROL_RESCHEDULED, CLEO, at, row, subject="control/AC-01")

    async def stood(until: datetime) -> tuple[OccurrenceState, date] | None:
        async with scene.database.reading() as session:
            stated = await past.all_stated(session, [Occurrence], until)
        occurrences = {row.id: (row.state, row.due_on) for row in past.as_stated(Occurrence, stated)}
        return occurrences.get("joiner")

    assert await stood(raised_at - INSTANT) is None
    assert await stood(raised_at) == (OccurrenceState.OPEN, date(2026, 10, 15))
    assert await stood(revived_at - INSTANT) == (OccurrenceState.WITHDRAWN, date(2026, 10, 15))
    assert await stood(revived_at) == (OccurrenceState.OPEN, date(2026, 10, 20))


async def test_what_is_read_from_the_record_equals_the_rows(scene: Scene) -> None:
    async with scene.database.reading() as session:
        stated = await past.all_stated(session, [Control, Examination, Occurrence], MONDAY + 9 * DAY)
        for noun in (Control, Examination, Occurrence):
            rows = (await session.exec(select(noun))).all()
            assert rows
            assert _values(past.as_stated(noun, stated)) == _values(rows)


async def test_a_past_reading_does_not_tie_when_a_row_was_taken_away(scene: Scene) -> None:
    """The list comes from the record and the count from the rows."""
    when = ReportTime(date(2026, 10, 8), MONDAY + 3 * DAY, past=True)
    async with scene.work(when.until) as work:
        await readiness_report(work, when)
    scene.intruder.run("DELETE FROM occurrence WHERE id = (SELECT min(id) FROM occurrence)")
    async with scene.work(when.until) as work:
        with pytest.raises(Unreconciled, match="1 occurrences are scheduled and 2 have a disposition"):
            await readiness_report(work, when)


async def test_who_could_act_is_read_from_the_record(scene: Scene) -> None:
    """Ben leaves on Tuesday and comes back on Thursday, which his row alone does not tell."""
    await _becomes(scene.database, AccountKind.DEACTIVATED, 1)
    await _becomes(scene.database, AccountKind.MEMBER, 3)

    async with scene.database.reading() as session:
        person_ids = {BEN, CLEO, "U0NOBODY"}
        assert await people.member_ids_at(session, person_ids, MONDAY - INSTANT) == set()
        assert await people.member_ids_at(session, person_ids, MONDAY) == {BEN, CLEO}
        assert await people.member_ids_at(session, person_ids, MONDAY + DAY) == {CLEO}
        assert await people.member_ids_at(session, person_ids, MONDAY + 3 * DAY) == {BEN, CLEO}
        assert await people.member_ids_at(session, set(), MONDAY) == set()


def _values(rows: Iterable[Recorded]) -> dict[str, dict[str, object]]:
    return {subject_of(row): {name: getattr(row, name) for name in stated_columns(type(row))} for row in rows}


async def _is_raised(database: Database, at: datetime) -> None:
    async with database.transaction() as session:
        raised = Occurrence(
            id="joiner",
            control_id="AC-01",
            label="a joiner",
            starts_on=date(2026, 10, 8),
            ends_on=date(2026, 10, 8),
            due_on=date(2026, 10, 15),
            grace_days=0,
            scheduled_at=at,
        )
        session.add(raised)
        entries.append(session, Event.OCCURRENCES_SCHEDULED, CLEO, at, raised, subject="control/AC-01")


async def _becomes(database: Database, standing: AccountKind, after: int) -> None:
    async with database.transaction() as session:
        ben = await session.get(Person, BEN)
        assert ben
        ben.standing = standing
        session.add(ben)
        entries.append(session, Event.PERSON_SEEN, "setup", MONDAY + after * DAY, ben)
