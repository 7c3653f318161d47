"""Monday, half past nine: each lead's digest is that day's bundle, and its head of the record can be checked."""

import re
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from bot.register.cadence import change_rhythm
from bot.register.rules.controls import Rhythm
from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.outbox import Delivery
from storage.terms import Cadence, DeliveryKind, DeliveryState
from tests.dialogs.scenes import ROUTED
from tests.dialogs.steps import (
    CLEO,
    DAN,
    DIGEST,
    as_it_is_now,
    asked_on,
    bundles,
    hands_in,
    local,
    nothing_waits,
    proved,
    rows,
)

HEAD = re.compile(r"Head of the record: (\d+ [0-9a-f]{64})")
TITLE = "Information Security Policy"


@pytest.fixture
async def stage(a_busy_week_begins: Path) -> AsyncGenerator[Stage]:
    async with open_stage(a_busy_week_begins, keep=True) as opened:
        yield opened


async def test_each_lead_gets_it_at_half_past_nine_in_their_own_zone_as_the_one_message_of_the_day(
    stage: Stage, cast: Cast
) -> None:
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    await cast.clock.to("2026-10-05T18:00:00Z")

    for lead, zone in ((cleo, "Europe/Berlin"), (dan, "America/New_York")):
        [digest] = await bundles(lead)
        assert local(digest, zone).strftime("%a %H:%M") == "Mon 09:30"
        assert digest.text.startswith(f"{DIGEST} week 41 of 2026")
        assert f"Please read and acknowledge {TITLE}" in digest.text
        assert f"“{ROUTED}”" in digest.text
        assert {"Answer", "Acknowledge", "Reassign"} <= set(digest.buttons)
    assert [await bundles(cast.person(name)) for name in ("Eva", "Omar")][1] == []
    assert all(DIGEST not in message.text for message in await bundles(cast.person("Ben")))


async def test_a_week_later_its_figures_have_moved_and_its_heads_are_accepted_by_verify(
    stage: Stage, cast: Cast
) -> None:
    """On Monday Ada acknowledges, Ben hands in July's evidence and Dan accepts it."""
    ada, ben, cleo, dan = (cast.person(name) for name in ("Ada", "Ben", "Cleo", "Dan"))
    await cast.clock.to("2026-10-05T09:00:00Z")
    await ada.presses("Acknowledge", await ada.hears(TITLE))
    request = await ben.hears("Evidence for CM-02")
    await hands_in(ben, request, "july.csv", b"change,told on\n", date(2026, 8, 5))
    await ben.hears("Submitted, waiting for review: CM-02")
    await cast.clock.to("2026-10-05T14:00:00Z")
    review = await dan.hears("Review the evidence for CM-02")
    await dan.presses("Show file", review)
    await dan.presses("Accept", await dan.hears("Press Accept or Reject", after=review))
    await nothing_waits(stage)

    await cast.clock.to("2026-10-12T08:00:00Z")

    first, second = [message for message in await bundles(cleo) if message.text.startswith(DIGEST)]
    assert "54 scheduled: 0 on time, 0 late, 17 missed, 0 waived, 37 open." in first.text
    for words in (
        "SOC 2 Type 2",
        "54 scheduled: 1 on time (+1), 0 late, 18 missed (+1), 0 waived, 35 open (-2).",
        "SOC 1 Type 1",
        "0 of 6 ready, 6 with a gap.",
        "Changed since the last digest: 3",
        "BK-01 Weekly backup check, week 40 of 2026: missed, was open",
        "CM-02 System changes communicated in time, July 2026: on time, was missed",
        "Overdue, by owner: 1 person",
        "Ben Castillo: 2 overdue, the oldest since Mon 7 Sep 2026: CM-02 August 2026",
        "Asked 3 times or more, no answer: 3 people Ben Castillo: asked",
        "Policies being acknowledged: 1",
        f"{TITLE} 1.0 1 7 6 Mon 12 Oct 2026 Ben Castillo, Cleo Marchetti, Dan Whitfield",
        "Waiting for a person's answer: 1",
        f"Ada Okafor, Mon 5 Oct 2026: “{ROUTED}”",
        "Without an owner: 13",
        "Nothing is lacking in a window, asked in vain or waiting for review.",
        "This is your company's own view of itself.",
    ):
        assert words in second.text, words
    await _heads_are_accepted(stage, first.text, second.text)


async def _heads_are_accepted(stage: Stage, *digests: str) -> None:
    """Both are of this record, and a head that is not is told from them."""
    heads = [match[1] for text in digests if (match := HEAD.search(text))]
    assert len(set(heads)) == 2
    for head in heads:
        await proved(stage, head)
    size, _, root = heads[-1].partition(" ")
    wrong = f"{size} {'0' if root[0] != '0' else '1'}{root[1:]}"
    with pytest.raises(AssertionError, match="not the one that you trust"):
        await proved(stage, wrong)


