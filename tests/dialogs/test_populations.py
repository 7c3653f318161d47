"""Population-first: Ben's listing is taken only with its count, its query and the moment it was produced."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence
from storage.record.entries import entries_from
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED
from tests.dialogs.steps import (
    AS_OF,
    BEN,
    BUNDLE,
    LISTED,
    STATED,
    as_it_is_now,
    forged,
    hands_in,
    only,
    owns,
    proved,
    quarter,
    rows,
)
from tests.dialogs.test_rubbish import RUBBISH, as_sent, mentions_in

TOLD = "Listing of all accounts and their rights in every system in scope, from each system itself: 42 items, as of"


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


@pytest.fixture
async def request_to_ben(cast: Cast) -> ScreenMessage:
    return await cast.person("Ben").hears(BUNDLE)


async def test_ben_states_his_listing_and_dan_reads_it_before_he_judges(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")

    assert await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED) == {}

    receipt = await ben.hears("Submitted, waiting for review: AC-01")
    assert f"{TOLD} Fri 2 Oct 2026, 08:30 CEST" in receipt.text
    assert "received Mon 5 Oct 2026" in receipt.text
    assert f"From: {LISTED}" in receipt.text
    submission = await only(stage, Evidence)
    assert (submission.item_count, submission.query, submission.as_of) == (42, LISTED, AS_OF)
    await cast.clock.to("2026-10-05T14:00:00Z")
    review = await cast.person("Dan").hears("Review the evidence for AC-01")
    assert f"{TOLD} Fri 2 Oct 2026, 02:30 EDT" in review.text
    assert f"From: {LISTED}" in review.text
    async with stage.service.desk.sessions.reading() as session:
        leaves = [entry.leaf for entry in await entries_from(session, 0)]
    assert any('"item_count":42' in leaf and '"as_of":"2026-10-02T06:30' in leaf for leaf in leaves)
    assert not any("Identity provider" in leaf for leaf in leaves)
    await proved(stage)


def _picked(moment: datetime) -> dict[str, Any]:
    return {"selected_date_time": int(moment.timestamp())}


FILE = {"id": "F1", "name": "x.csv", "size": 3, "mimetype": "text/csv"}
WHOLE = {
    "file": {"files": [FILE]},
    "performed_on": {"selected_date": "2026-10-02"},
    "item_count": {"value": "42"},
    "query": {"value": LISTED},
    "as_of": _picked(AS_OF),
}
COUNT = "Please give the number of items in the listing, as a whole number such as 42."
IMPOSSIBLE = {
    "no count": ("item_count", {"value": None}, COUNT),
    "a word": ("item_count", {"value": "many"}, COUNT),
    "a fraction": ("item_count", {"value": "4.5"}, COUNT),
    "digits without end": ("item_count", {"value": "9" * 5_000}, COUNT),
    "fewer than none": ("item_count", {"value": "-3"}, "A listing cannot have fewer than 0 items."),
    "none": ("item_count", {"value": "0"}, "A listing without items means that nothing happened."),
    "too many": ("item_count", {"value": "99999999999"}, "Please give a number of up to 999,999,999 items."),
    "no query": ("query", {"value": None}, "Please say where the listing comes from"),
    "a blank": ("query", {"value": "  \n "}, "Please say where the listing comes from"),
    "a wall of words": ("query", {"value": "x" * 40_000}, "Please keep this to 1,000 characters"),
    "no moment": ("as_of", {"selected_date_time": None}, "Please give the date and time"),
    "ahead": ("as_of", _picked(datetime(2026, 10, 6, tzinfo=UTC)), "That moment has not come yet."),
    "too early": (
        "as_of",
        _picked(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)),
        "That is before the period began on 2026-07-01.",
    ),
}


async def test_without_each_of_them_nothing_is_taken(stage: Stage, request_to_ben: ScreenMessage) -> None:
    occurrence = await quarter(stage)

    async with open_postbox(stage) as postbox:
        for what, (field, value, sentence) in IMPOSSIBLE.items():
            answer = await postbox.submits(BEN, "evidence", occurrence.id, WHOLE | {field: value})
            assert list(answer.json["errors"]) == [field], what
            assert answer.json["errors"][field].startswith(sentence), what
        assert await rows(stage, Evidence) == []

        without = {field: value for field, value in WHOLE.items() if field in ("file", "performed_on")}
        answer = await postbox.submits(BEN, "evidence", occurrence.id, without)
        assert answer.json["errors"] == {"file": COUNT}, (
            "a form that was opened before there was a population"
        )
        assert await rows(stage, Evidence) == []

        assert (await postbox.submits(BEN, "evidence", occurrence.id, WHOLE)).text == ""
    assert (await only(stage, Evidence)).item_count == 42


async def test_a_control_without_a_population_keeps_the_plain_form(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "RA-02")
    await stage.service.settle()
    home = await ben.home("Evidence for RA-02")
    block = next(index for index, each in enumerate(home.blocks) if "Evidence for RA-02" in str(each))
    following = next(each for each in home.blocks[block:] if each["type"] == "actions")
    assert "Nothing happened" not in [each["text"]["text"] for each in following["elements"]]
    risks = next(
        row for row in await rows(stage, Occurrence) if (row.control_id, row.label) == ("RA-02", "Q3 2026")
    )

    async with open_postbox(stage) as postbox:
        answer = await postbox.submits(BEN, "evidence", risks.id, WHOLE)

    assert answer.text == ""
    submission = await only(stage, Evidence)
    assert (submission.item_count, submission.query, submission.as_of) == (None, None, None)


async def test_a_listing_from_within_the_period_is_taken_and_pointed_out(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    """Who had access on the day of the review is a full listing; what changed after it is not in it."""
    within = _picked(datetime(2026, 9, 15, 8, 0, tzinfo=UTC))
    occurrence = await quarter(stage)
    early = {"as_of": within, "performed_on": {"selected_date": "2026-09-15"}}

    async with open_postbox(stage) as postbox:
        file = {"files": [FILE | {"id": await cast.person("Ben").uploads("q3.csv", LISTING)}]}
        assert (
            await postbox.submits(BEN, "evidence", occurrence.id, WHOLE | early | {"file": file})
        ).text == ""

    assert (await only(stage, Evidence)).as_of == datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
    await proved(stage)


async def test_while_the_period_runs_nobody_can_say_that_nothing_happened(stage: Stage, cast: Cast) -> None:
    """The running week of the backups ends on Sunday."""
    ben = cast.person("Ben")
    await owns(stage, BEN, "BK-01")
    occurrences = await rows(stage, Occurrence)
    running = next(row for row in occurrences if (row.control_id, row.label) == ("BK-01", "week 41 of 2026"))

    async with open_postbox(stage) as postbox:
        assert (await postbox.presses(BEN, "open_nothing", running.id)).status == 200

    await ben.hears("The period runs until 2026-10-11.")
    assert await rows(stage, Evidence) == []


@pytest.mark.parametrize("typed", RUBBISH.values(), ids=RUBBISH)
async def test_a_query_of_rubbish_stays_words(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage, typed: str
) -> None:
    ben = cast.person("Ben")
    sent = typed[:900].encode(errors="replace").decode()
    query = {"Source and query": sent}

    await ben.presses("Upload evidence", request_to_ben)
    form = await ben.modal("Upload evidence")
    file = await ben.uploads("q3.csv", LISTING)
    values = {"File": file, "Performed on": PERFORMED} | STATED | query
    errors = await ben.submits(form, values)
    if errors:
        assert errors["query"].startswith("Please")
        return
    await ben.hears("Submitted, waiting for review: AC-01")
    await cast.clock.to("2026-10-05T14:00:00Z")
    await cast.person("Dan").hears("Review the evidence for AC-01")

    for name in ("Ben", "Dan"):
        messages = [each for each in await as_sent(cast.person(name), "bot") if each["bot"]]
        assert _dates_apart(mentions_in(messages)) == []
    assert (await cast.calls())["refused"] == []
    async with stage.service.desk.sessions.reading() as session:
        leaves = "".join(entry.leaf for entry in await entries_from(session, 0))
    assert len(sent.strip()) < 12 or sent.strip() not in leaves
    await proved(stage)


async def test_dan_finds_the_listing_on_the_controls_card(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    await hands_in(cast.person("Ben"), request_to_ben, "q3.csv", LISTING, PERFORMED)
    await cast.person("Ben").hears("Submitted, waiting for review: AC-01")
    dan = cast.person("Dan")
    search = await dan.commands("/soc controls AC-01")
    assert search is not None

    await dan.presses("Open", search)

    card = await dan.modal("Control AC-01")
    assert "waiting for review; 42 items as of Fri 2 Oct 2026" in card.text


async def test_a_count_that_was_changed_is_found(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    await hands_in(cast.person("Ben"), request_to_ben, "q3.csv", LISTING, PERFORMED)
    await as_it_is_now(stage, cast.person("Ben"), request_to_ben)
    await cast.person("Ben").hears("Submitted, waiting for review: AC-01")
    submission = await only(stage, Evidence)

    [finding] = await forged(stage, "UPDATE evidence SET item_count = 41")

    assert finding.startswith(f"Row evidence/{submission.id} was changed: item_count is not what entry")


def _dates_apart(marks: list[str]) -> list[str]:
    """Moments are written in Slack's own markup, by us."""
    return [mark for mark in marks if mark != "<!"]
