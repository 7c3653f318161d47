"""Cleo changes how often a control is performed: first she sees what it means, and what has happened stays."""

from pathlib import Path

from sqlmodel import select

from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.record import entries
from storage.terms import Event, ObligationKind, ObligationState, OccurrenceState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued
from tests.dialogs.steps import BEN, kinds, nothing_waits, proved, rows, sleeps_until
from tests.dialogs.test_controls import card_of

MONTHLY = {"How often": "Every month", "Why": "The auditor asked for it."}


async def scheduled(stage: Stage, control_id: str) -> dict[str, OccurrenceState]:
    return {row.label: row.state for row in await rows(stage, Occurrence) if row.control_id == control_id}


async def test_another_rhythm_is_shown_before_it_is_saved(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Change cadence")
    before = await kinds(stage)
    assert await cleo.submits(form, MONTHLY) == {}
    preview = await cleo.modal("Before you save 3 occurrences are added, 1 occurrence is withdrawn.")
    assert "[Save]" in preview.text
    assert await kinds(stage) == before

    assert await cleo.submits(preview) == {}
    card = await cleo.modal("How often every month")
    assert "Reason: The auditor asked for it." in card.text
    assert await scheduled(stage, "AC-01") == {
        "Q3 2026": OccurrenceState.OPEN,
        "Q4 2026": OccurrenceState.WITHDRAWN,
        "October 2026": OccurrenceState.OPEN,
        "November 2026": OccurrenceState.OPEN,
        "December 2026": OccurrenceState.OPEN,
    }
    async with stage.service.desk.sessions.reading() as session:
        entry = await entries.newest_entry(session, Event.CONTROL_RESCHEDULED, "control/AC-01")
    assert entry is not None
    assert '"after":{"cadence":"monthly","due_days":10,"grace_days":5}' in entry.leaf
    assert '"before":{"cadence":"quarterly"' in entry.leaf
    assert "The auditor asked" not in entry.leaf
    await proved(stage)


async def test_what_changes_after_it_was_shown_is_shown_again(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    await cleo.submits(await cleo.modal("Change cadence"), MONTHLY)
    preview = await cleo.modal("Before you save 3 occurrences")

    assert await cleo.submits(preview, {"How often": "Every week"}) == {}
    again = await cleo.modal("Before you save 12 occurrences are added")
    assert await cleo.submits(again) == {}
    assert len(await scheduled(stage, "AC-01")) == 14
    await proved(stage)


async def test_what_happens_on_event_needs_its_days_first(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await scheduled(stage, "AC-01")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    refused = await cleo.submits(
        await cleo.modal("Change cadence"), {"How often": "After each event", "Why": "Because."}
    )
    assert "needs the days within which it must be done" in str(refused)
    assert await scheduled(stage, "AC-01") == before


async def test_back_to_the_old_rhythm_the_same_occurrences_return(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await scheduled(stage, "AC-01")
    card = await card_of(cleo, "AC-01")
    for often in ("Every month", "Every quarter"):
        await cleo.presses("Change cadence", card)
        form = await cleo.modal("Now:")
        await cleo.submits(form, {"How often": often, "Why": "Because."})
        await cleo.submits(await cleo.modal("Before you save"))
        card = await cleo.modal(f"How often {often.lower()}")
    after = await scheduled(stage, "AC-01")
    assert {label: state for label, state in after.items() if label in before} == before
    assert {after[label] for label in after.keys() - before.keys()} == {OccurrenceState.WITHDRAWN}
    await cleo.home("SOC 2 Type 2")
    await proved(stage)


async def test_what_is_handed_in_or_over_stays_and_what_is_asked_moves(ben_is_asked: Path):
    """Ben is asked for the third quarter, which is over: it keeps its date."""
    async with continued(ben_is_asked) as (stage, cast):
        cleo, ben = cast.person("Cleo"), cast.person("Ben")
        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        form = await cleo.modal("Change cadence")
        changes = {"due_days": "0", "grace_days": "0", "Why": "Sooner."}
        await cleo.submits(form, changes)
        await cleo.submits(await cleo.modal("1 occurrence is given new dates."))
        dues = {
            row.label: (row.due_on.isoformat(), row.grace_days)
            for row in await rows(stage, Occurrence)
            if row.control_id == "AC-01"
        }
        assert dues == {"Q3 2026": ("2026-10-12", 5), "Q4 2026": ("2026-12-31", 0)}
        await ben.hears("Mon 12 Oct 2026")

        await sleeps_until(stage, cast, "2026-12-28T09:00:00Z")
        await ben.home("Thu 31 Dec 2026")
        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        await cleo.submits(await cleo.modal("Change cadence"), changes | {"due_days": "4"})
        await cleo.submits(await cleo.modal("1 occurrence is given new dates."))
        await nothing_waits(stage)
        await ben.home("Mon 4 Jan 2027")
        assert Event.OBLIGATION_MOVED in await kinds(stage)

        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        await cleo.submits(await cleo.modal("Change cadence"), MONTHLY)
        await cleo.submits(await cleo.modal("1 occurrence is added, 1 occurrence is withdrawn."))
        await nothing_waits(stage)
        requests = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.EVIDENCE]
        fourth = next(row for row in await rows(stage, Occurrence) if row.label == "Q4 2026")
        assert [row.state for row in requests if row.subject == fourth.id] == [ObligationState.WITHDRAWN]
        async with open_postbox(stage) as slack:
            too_late = await slack.submits(BEN, "evidence", fourth.id, {"note": {"value": "Done."}})
        assert too_late.json["errors"] == {
            "note": "The schedule has changed, and nothing is asked for this period any more."
        }
        await proved(stage)


async def test_what_cannot_be_is_said_at_the_field(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Change cadence")
    days = "Please give a whole number of days from 0 to 90."
    for changes, errors in (
        ({"due_days": "91"}, {"due_days": days}),
        ({"grace_days": "-1"}, {"grace_days": days}),
        ({}, {"cadence": "This is how it is already; nothing was changed."}),
    ):
        unchanged = {"due_days": "10", "grace_days": "5", "Why": "x"}
        assert await cleo.submits(form, unchanged | changes) == errors
    await cleo.submits(form, unchanged | {"due_days": "11", "Why": "  "})
    assert "reason" in await cleo.submits(await cleo.modal("Before you save"))
    assert Event.CONTROL_RESCHEDULED not in await kinds(stage)


async def test_no_row_is_lost_by_a_change(stage: Stage, cast: Cast):
    """Withdrawn occurrences stay as rows, and readiness counts without them."""
    async with stage.service.desk.sessions.reading() as session:
        before = set((await session.exec(select(Occurrence.id))).all())
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "BK-01"))
    await cleo.submits(await cleo.modal("Change cadence"), {"How often": "Once a year", "Why": "Test."})
    await cleo.submits(await cleo.modal("Before you save"))
    await cleo.modal("How often once a year")
    async with stage.service.desk.sessions.reading() as session:
        after = set((await session.exec(select(Occurrence.id))).all())
    assert before < after
    await cleo.home("occurrences scheduled = ")
