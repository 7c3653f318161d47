"""Entries whose review is due become one request a week of the lead who reviewed them; one press renews it."""

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.answers.adopted_entries import adopt_entries, record_review
from bot.people import acting_lead
from content.library import PACKAGED
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.obligations import Obligation
from storage.programme import EntryReview
from storage.terms import Event, ObligationKind, ObligationState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import (
    BEN,
    CLEO,
    DAN,
    QUESTION,
    as_it_is_now,
    bundles,
    kinds,
    nothing_waits,
    proved,
    rows,
)

ASKS = "Are these still right?"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Every entry is to be looked at again after nine days."""
    folder = shutil.copytree(
        PACKAGED, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    for path in (folder / "knowledge").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("review_every: 365", "review_every: 9"), encoding="utf-8")
    return folder


@pytest.fixture
async def stage(data_folder: Path, content: Path) -> AsyncGenerator[Stage]:
    """On Monday 5 October Cleo adopts everything; all of it is due on Wednesday of the week after."""
    async with open_stage(data_folder, content_dir=content) as opened:
        await adopt_entries(opened.service.desk, CLEO)
        yield opened


async def review_requests(stage: Stage) -> list[Obligation]:
    return [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.VERIFY_ENTRY]


async def test_two_hundred_entries_are_one_request_of_their_reviewer_and_one_press(stage: Stage, cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    reviews = await rows(stage, EntryReview)
    assert len(reviews) > 140
    await cast.clock.to("2026-10-09T08:00:00Z")
    assert await review_requests(stage) == []

    await cast.clock.to("2026-10-12T08:00:00Z")  # Monday
    request = await cleo.hears(ASKS)
    assert request.ts == (await bundles(cleo))[-1].ts
    assert f"{ASKS} {len(reviews)} entries to look at again." in request.text
    assert "Due Wed 14 Oct 2026, in 2 days." in request.text
    assert ASKS not in (await dan.home()).text

    await cleo.presses("Read them", request)
    page = await cleo.modal("Entries to look at")
    await cleo.presses("Read on", page)
    page = await cleo.modal(" to ")
    await cleo.closes(page)
    await cleo.presses("Still right", request)
    shown = await cleo.hears(
        "You found them still right: the entries whose review was due in week 42 of 2026."
    )
    assert shown.ts == request.ts

    [row] = await review_requests(stage)
    assert (row.person_id, row.state, row.subject) == (CLEO, ObligationState.DONE, "2026-10-12")
    renewed = await rows(stage, EntryReview)
    assert len(renewed) == len(reviews)
    assert {review.reviewed_at.date().isoformat() for review in renewed} == {"2026-10-12"}
    assert (await kinds(stage)).count(Event.ENTRY_REVIEWED) == 2 * len(reviews)
    await ada.says(QUESTION)
    assert "reviewed by Cleo Marchetti on Mon 12 Oct 2026" in (await ada.hears("Entry window-length")).text
    await proved(stage)

    await cast.clock.to("2026-10-19T08:00:00Z")
    again = await review_requests(stage)
    assert [(each.subject, each.state) for each in again if each.state is ObligationState.OPEN] == [
        ("2026-10-19", ObligationState.OPEN)
    ]


async def test_it_is_nagged_like_any_other_until_it_is_done(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cast.clock.to("2026-10-16T08:00:00Z")  # Friday
    requests = [message for message in await bundles(cleo) if ASKS in message.text]
    assert "2 days overdue, was due Wed 14 Oct 2026" in requests[-1].text
    [row] = await review_requests(stage)
    assert row.nags == 4, "on Monday, on Tuesday before it is due, and daily since Thursday"
    ada = cast.person("Ada")
    await ada.says(QUESTION)
    assert "review overdue since Wed 14 Oct 2026" in (await ada.hears("Entry window-length")).text


async def test_who_leads_no_more_owes_none_of_it(data_folder: Path, content: Path):
    async with (
        open_stage(data_folder, content_dir=content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await adopt_entries(stage.service.desk, CLEO)
        await cast.clock.to("2026-10-12T08:00:00Z")
        await nothing_waits(stage)
    async with (
        open_stage(data_folder, content_dir=content, keep=True, compliance_leads=(DAN,)) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await stage.service.settle()
        assert {row.person_id: row.state for row in await review_requests(stage)} == {
            CLEO: ObligationState.WITHDRAWN,
            DAN: ObligationState.OPEN,
        }
        dan = cast.person("Dan")
        await dan.presses("Still right", await dan.home(ASKS))
        assert {review.reviewed_by for review in await rows(stage, EntryReview)} == {DAN}
        await proved(stage)


async def test_a_press_stands_only_for_the_entries_that_were_shown(data_folder: Path, content: Path):
    """Dan stood behind one of them, and leads no more: it joins Cleo's, who has not seen it yet."""
    async with (
        open_stage(data_folder, content_dir=content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        desk = stage.service.desk
        await adopt_entries(desk, CLEO)
        async with desk.work() as work:
            dan = await acting_lead(work, DAN)
            await record_review(work, dan, work.content.entry("bridge-letter"))
        await cast.clock.to("2026-10-12T08:00:00Z")
        request = await cast.person("Cleo").hears(ASKS)
        count = len(desk.library.knowledge)
        assert f"{count - 1} entries to look at again" in request.text
        await nothing_waits(stage)
    async with (
        open_stage(data_folder, content_dir=content, keep=True, compliance_leads=(CLEO,)) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await stage.service.settle()
        cleo = cast.person("Cleo")
        before = await cleo.so_far()
        await cleo.presses("Still right", request)
        await cleo.hears("These are not the entries any more that were shown.", after=before)
        [row] = [each for each in await review_requests(stage) if each.person_id == CLEO]
        assert row.state is ObligationState.OPEN
        assert {review.reviewed_by for review in await rows(stage, EntryReview)} == {CLEO, DAN}

        shown = await as_it_is_now(stage, cleo, request)
        assert f"{count} entries to look at again" in shown.text
        await cleo.presses("Still right", shown)
        await cleo.hears("You found them still right")
        assert {review.reviewed_by for review in await rows(stage, EntryReview)} == {CLEO}
        await proved(stage)


async def test_nobody_else_presses_it_and_nobody_twice(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cast.clock.to("2026-10-12T08:00:00Z")
    request = await cleo.hears(ASKS)
    [row] = await review_requests(stage)
    async with open_postbox(stage) as slack:
        for action in ("still_right", "read_entries"):
            assert (await slack.presses(BEN, action, row.id)).status == 200
            assert (await slack.presses(DAN, action, row.id)).status == 200
    await cast.person("Ben").hears("Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield.")
    await cast.person("Dan").hears("This request has closed.")
    assert (await review_requests(stage))[0].state is ObligationState.OPEN

    await cleo.presses("Still right", request)
    await cleo.presses("Still right", request, stale=True)
    await cleo.hears("You have looked at these already.")
    assert "Still right" not in (await as_it_is_now(stage, cleo, request)).buttons


async def test_with_the_packaged_content_nobody_is_asked_within_the_year(data_folder: Path):
    async with open_stage(data_folder) as stage, Cast(stage.sandbox.url) as cast:
        await adopt_entries(stage.service.desk, CLEO)
        await cast.clock.to("2026-10-20T08:00:00Z")
        assert await review_requests(stage) == []
