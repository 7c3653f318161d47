"""Ben says that he is away: nobody reminds him, Farid stands in, and where nobody does, Cleo and Dan see it before."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.owners.cover import ask_for_cover
from bot.owners.leave import note_leave
from bot.owners.ownership import accept_ownership, assign_control
from handlers.sandbox.cast import Cast, Player, ScreenMessage, View
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence
from storage.leave import Leave
from storage.obligations import Obligation
from storage.ownership import ownerships_of_control
from storage.terms import Event, ObligationKind, ObligationState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import (
    BEN,
    CLEO,
    FARID,
    GRACE,
    STATED,
    as_it_is_now,
    asked_on,
    bundles,
    hands_in,
    kinds,
    only,
    owns,
    proved,
    quarter,
    rows,
)
from tests.dialogs.test_owning import assigns

BERLIN, DUBAI, NEW_YORK = "Europe/Berlin", "Asia/Dubai", "America/New_York"
LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."
SILENT = "no answer yet"
REQUEST = "Evidence for AC-01"  # due on Monday 12 October


def october(*days: int) -> list[date]:
    return [date(2026, 10, day) for day in days]


def noon(day: int) -> datetime:
    return datetime(2026, 10, day, 12, tzinfo=UTC)


async def ben_owns_with_farid(stage: Stage) -> None:
    """Both have said yes to AC-01."""
    desk = stage.service.desk
    await assign_control(desk, CLEO, "AC-01", BEN, FARID)
    async with desk.sessions.reading() as session:
        held = await ownerships_of_control(session, "AC-01")
    for each in held:
        await accept_ownership(desk, each.person_id, each.id)


async def is_away(stage: Stage, person_id: str, first: int, last: int) -> None:
    await note_leave(stage.service.desk, person_id, None, *october(first, last))


async def says_away(person: Player, first: date, last: date) -> dict[str, str]:
    """From Home; the errors that the form shows."""
    await person.presses("I will be away", await person.home("How to ask"))
    form = await person.modal("First day away")
    return await person.submits(form, {"First day away": first, "Last day away": last})


async def card_of(lead: Player) -> View:
    await lead.presses("Open", await _found(lead))
    return await lead.modal("Control AC-01")


async def _found(lead: Player) -> ScreenMessage:
    message = await lead.commands("/soc controls AC-01")
    assert message is not None
    return message


async def ordered(person: Player, line: str) -> ScreenMessage:
    message = await person.commands(line)
    assert message is not None
    assert message.ephemeral
    return message


async def stands(stage: Stage) -> list[tuple[str, date, date]]:
    """The leave that has not been ended."""
    return [
        (row.person_id, row.starts_on, row.ends_on) for row in await rows(stage, Leave) if not row.ended_at
    ]


async def asked_of(stage: Stage, kind: ObligationKind) -> set[str]:
    """The people of whom something of this kind is open."""
    obligations = await rows(stage, Obligation)
    return {row.person_id for row in obligations if row.kind is kind and row.state is ObligationState.OPEN}


async def test_while_ben_is_away_farid_is_asked_and_hands_it_in(stage: Stage, cast: Cast) -> None:
    ben, farid, cleo = cast.person("Ben"), cast.person("Farid"), cast.person("Cleo")
    await ben_owns_with_farid(stage)
    await cast.clock.to(noon(5))
    assert await says_away(ben, *october(7, 14)) == {}
    home = await ben.home("Your leave")
    assert "Away from Wed 7 Oct 2026 to Wed 14 Oct 2026" in home.text

    await cast.clock.to(noon(6))
    assert await asked_on(ben, BERLIN) == october(5, 6)  # the last call comes before he leaves
    assert await bundles(farid) == []
    await cast.clock.to(noon(7))

    asked = await farid.hears(REQUEST)
    assert await asked_on(farid, DUBAI) == october(7)
    why = "you stand in for Ben Castillo, who is away until Wed 14 Oct 2026"
    assert why in asked.text
    assert why in asked.fallback
    assert "Not mine" not in asked.text + asked.fallback
    assert "Not mine" not in asked.buttons
    [_, request] = await bundles(ben)
    assert "While you are away, until Wed 14 Oct 2026, Farid Haddad stands in" in request.text
    card = await card_of(cleo)
    assert "Ben Castillo (accepted), away until Wed 14 Oct 2026, Farid Haddad stands in" in card.text

    assert await hands_in(farid, asked, "q3.csv", b"account,right\n", date(2026, 10, 2)) == {}
    await farid.hears("Submitted, waiting for review: AC-01")
    assert (await only(stage, Evidence)).submitted_by == FARID
    ask = await cleo.home("Review the evidence for AC-01")
    assert "Farid Haddad submitted “q3.csv”." in ask.text
    await cleo.presses("Show file", ask)
    await cleo.presses("Accept", await cleo.home("Press Accept or Reject"))
    await farid.hears("Reviewed and accepted: AC-01")

    await cast.clock.to(noon(20))
    assert await asked_on(ben, BERLIN) == october(5, 6)
    await proved(stage)


async def test_what_is_still_open_goes_back_to_ben_when_his_leave_is_over(stage: Stage, cast: Cast) -> None:
    ben, farid = cast.person("Ben"), cast.person("Farid")
    await ben_owns_with_farid(stage)
    await is_away(stage, BEN, 5, 14)
    await cast.clock.to(noon(14))
    bundle = (await bundles(farid))[-1]
    assert REQUEST in bundle.text
    assert await bundles(ben) == []

    await cast.clock.to(noon(15))

    assert await asked_on(ben, BERLIN) == october(15)
    assert REQUEST in (await bundles(ben))[0].text
    assert "Closed: evidence for AC-01" in (await as_it_is_now(stage, farid, bundle)).text
    assert await asked_on(farid, DUBAI) == october(6, 12, 13, 14)
    occurrence = await quarter(stage)
    obligations = [row for row in await rows(stage, Obligation) if row.subject == occurrence.id]
    assert {(row.person_id, row.state) for row in obligations} == {
        (BEN, ObligationState.OPEN),
        (FARID, ObligationState.WITHDRAWN),
    }
    await proved(stage)


async def test_back_early_the_request_is_his_again_and_an_open_form_of_farid_s_is_refused(
    stage: Stage, cast: Cast
) -> None:
    ben, farid = cast.person("Ben"), cast.person("Farid")
    await ben_owns_with_farid(stage)
    await is_away(stage, BEN, 5, 30)
    await cast.clock.to(noon(6))
    request = await farid.hears(REQUEST)
    await farid.presses("Upload evidence", request)
    form = await farid.modal("Upload evidence")
    file_id = await farid.uploads("q3.csv", b"account,right\n")

    await ben.presses("I am back", await ben.home("Your leave"))
    await cast.clock.to(noon(7))

    assert await asked_on(ben, BERLIN) == october(7)
    refused = await farid.submits(form, {"File": file_id, "Performed on": date(2026, 10, 2)} | STATED)
    assert "Only the owner of this control can do this." in refused.values()
    assert await rows(stage, Evidence) == []
    assert "Your leave" not in (await ben.home("What you owe")).text
    assert (await kinds(stage)).count(Event.LEAVE_ENDED) == 1
    await proved(stage)


async def test_away_or_not_the_owner_may_hand_it_in(stage: Stage, cast: Cast) -> None:
    ben, farid = cast.person("Ben"), cast.person("Farid")
    await ben_owns_with_farid(stage)
    await cast.clock.to(noon(5))
    await is_away(stage, BEN, 6, 14)
    await cast.clock.to(noon(6))
    asked = await farid.hears(REQUEST)
    [request] = await bundles(ben)

    assert await hands_in(ben, request, "q3.csv", b"account,right\n", date(2026, 10, 2)) == {}

    await ben.hears("Submitted, waiting for review: AC-01")
    assert "Submitted, waiting for review" in (await as_it_is_now(stage, farid, asked)).text
    assert (await only(stage, Evidence)).submitted_by == BEN
    await proved(stage)


async def test_an_owner_on_leave_reads_whose_file_is_being_checked(stage: Stage, cast: Cast) -> None:
    ben, farid = cast.person("Ben"), cast.person("Farid")
    await ben_owns_with_farid(stage)
    await cast.clock.to(noon(5))
    await is_away(stage, BEN, 6, 14)
    await cast.clock.to(noon(6))
    [request], asked = await bundles(ben), await farid.hears(REQUEST)
    await ben.presses("Upload evidence", request)
    form = await ben.modal("Upload evidence")
    file_id = await ben.uploads("q3.csv", b"account,right\n")
    async with stage.service.paused():
        assert await hands_in(farid, asked, "q3.csv", b"account,right\n", date(2026, 10, 2)) == {}
        refused = await ben.submits(form, {"File": file_id, "Performed on": date(2026, 10, 2)} | STATED)
    assert refused == {"file": "Farid Haddad has handed in a file for this already, and it is being checked."}


async def test_a_rejected_file_of_the_stand_in_s_is_asked_of_them_again(stage: Stage, cast: Cast) -> None:
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    await ben_owns_with_farid(stage)
    await is_away(stage, BEN, 5, 14)
    await cast.clock.to(noon(6))
    await hands_in(farid, await farid.hears(REQUEST), "q3.csv", b"account,right\n", date(2026, 10, 2))
    await farid.hears("Submitted, waiting for review")
    await cleo.presses("Show file", await cleo.home("Review the evidence for AC-01"))
    await cleo.presses("Reject", await cleo.home("Press Accept or Reject"))
    assert await cleo.submits(await cleo.modal("Reject evidence"), {"What is missing": "No date."}) == {}

    await cast.clock.to(noon(7))

    assert "Cleo Marchetti rejected “q3.csv”: No date." in (await bundles(farid))[-1].text
    assert await asked_on(farid, DUBAI) == october(6, 7)
    assert await bundles(cast.person("Ben")) == []


async def test_leads_see_before_it_begins_that_nobody_will_be_there_until_a_backup_says_yes(
    stage: Stage, cast: Cast
) -> None:
    cleo, farid = cast.person("Cleo"), cast.person("Farid")
    await owns(stage, BEN, "AC-01")
    await cast.clock.to(noon(5))
    await is_away(stage, BEN, 8, 14)

    await cast.clock.to(noon(6))

    message = await cleo.hears("Nobody will be there to answer for AC-01")
    assert (
        "Ben Castillo is away from Thu 8 Oct 2026 to Wed 14 Oct 2026, and there is no backup." in message.text
    )
    assert "Due meanwhile: Q3 2026 on Mon 12 Oct 2026." in message.fallback
    await cleo.presses("Assign", message)
    form = await cleo.modal("Assign a control")
    assert await cleo.submits(form, {"Owner": "Ben", "Backup owner": "Farid"}) == {}
    await cleo.hears("Closed: AC-01", after=message)
    await cast.clock.to("2026-10-08T04:00:00Z")
    await farid.presses("Accept", await farid.home("backup owner of AC-01"))

    await cast.clock.to(noon(8))
    assert "you stand in for Ben Castillo" in (await bundles(farid))[-1].text
    obligations = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.COVER]
    assert not any(row.state is ObligationState.OPEN for row in obligations)
    await proved(stage)


async def test_leads_are_asked_once_for_the_backup_who_left(stage: Stage, cast: Cast) -> None:
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await ben_owns_with_farid(stage)
    await cast.clock.to(noon(5))
    await cast.joins(FARID, "Farid Haddad", deleted=True)
    await cast.clock.to(noon(6))
    await is_away(stage, BEN, 8, 14)
    await cast.clock.to(noon(7))
    home = await cleo.home("has no backup owner.")
    assert "Nobody will be there" not in home.text
    assert {CLEO} <= await asked_of(stage, ObligationKind.ASSIGN)
    assert await asked_of(stage, ObligationKind.COVER) == set()

    assert await assigns(cleo, ben.name) == {}
    await cast.clock.to(noon(8))
    await cleo.home("Nobody will be there to answer for AC-01")
    [before, *_] = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.COVER]
    assert await assigns(cleo, ben.name) == {}
    await cleo.home("Nobody will be there to answer for AC-01")
    assert before in await rows(stage, Obligation)
    await proved(stage)


async def test_no_cover_is_asked_while_the_file_is_on_its_way(stage: Stage, cast: Cast) -> None:
    await owns(stage, BEN, "AC-01")
    await cast.clock.to(noon(5))
    ben = cast.person("Ben")
    request = (await bundles(ben))[0]
    async with stage.service.paused():
        await hands_in(ben, request, "q3.csv", b"account,right\n", date(2026, 10, 2))
        await is_away(stage, BEN, 8, 14)
        await ask_for_cover(stage.service.desk)
        assert await asked_of(stage, ObligationKind.COVER) == set()


async def test_what_leads_see_goes_by_itself_when_the_leave_is_taken_back(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await ben_owns_with_farid(stage)
    await is_away(stage, BEN, 8, 14)
    await is_away(stage, FARID, 12, 12)
    await cast.clock.to(noon(5))
    message = await cleo.hears("Nobody will be there to answer for AC-01")
    assert "Farid Haddad, the backup, is away too." in message.text

    farid = cast.person("Farid")
    await farid.presses("Cancel this leave", await farid.home("Your leave"))
    await cast.clock.to(noon(6))

    assert "Closed: AC-01" in (await as_it_is_now(stage, cleo, message)).text
    assert "Nobody will be there" not in (await cleo.home("The programme")).text


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-11-05", {GRACE: ["Fri 6", "Tue 10"], BEN: ["Fri 6", "Mon 9", "Tue 10"]}),
        ("2027-03-24", {GRACE: ["Thu 25", "Mon 29", "Tue 30"], BEN: ["Thu 25", "Tue 30"]}),
    ],
)
async def test_everybody_has_the_holidays_of_where_they_are(
    data_folder: Path, start: str, days: dict[str, list[str]]
) -> None:
    """The day after Deepavali is none in Germany, where the company is, nor Easter Monday one in Singapore."""
    begin = datetime.fromisoformat(f"{start}T12:00:00+00:00")
    async with open_stage(data_folder, start=begin) as stage, Cast(stage.sandbox.url) as cast:
        await owns(stage, GRACE, "IR-01")
        await owns(stage, BEN, "AC-01")

        await cast.clock.advance(days=6)

        for name, person_id, zone in (("Grace", GRACE, "Asia/Singapore"), ("Ben", BEN, BERLIN)):
            asked = await asked_on(cast.person(name), zone)
            assert [f"{day:%a} {day.day}" for day in asked][: len(days[person_id])] == days[person_id]


async def test_a_lead_who_is_away_gets_their_digest_when_they_are_back(stage: Stage, cast: Cast) -> None:
    await is_away(stage, CLEO, 5, 7)

    await cast.clock.to(noon(9))

    assert await asked_on(cast.person("Cleo"), BERLIN) == october(8)
    assert await asked_on(cast.person("Dan"), NEW_YORK) == october(5)


async def test_whoever_is_away_is_not_called_silent(stage: Stage, cast: Cast) -> None:
    await owns(stage, BEN, "AC-01")
    await cast.clock.to(noon(15))
    cleo = cast.person("Cleo")
    so_far = await cleo.so_far()
    await is_away(stage, BEN, 16, 20)
    await cast.clock.to(noon(19))
    away = await cleo.hears("Digest for", after=so_far)
    assert SILENT not in away.text
    await cast.clock.to(noon(26))
    back = await cleo.hears("Digest for", after=away)
    assert SILENT in back.text


async def test_the_clock_stops_where_a_leave_begins_and_where_it_ends(stage: Stage, cast: Cast) -> None:
    await is_away(stage, GRACE, 6, 6)
    await cast.clock.to("2026-10-05T15:30:00Z")

    assert [instant.isoformat() for instant in await cast.clock.next()] == ["2026-10-05T16:00:00+00:00"]
    assert [instant.isoformat() for instant in await cast.clock.next()] == ["2026-10-06T16:00:00+00:00"]


async def test_the_command_notes_shows_and_ends_one_s_own(stage: Stage, cast: Cast) -> None:
    ada = cast.person("Ada")
    assert "You are not noted as away." in (await ordered(ada, "/soc away")).text

    message = await ordered(ada, "/soc away 2026-12-21 2027-01-02")
    assert "Away from Mon 21 Dec 2026 to Sat 2 Jan 2027" in message.text
    longer = await ordered(ada, "/soc away from 2027-01-03 to 2027-01-05")
    assert "Away from Mon 21 Dec 2026 to Tue 5 Jan 2027" in longer.text
    one = await ordered(ada, "/soc away 2026-10-05")
    assert "Away on Mon 5 Oct 2026 (now)" in one.fallback
    assert one.buttons == ["I am back", "Cancel this leave"]

    await ada.presses("I am back", one)
    await ada.hears("You are still noted as away from Mon 21 Dec 2026 to Tue 5 Jan 2027.")
    assert await stands(stage) == [("U0ADA", date(2026, 12, 21), date(2027, 1, 5))]
    await ada.presses("I am back", one, stale=True)
    await ada.hears("This leave is over already.")
    assert "Away from Mon 21 Dec" in (await ordered(ada, "/soc away")).text
    await proved(stage)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-10-09 2026-10-08", "The last day is before the first."),
        ("2026-09-01 2026-10-04", "These days are over."),
        ("2026-11-01 2027-12-01", "That is longer than a year."),
        ("2028-11-01", "Is the year right?"),
        ("2026-13-01", "“2026-13-01” is no date."),
        ("tomorrow", "“tomorrow” is no date that I can read. Write the first and the last day"),
        ("12.10.2026 16.10.2026", "“12.10.2026 16.10.2026” is no date that I can read."),
        ("2026-10-06 2026-10-07 2026-10-08", "Write the first and the last day"),
        ("2026-11-03", "These days are noted already: away from Mon 2 Nov 2026 to Wed 4 Nov 2026."),
    ],
)
async def test_days_that_cannot_be_are_refused_with_a_reason(
    stage: Stage, cast: Cast, line: str, words: str
) -> None:
    ada = cast.person("Ada")
    await ordered(ada, "/soc away 2026-11-02 2026-11-04")
    before = await rows(stage, Leave)

    assert words in (await ordered(ada, f"/soc away {line}")).text

    assert await rows(stage, Leave) == before


async def test_the_form_tells_what_is_wrong_at_the_field(stage: Stage, cast: Cast) -> None:
    ada = cast.person("Ada")
    errors = await says_away(ada, *october(9, 8))
    assert errors == {
        "ends_on": "The last day is before the first. Please give the first and the last day away."
    }
    assert await rows(stage, Leave) == []


@pytest.mark.parametrize("name", ["@Ben", "ben", "Ben Castillo"])
async def test_a_lead_notes_it_for_somebody_and_ends_it(stage: Stage, cast: Cast, name: str) -> None:
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    message = await ordered(cleo, f"/soc away {name} 2026-10-07 2026-10-14")
    assert "Ben Castillo is noted as away:" in message.text
    assert "to Wed 14 Oct 2026, noted by Cleo Marchetti" in (await ben.home("Your leave")).text
    assert await stands(stage) == [(BEN, *october(7, 14))]

    message = await ordered(cleo, f"/soc away {name}")
    await cleo.presses("Cancel this leave", message)
    await cleo.hears("Ben Castillo is not noted as away any more, and reminded as on any other day.")
    assert await stands(stage) == []
    await proved(stage)


async def test_from_a_control_s_card_a_lead_notes_who_is_away(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await ben_owns_with_farid(stage)
    await cleo.presses("Somebody is away", await card_of(cleo))
    form = await cleo.modal("Who is away")
    away = {"First day away": date(2026, 10, 5), "Last day away": date(2026, 10, 9)}
    assert (
        "Only full, active members" in (await cleo.submits(form, {"Who is away": "Omar", **away}))["person"]
    )

    assert await cleo.submits(form, {"Who is away": "Ben", **away}) == {}

    card = await cleo.modal(
        "Owner Ben Castillo (accepted), away until Fri 9 Oct 2026, Farid Haddad stands in"
    )
    assert card.id == form.id
    status = await ordered(cleo, "/soc status")
    assert "Ben Castillo since Mon 5 Oct 2026, backup Farid Haddad, away until Fri 9 Oct 2026" in status.text


async def test_only_leads_note_see_or_end_somebody_else_s(stage: Stage, cast: Cast) -> None:
    ada = cast.person("Ada")
    await is_away(stage, BEN, 7, 14)
    [before] = await rows(stage, Leave)
    for line in ("/soc away @Ben 2026-11-02", "/soc away ben 2026-11-02", "/soc away @Ben", "/soc away Ben"):
        assert (await ordered(ada, line)).text == LEADS_ONLY
    await ada.opens_dm()
    days = {"starts_on": {"selected_date": "2026-11-02"}, "ends_on": {"selected_date": "2026-11-03"}}
    async with open_postbox(stage) as slack:
        for action, value in (("end_leave", before.id), ("open_leave", "AC-01")):
            so_far = await ada.so_far()
            assert (await slack.presses("U0ADA", action, value)).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)
        told = await slack.submits("U0ADA", "leave", "AC-01", {"person": {"selected_user": BEN}, **days})
        assert list(told.json["errors"].values()) == [LEADS_ONLY]
    assert await rows(stage, Leave) == [before]