async def test_a_lead_s_own_items_are_done_in_it_and_its_figures_stay(stage: Stage, cast: Cast) -> None:
    cleo, dan, ada = cast.person("Cleo"), cast.person("Dan"), cast.person("Ada")
    await cast.clock.to("2026-10-05T18:00:00Z")
    digest, dans = (await bundles(cleo))[0], (await bundles(dan))[0]
    figures = digest.text.partition("This is your company's own view")[0]

    await cleo.presses("Answer", digest)
    form = await cleo.modal(ROUTED)
    assert await cleo.submits(form, {"Your answer": "Only with the firm's written consent."}) == {}
    await ada.hears("Only with the firm's written consent.")

    edited = await as_it_is_now(stage, cleo, digest)
    assert edited.edited
    assert edited.text.partition("This is your company's own view")[0] == figures
    assert "Waiting for a person's answer: 1" in edited.text, "that is how it was on Monday"
    assert "Answer" not in edited.buttons
    assert "Answer" not in (await as_it_is_now(stage, dan, dans)).buttons
    assert len(await bundles(cleo)) == 1


async def test_who_has_left_is_not_waited_for(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await cast.joins("U0EVA", "Eva Lindqvist", deleted=True)
    await cast.clock.to("2026-10-05T08:00:00Z")

    digest = (await bundles(cleo))[0]
    assert f"{TITLE} 1.0 0 7 6 " in digest.text
    assert "Eva Lindqvist" not in digest.text


async def test_a_digest_held_up_on_monday_comes_on_tuesday_and_only_once(data_folder: Path) -> None:
    async with open_stage(data_folder) as stage, Cast(stage.sandbox.url) as cast:
        cleo = cast.person("Cleo")
        await cast.fails("chat.postMessage", "error", times=1000, error="account_inactive")
        await cast.clock.to("2026-10-05T16:00:00Z")
        await cast.fails("chat.postMessage", "error", times=0)
        await nothing_waits(stage)

        await cast.clock.to("2026-10-12T08:00:00Z")

        assert await asked_on(cleo, "Europe/Berlin") == [date(2026, 10, 6), date(2026, 10, 12)]
        assert "This is the first digest" in (await bundles(cleo))[0].text
        assert "This is the first digest" not in (await bundles(cleo))[1].text


async def test_the_digest_channel_reads_figures_and_no_name_or_question(a_busy_week_begins: Path) -> None:
    """In that channel is who leads nothing, and what Ada asked in a direct message is not for them."""
    vain = "where is the dilithium crystal"
    async with (
        open_stage(a_busy_week_begins, keep=True, digest_channel="C0COMPLY") as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        ada, cleo = cast.person("Ada"), cast.person("Cleo")
        before = await ada.so_far()
        await ada.says(vain)
        await ada.hears("I do not know.", after=before)
        await cast.clock.to("2026-10-05T08:00:00Z")
        await cast.clock.to("2026-10-12T08:00:00Z")
        digest = [message for message in await cleo.messages("#compliance") if message.bot][-1]
        lead = (await bundles(cleo))[-1]
        for words in (ROUTED, vain, "Ada Okafor", "Ben Castillo", "CM-02"):
            assert words in lead.text, words
            assert words not in digest.text, words
        for words in (
            "54 scheduled: ",
            "Overdue, by owner: 1 person",
            "Asked 3 times or more, no answer: ",
            "Policies being acknowledged: 1",
            "Waiting for a person's answer: 1",
            "Asked in vain, to be answered from Home: 1",
            "Who owes what, and what was asked, stands in the digest of each compliance lead.",
        ):
            assert words in digest.text, words
        assert digest.buttons == []


async def test_the_digest_channel_gets_it_too_and_never_twice(data_folder: Path) -> None:
    """A channel cannot be read: after a lost answer nothing is repeated, and the leads see it."""
    async with (
        open_stage(data_folder, digest_channel="C0COMPLY") as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        cleo = cast.person("Cleo")
        await cast.clock.to("2026-10-05T08:00:00Z")
        [digest] = [message for message in await cleo.messages("#compliance") if message.bot]
        assert digest.text.startswith(f"{DIGEST} week 41 of 2026")
        assert "Hello everyone" in digest.text
        assert local(digest, "Europe/Berlin").strftime("%a %H:%M") == "Mon 09:30"

        await cast.clock.to("2026-10-12T07:29:59Z")
        await cast.fails("chat.postMessage", "lost_answer", times=2)  # Cleo's and the channel's
        await cast.clock.to("2026-10-12T08:00:00Z")
        await nothing_waits(stage)

        assert len(await bundles(cleo)) == 2
        assert len([message for message in await cleo.messages("#compliance") if message.bot]) == 2
        sent = [row for row in await rows(stage, Delivery) if row.kind is DeliveryKind.DIGEST]
        failed = [row for row in sent if row.state is DeliveryState.FAILED]
        assert [row.recipient for row in failed] == ["C0COMPLY"]
        assert "a channel cannot be read" in str(failed[0].last_error)
        assert "Messages that could not be delivered: 1" in (await cleo.home()).text
        assert {row.recipient for row in sent} == {CLEO, DAN, "C0COMPLY"}


async def test_what_was_withdrawn_since_the_last_digest_is_counted_off(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await cast.clock.to("2026-10-06T08:00:00Z")
    await change_rhythm(
        stage.service.desk, CLEO, "BK-01", Rhythm(Cadence.ANNUAL, 3, 0), "Once a year is enough."
    )
    await cast.clock.to("2026-10-12T08:00:00Z")
    first, second = [message for message in await bundles(cleo) if message.text.startswith(DIGEST)]

    def open_in(digest: ScreenMessage) -> int:
        match = re.search(r"([0-9]+) open", digest.text)
        assert match
        return int(match[1])

    delta = open_in(second) - open_in(first)
    assert delta < -10
    assert f"{open_in(second)} open ({delta})" in second.text
