"""What the stored times tell of a past instant: offers, evidence, what was listed, and who could act."""

from datetime import date, timedelta

from storage import evidence, ownership, people, record
from storage.database import Database
from storage.evidence import Occurrence, Submission
from storage.people import Person
from storage.terms import Event, Standing, Verdict
from tests.storage.history import BEN, CLEO, MONDAY
from tests.storage.scene import Scene

INSTANT, DAY = timedelta(microseconds=1), timedelta(days=1)
WINDOW = (date(2026, 7, 1), date(2026, 12, 31))


async def test_an_offer_is_there_from_the_instant_it_was_made(scene: Scene) -> None:
    async with scene.database.reading() as session:
        assert await ownership.ownerships_until(session, MONDAY - INSTANT) == []
        [held] = await ownership.ownerships_until(session, MONDAY)
        assert (held.decided_at, held.ended_at) == (
            MONDAY + timedelta(hours=1),
            MONDAY + timedelta(hours=2),
        )


async def test_evidence_counts_from_when_it_was_stored_and_a_refused_file_never(scene: Scene) -> None:
    stored_at, decided_at = MONDAY + DAY, MONDAY + 2 * DAY
    async with scene.database.reading() as session:
        assert await evidence.submissions(session, stored_at - INSTANT) == {}
        accepted = Submission(date(2026, 9, 28), stored_at, Verdict.ACCEPTED, decided_at)
        assert await evidence.submissions(session, stored_at) == {"Q3-2026": [accepted]}


async def test_what_was_listed_later_is_not_there_before_and_what_has_no_time_always_is(scene: Scene) -> None:
    later = MONDAY + 3 * DAY
    async with scene.database.transaction() as session:
        raised = Occurrence(
            id="joiner",
            control_id="AC-01",
            label="a joiner",
            starts_on=date(2026, 10, 8),
            ends_on=date(2026, 10, 8),
            due_on=date(2026, 10, 15),
            grace_days=0,
            scheduled_at=later,
        )
        session.add(raised)
        record.append(session, Event.OCCURRENCES_SCHEDULED, CLEO, later, raised)
    async with scene.database.reading() as session:
        for until, listed in ((later - INSTANT, 2), (later, 3)):
            assert len(await evidence.occurrences(session, until)) == listed
            assert await evidence.count_scheduled(session, ["AC-01"], *WINDOW, until) == listed


async def test_who_could_act_is_read_from_the_record(scene: Scene) -> None:
    """Ben leaves on Tuesday and comes back on Thursday, which his row alone does not tell."""
    await _becomes(scene.database, Standing.DEACTIVATED, 1)
    await _becomes(scene.database, Standing.MEMBER, 3)

    async with scene.database.reading() as session:
        asked = {BEN, CLEO, "U0NOBODY"}
        assert await people.able_to_act(session, asked, MONDAY - INSTANT) == set()
        assert await people.able_to_act(session, asked, MONDAY) == {BEN, CLEO}
        assert await people.able_to_act(session, asked, MONDAY + DAY) == {CLEO}
        assert await people.able_to_act(session, asked, MONDAY + 3 * DAY) == {BEN, CLEO}
        assert await people.able_to_act(session, set(), MONDAY) == set()


async def _becomes(database: Database, standing: Standing, after: int) -> None:
    async with database.transaction() as session:
        ben = await session.get(Person, BEN)
        assert ben
        ben.standing = standing
        session.add(ben)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY + after * DAY, ben)
