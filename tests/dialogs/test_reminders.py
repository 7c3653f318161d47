"""One bundle a working day, at half past nine where the person is: when something is due, and while it is overdue."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, ObligationKind, ObligationState
from tests.dialogs.steps import (
    BEN,
    BUNDLE,
    DAN,
    DIGEST,
    FARID,
    GRACE,
    STATED,
    asked_on,
    bundles,
    hands_in,
    kinds,
    local,
    nothing_waits,
    owns,
    proved,
    rows,
)

HALF_PAST_NINE = time(9, 30)


def october(day: int, hour: int = 18) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


async def test_ben_is_asked_when_it_opens_on_the_last_working_day_and_daily_once_overdue(
    stage: Stage, cast: Cast
) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01")  # ten days after the third quarter is a Saturday, so Monday 12 October

    await cast.clock.to(october(20))

    days = [5, 12, 13, 14, 15, 16, 19, 20]
    assert await asked_on(ben, "Europe/Berlin") == [date(2026, 10, day) for day in days]
    assert {
        local(message, "Europe/Berlin").time().replace(second=0, microsecond=0)
        for message in await bundles(ben)
    } == {HALF_PAST_NINE}
    newest = (await bundles(ben))[-1]
    assert "Quarterly user access review, Q3 2026" in newest.text
    assert "8 days overdue, was due Mon 12 Oct 2026" in newest.text
    assert "Counted as missed after Sat 17 Oct 2026" in newest.text
    for earlier in (await bundles(ben))[:-1]:
        assert earlier.text.startswith("These requests moved to my reminder of")
    await proved(stage)


async def test_everything_due_comes_in_one_message_and_nothing_when_nothing_is_owed(
    stage: Stage, cast: Cast
) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01", "IR-01", "CM-02")

    await cast.clock.to(october(5))

    [bundle] = await bundles(ben)
    for control in ("AC-01", "IR-01", "CM-02"):
        assert f"Evidence for {control}" in bundle.text
    assert [await bundles(cast.person(name)) for name in ("Ada", "Eva", "Farid", "Grace", "Omar")] == [[]] * 5
    sent = [row for row in await rows(stage, Delivery) if row.kind is DeliveryKind.BUNDLE]
    assert [(row.recipient, row.state) for row in sent] == [(BEN, DeliveryState.SENT)]
    assert (await kinds(stage)).count("message.sent") >= 1


@pytest.mark.parametrize(
    ("owner_id", "name", "zone"), [(GRACE, "Grace", "Asia/Singapore"), (BEN, "Ben", "Europe/Berlin")]
)
async def test_the_hour_is_that_of_the_person_and_stays_when_clocks_change(
    data_folder: Path, owner_id: str, name: str, zone: str
) -> None:
    """Clocks go back in Berlin on Sunday 25 October; the second quarter's listing has been overdue for weeks."""
    start = datetime(2026, 10, 22, 12, tzinfo=UTC)
    async with open_stage(data_folder, start=start) as stage, Cast(stage.sandbox.url) as cast:
        await owns(stage, owner_id, "IR-01")

        await cast.clock.to(october(27))

        moments = [local(message, zone) for message in await bundles(cast.person(name))]
        assert [moment.strftime("%a %H:%M") for moment in moments] == ["Fri 09:30", "Mon 09:30", "Tue 09:30"]


