"""Slack loses answers, fails, stalls and locks us out: each message still stands there once, or somebody knows."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import httpx

from bot.delivery.notes import say_note
from bot.work import real_now
from handlers.sandbox.cast import Cast
from handlers.service import REHEARSAL, Tempo
from handlers.stack import Stage, open_stage
from storage import outbox
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, Event, ObligationKind
from tests.dialogs.scenes import continued
from tests.dialogs.steps import (
    ADA,
    ANSWER,
    BEN,
    BUNDLE,
    GRACE,
    QUESTION,
    answers,
    as_it_is_now,
    asked_and_answered,
    bundles,
    hands_in,
    kinds,
    nothing_waits,
    only,
    owns,
    proved,
    rows,
    until,
)

POST = "chat.postMessage"


async def sent(stage: Stage, kind: DeliveryKind) -> list[Delivery]:
    return [row for row in await rows(stage, Delivery) if row.kind is kind]


@dataclass(frozen=True)
class Fault:
    """What the workspace does with one call; ``posts`` counts calls that took effect, ``attempts`` our tries."""

    mode: str
    attempts: int
    posts: int
    error: str = ""


FAULTS = (
    Fault("lost_answer", attempts=2, posts=1),
    Fault("error_after_accept", attempts=2, posts=1),
    Fault("refuse", attempts=2, posts=1),
    Fault("slow", attempts=1, posts=1),
    Fault("error", attempts=2, posts=2, error="internal_error"),
    Fault("error", attempts=2, posts=2, error="fatal_error"),
)


async def test_an_answer_comes_once_whatever_becomes_of_slack_s(stage: Stage, cast: Cast) -> None:
    ada, posts = cast.person("Ada"), 0
    for number, fault in enumerate(FAULTS, start=1):
        await cast.fails(POST, fault.mode, seconds=0.5, error=fault.error)
        earlier = await ada.so_far()

        await ada.says(QUESTION)
        await ada.hears(ANSWER, after=earlier)
        await nothing_waits(stage)

        assert len(await answers(ada)) == number, fault
        deliveries = await rows(stage, Delivery)
        newest = max(deliveries, key=lambda row: row.queued_at)
        assert (newest.state, newest.attempt) == (DeliveryState.SENT, fault.attempts), fault
        posts += fault.posts
        assert (await cast.calls())["methods"][POST] == posts, fault
    await proved(stage)


async def test_a_look_up_that_fails_is_made_again_before_anything_is_sent(stage: Stage, cast: Cast) -> None:
    await cast.fails(POST, "lost_answer")
    await cast.fails("conversations.replies", "error_after_accept")

    assert len(await asked_and_answered(stage, cast.person("Ada"))) == 1

    calls = (await cast.calls())["methods"]
    assert (calls["conversations.replies"], calls[POST]) == (2, 1)


async def test_a_bundle_whose_answer_was_lost_still_turns_into_the_receipt(stage: Stage, cast: Cast) -> None:
    """What a message asks for is kept before it is sent, so that one found by its key can be edited."""
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01")
    await cast.fails(POST, "lost_answer", times=2)  # Cleo's digest and Ben's bundle
    await cast.clock.to("2026-10-05T08:00:00Z")
    await nothing_waits(stage)
    [request] = await bundles(ben)
    obligation = next(row for row in await rows(stage, Obligation) if row.kind is ObligationKind.EVIDENCE)
    [bundle] = await sent(stage, DeliveryKind.BUNDLE)
    assert (obligation.nags, obligation.asked_in) == (1, bundle.key)
    assert bundle.content_hash is not None

    await hands_in(ben, request, "q3.csv", b"user,right\n", date(2026, 10, 2))

    await ben.hears("Submitted, waiting for review: AC-01", after=request)
    assert "Submitted, waiting for review" in (await as_it_is_now(stage, ben, request)).text
    cleo = cast.person("Cleo")
    assert len(await bundles(cleo)) == 1
    await cast.clock.to("2026-10-12T08:00:00Z")
    assert "This is the first digest" not in (await bundles(cleo))[-1].text
    await proved(stage)


async def test_edits_and_home_are_simply_repeated(ben_is_asked: Path) -> None:
    async with continued(ben_is_asked) as (stage, cast):
        await _edit_and_publish_with_lost_answers(stage, cast)


async def _edit_and_publish_with_lost_answers(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    request = await ben.hears(BUNDLE)
    await ben.home()
    await cast.fails("chat.update", "lost_answer")
    await cast.fails("views.publish", "error_after_accept")

    await hands_in(ben, request, "q3.csv", b"user,right\n", date(2026, 10, 2))

    await nothing_waits(stage)
    assert "Submitted, waiting for review" in (await as_it_is_now(stage, ben, request)).text
    assert "Nothing is waiting for you, Ben Castillo." in (await ben.home()).text


async def test_a_rate_limit_parks_the_method_and_is_no_attempt(stage: Stage, cast: Cast) -> None:
    ada, grace = cast.person("Ada"), cast.person("Grace")
    await cast.fails(POST, "rate_limited", seconds=1)
    await ada.says(QUESTION)
    await grace.says(QUESTION)

    began = asyncio.get_running_loop().time()
    await ada.hears(ANSWER)
    await grace.hears(ANSWER)

    assert asyncio.get_running_loop().time() - began > 0.8
    assert [row.attempt for row in await sent(stage, DeliveryKind.ANSWER)] == [1, 1]
    assert (await cast.calls())["methods"][POST] <= 4, (
        "both may have been on their way, and nothing after them"
    )
    assert (len(await answers(ada)), len(await answers(grace))) == (1, 1)


async def test_locked_out_nothing_is_lost_and_health_is_red_until_the_token_is_back(
    stage: Stage, cast: Cast
) -> None:
    ada = cast.person("Ada")
    await cast.fails(POST, "error", times=1000, error="invalid_auth")
    await ada.says(QUESTION)
    await ada.says("what is a bridge letter?")
    async with httpx.AsyncClient(base_url=stage.app_url) as client:
        await until(lambda: _health(client, 503))
        red = (await client.get("/healthz")).json()
        assert (red["status"], red["slack_refuses_the_token"]) == ("unwell", True)
        assert [row.state for row in await rows(stage, Delivery)] == [DeliveryState.WAITING] * 2

        await cast.fails(POST, "error", times=0)
        await ada.hears(ANSWER)
        await nothing_waits(stage)
        assert (await client.get("/healthz")).json()["status"] == "ok"

    assert [row.state for row in await rows(stage, Delivery)] == [DeliveryState.SENT] * 2
    assert Event.MESSAGE_FAILED not in await kinds(stage)


async def test_reminders_that_wait_for_slack_s_limit_are_no_fault_and_an_answer_is(stage: Stage) -> None:
    an_hour_ago = real_now() - timedelta(hours=1)
    async with stage.service.paused(), httpx.AsyncClient(base_url=stage.app_url) as client:
        for kind, status in ((DeliveryKind.BUNDLE, 200), (DeliveryKind.NOTE, 503)):
            async with stage.service.desk.sessions.transaction() as session:
                await outbox.queue(
                    session,
                    kind,
                    BEN,
                    BEN,
                    once=f"late {kind}",
                    queued_at=an_hour_ago,
                    real_now=an_hour_ago,
                    said="A word.",
                )
            assert (await client.get("/healthz")).status_code == status


async def test_slack_out_of_reach_for_long_loses_nothing(data_folder: Path) -> None:
    """More tries than there are steps: an outage is no fault of the message."""
    pace = replace(REHEARSAL.pace, steps=(0.02, 0.02), look_up_after=timedelta(seconds=0.02))
    async with (
        open_stage(data_folder, tempo=Tempo(pace, REHEARSAL.patience, poll=0.05)) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await cast.fails(POST, "error_after_accept", times=1)
        await cast.fails("conversations.replies", "refuse", times=8)

        assert len(await asked_and_answered(stage, cast.person("Ada"))) == 1
        assert (await only(stage, Delivery)).attempt > 2 * len(pace.steps)


async def test_an_outage_without_end_is_given_up_and_shown(data_folder: Path) -> None:
    pace = replace(REHEARSAL.pace, steps=(0.05,), look_up_after=timedelta(0), outage=timedelta(seconds=0.3))
    async with (
        open_stage(data_folder, tempo=Tempo(pace, REHEARSAL.patience, poll=0.05)) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await cast.fails(POST, "refuse", times=1000)
        await cast.person("Ada").says(QUESTION)
        await until(partial(_failed, stage))
        assert "Messages that could not be delivered: 1" in (await cast.person("Cleo").home()).text


async def test_what_slack_refuses_for_good_fails_visibly_and_holds_up_nobody(
    stage: Stage, cast: Cast
) -> None:
    ada, grace = cast.person("Ada"), cast.person("Grace")
    errors = ["user_disabled", "messages_tab_disabled", "invalid_blocks"]
    for number, error in enumerate(errors, start=1):
        await cast.fails(POST, "error", error=error)
        await ada.says(QUESTION)
        await until(partial(_failed, stage, number))

    await grace.says(QUESTION)
    await grace.hears(ANSWER)

    assert await answers(ada) == []
    failed = [row for row in await rows(stage, Delivery) if row.state is DeliveryState.FAILED]
    assert sorted((row.attempt, row.last_error) for row in failed) == [(1, error) for error in sorted(errors)]
    assert (await kinds(stage)).count(Event.MESSAGE_FAILED) == len(errors)
    home = await cast.person("Cleo").home()
    assert f"Messages that could not be delivered: {len(errors)}" in home.text
    await proved(stage)


async def test_a_message_that_cannot_be_composed_is_given_up_and_holds_up_nobody(
    dan_is_to_review: Path,
) -> None:
    """The stored file is gone: a fault of ours, tried a few times."""
    pace = replace(REHEARSAL.pace, steps=(0.02, 0.02))
    async with continued(dan_is_to_review, tempo=Tempo(pace, REHEARSAL.patience, poll=0.05)) as (stage, cast):
        ben, dan = cast.person("Ben"), cast.person("Dan")
        review = await dan.hears("Review the evidence for AC-01")
        blob = next(path for path in stage.service.desk.files.folder.rglob("*") if path.is_file())
        content = blob.read_bytes()
        blob.unlink()

        await dan.presses("Show file", review)
        await ben.says(QUESTION)
        await ben.hears(ANSWER)
        await until(partial(_failed, stage))

        [failed] = await sent(stage, DeliveryKind.FILE)
        assert (failed.state, failed.attempt) == (DeliveryState.FAILED, 3)
        blob.write_bytes(content)
        await proved(stage)


async def test_a_slow_answer_holds_up_nobody_else(stage: Stage, cast: Cast) -> None:
    """Nine messages are more than are on their way at a time."""
    ada = cast.person("Ada")
    await cast.fails(POST, "slow", seconds=2)
    await say_note(stage.service.desk, GRACE, "The slow one.", once="slow")
    await asyncio.sleep(0.05)
    for number in range(9):
        await say_note(stage.service.desk, ADA, f"Note {number}.", once=f"note:{number}")

    began = asyncio.get_running_loop().time()
    await ada.hears("Note 8.")
    assert asyncio.get_running_loop().time() - began < 1.5
    await cast.person("Grace").hears("The slow one.")
    texts = [message.text for message in await ada.messages()]
    assert texts == [f"Note {number}." for number in range(9)], "one person's come in order"


async def test_in_a_channel_a_lost_answer_is_repeated_once_and_marked(stage: Stage, cast: Cast) -> None:
    ada = cast.person("Ada")
    await cast.fails(POST, "lost_answer")
    await ada.says(QUESTION, channel="#general", mention=True)
    await ada.hears("(repeat)", channel="#general")
    await nothing_waits(stage)

    replies = await answers(ada, "#general")
    assert [message.fallback.startswith("(repeat)") for message in replies] == [False, True]
    assert (await only(stage, Delivery)).state is DeliveryState.SENT


async def test_in_a_channel_a_second_lost_answer_is_the_end(stage: Stage, cast: Cast) -> None:
    ada = cast.person("Ada")
    await cast.fails(POST, "lost_answer", times=2)
    await ada.says(QUESTION, channel="#general", mention=True)
    await until(partial(_failed, stage))

    replies = await answers(ada, "#general")
    assert [message.fallback.startswith("(repeat)") for message in replies] == [False, True]
    assert Event.MESSAGE_FAILED in await kinds(stage)


async def test_a_file_is_shared_once(dan_is_to_review: Path) -> None:
    faults = [
        ("files.completeUploadExternal", "lost_answer"),
        ("files.completeUploadExternal", "error_after_accept"),
        ("files.completeUploadExternal", "refuse"),
        ("files.getUploadURLExternal", "lost_answer"),
        ("conversations.open", "error_after_accept"),
    ]
    async with continued(dan_is_to_review) as (stage, cast):
        dan = cast.person("Dan")
        request = await dan.hears("Review the evidence for AC-01")
        for number, (method, mode) in enumerate(faults, start=1):
            await cast.fails(method, mode)

            await dan.presses("Show file", await as_it_is_now(stage, dan, request))

            await nothing_waits(stage)
            shared = [message.files for message in await dan.messages() if message.files]
            assert [len(files) for files in shared] == [1] * number, (method, mode)
        assert (await kinds(stage)).count(Event.EVIDENCE_VIEWED) == 1
        await proved(stage)


async def _failed(stage: Stage, count: int = 1) -> bool:
    return [row.state for row in await rows(stage, Delivery)].count(DeliveryState.FAILED) == count


async def _health(client: httpx.AsyncClient, status: int) -> bool:
    return (await client.get("/healthz")).status_code == status