async def test_what_is_done_drops_out_and_the_rest_is_asked_again(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01", "IR-01")
    await cast.clock.to(october(5, 10))
    request = await ben.hears(BUNDLE)
    other = "IR-01" if request.text.index("IR-01") > request.text.index("AC-01") else "AC-01"
    first = "AC-01" if other == "IR-01" else "IR-01"

    assert await hands_in(ben, request, "listing.csv", b"user,right\n", date(2026, 10, 2)) == {}
    await ben.hears(f"Submitted, waiting for review: {first}")
    await cast.clock.to(october(12))

    second = (await bundles(ben))[-1]
    assert local(second, "Europe/Berlin").date() == date(2026, 10, 12)
    assert f"Evidence for {other}" in second.text
    assert first not in second.text
    earlier = (await bundles(ben))[0]
    assert f"Submitted, waiting for review: {first}" in earlier.text
    assert f"Evidence for {other}" not in earlier.text
    await proved(stage)


async def test_what_was_done_before_the_bundle_went_out_is_not_asked_for(stage: Stage, cast: Cast) -> None:
    """Ben does everything from Home while his bundle waits."""
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01")
    await cast.clock.to("2026-10-05T07:29:00Z")
    home = await ben.home("Evidence for AC-01")
    await ben.presses("Upload evidence", home)
    form = await ben.modal("Upload evidence")
    file_id = await ben.uploads("q3.csv", b"user,right\n")
    values = {"File": file_id, "Performed on": date(2026, 10, 2)} | STATED
    assert await ben.submits(form, values) == {}

    await cast.clock.to(october(9))

    assert await bundles(ben) == []
    requests = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.EVIDENCE]
    assert [row.state for row in requests] == [ObligationState.DONE]


async def test_a_bundle_held_up_until_evening_waits_for_the_next_working_day(
    stage: Stage, cast: Cast
) -> None:
    """Slack lets nobody in on Monday: what was meant for that morning is asked on Tuesday, once."""
    ben = cast.person("Ben")
    await owns(stage, BEN, "AC-01")
    await cast.fails("chat.postMessage", "error", times=1000, error="invalid_auth")
    await cast.clock.to(october(5, 19))
    assert await bundles(ben) == []

    await cast.fails("chat.postMessage", "error", times=0)
    await nothing_waits(stage)
    await cast.clock.to(october(12))

    assert await asked_on(ben, "Europe/Berlin") == [date(2026, 10, 6), date(2026, 10, 12)]
    assert [obligation.nags for obligation in await rows(stage, Obligation) if obligation.person_id == BEN][
        -1
    ] == 2
    await proved(stage)


async def test_who_has_left_is_not_asked_and_holds_up_nobody(stage: Stage, cast: Cast) -> None:
    farid = cast.person("Farid")
    await owns(stage, BEN, "AC-01")
    await owns(stage, FARID, "BK-01")
    await cast.joins(BEN, "Ben Castillo", deleted=True)

    await cast.clock.to(october(6))

    assert await asked_on(farid, "Asia/Dubai") == [date(2026, 10, 6)]
    sent = await rows(stage, Delivery)
    assert BEN not in {row.recipient for row in sent}
    assert DeliveryState.FAILED not in {row.state for row in sent}


async def test_a_new_owner_is_asked_and_the_old_one_is_left_alone(stage: Stage, cast: Cast) -> None:
    ben, farid = cast.person("Ben"), cast.person("Farid")
    await owns(stage, BEN, "AC-01")
    await cast.clock.to(october(5))
    assert len(await bundles(ben)) == 1

    await owns(stage, FARID, "AC-01")
    await cast.clock.to(october(9))

    assert len(await bundles(ben)) == 1
    assert "Upload evidence" not in (await bundles(ben))[0].buttons
    assert "Evidence for AC-01" in (await bundles(farid))[-1].text


async def test_ticks_may_repeat_and_overlap(stage: Stage, cast: Cast) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    await owns(stage, BEN, "AC-01")
    await owns(stage, DAN, "GV-02")
    await cast.clock.to("2026-10-05T07:29:30Z")
    stops = await cast.clock.to("2026-10-05T13:31:00Z")
    assert stops == [datetime(2026, 10, 5, 7, 30, tzinfo=UTC), datetime(2026, 10, 5, 13, 30, tzinfo=UTC)]

    for _ in range(5):
        await stage.service.settle()
        await cast.clock.advance(minutes=1)

    assert len(await bundles(ben)) == 1
    assert [message.text.startswith(DIGEST) for message in await bundles(dan)] == [True]
