"""Ben says that a control is not his, and is its owner until somebody else has said yes."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from bot.owners.leave import note_leave
from handlers.sandbox.cast import Cast, Player, ScreenMessage, View
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence
from storage.handovers import Handover
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.terms import (
    Event,
    EvidenceState,
    HandoverState,
    ObligationKind,
    ObligationState,
    OwnershipRole,
    OwnershipState,
)
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED, continued
from tests.dialogs.steps import BEN, BUNDLE, EVA, FARID, bundles, hands_in, kinds, only, owns, proved, rows
from tests.dialogs.test_controls import card_of
from tests.dialogs.test_owning import assigns

REVIEW = "AC-01 Quarterly user access review"
WHY = "I moved to <payments>."
TUESDAY_IN_DUBAI, TUESDAY_IN_BERLIN = "2026-10-06T05:30:00Z", "2026-10-06T07:30:00Z"
WEDNESDAY_IN_BERLIN = "2026-10-07T07:30:00Z"
OWNS, OFFERED = OwnershipState.ACCEPTED, OwnershipState.OFFERED


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


@pytest.fixture
async def request_to_ben(cast: Cast) -> ScreenMessage:
    return await cast.person("Ben").hears(BUNDLE)


async def gives_up(
    owner: Player, where: ScreenMessage | View, to: str | None = None, why: str = WHY
) -> dict[str, str]:
    """Press Not mine and submit; the errors that the form shows."""
    await owner.presses("Not mine", where)
    form = await owner.modal("Hand over a control")
    return await owner.submits(form, {"Why": why} | ({"Who is to own it?": to} if to else {}))


async def offered_to_farid(cast: Cast, request: ScreenMessage) -> ScreenMessage:
    """Farid's reminder of the next morning, in which Ben asks him to own the control."""
    assert await gives_up(cast.person("Ben"), request, "Farid") == {}
    await cast.clock.to(TUESDAY_IN_DUBAI)
    return await cast.person("Farid").hears(f"Ben Castillo asks you to be the owner of {REVIEW}")


async def held(stage: Stage) -> set[tuple[str, OwnershipRole, OwnershipState]]:
    """What is offered or accepted now."""
    current = (OWNS, OFFERED)
    return {
        (row.person_id, row.role, row.state) for row in await rows(stage, Ownership) if row.state in current
    }


async def asked(stage: Stage, kind: ObligationKind = ObligationKind.EVIDENCE) -> set[str]:
    """Of whom something of this kind is open."""
    obligations = await rows(stage, Obligation)
    return {row.person_id for row in obligations if row.kind is kind and row.state is ObligationState.OPEN}


async def states(stage: Stage) -> list[HandoverState]:
    return [row.state for row in await rows(stage, Handover)]


def owner(person_id: str, state: OwnershipState = OWNS) -> tuple[str, OwnershipRole, OwnershipState]:
    return (person_id, OwnershipRole.PRIMARY, state)


def backup(person_id: str) -> tuple[str, OwnershipRole, OwnershipState]:
    return (person_id, OwnershipRole.BACKUP, OWNS)


async def has_backup(stage: Stage, cast: Cast, name: str) -> None:
    """Ben stays the owner; the backup is asked at once, and says yes."""
    assert await assigns(cast.person("Cleo"), "Ben", name) == {}
    person = cast.person(name)
    await person.presses("Accept", await person.home("be the backup owner of AC-01"))
    await stage.service.settle()


async def test_it_stays_ben_s_until_farid_says_yes(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    ben, farid, cleo = cast.person("Ben"), cast.person("Farid"), cast.person("Cleo")
    assert "Not mine if somebody else answers for it" in request_to_ben.fallback
    assert await gives_up(ben, request_to_ben, "Farid") == {}
    form = await ben.modal("Farid Haddad is asked to own")
    assert "Until they accept, it stays yours." in form.text
    await cleo.home("Controls being handed over: 1")
    assert (await held(stage), await asked(stage)) == ({owner(BEN), owner(FARID, OFFERED)}, {BEN})
    assert await farid.messages() == []

    await cast.clock.to(TUESDAY_IN_DUBAI)
    offer = await farid.hears("Ben Castillo asks you to be the owner of AC-01")
    assert f"Ben Castillo owns it until you accept, and says: “{WHY}”" in offer.text
    assert "goes back to Ben Castillo" in offer.text
    card = await card_of(cleo, "AC-01")
    assert "Ben Castillo (accepted)" in card.text
    assert f"Ben Castillo asked Farid Haddad, and owns it until that is settled. “{WHY}”" in card.text
    assert "Not answered yet." in card.text

    await farid.presses("Accept", offer)
    await farid.hears("You accepted: you are the owner of AC-01", after=offer)
    assert (await held(stage), await states(stage)) == ({owner(FARID)}, [HandoverState.ACCEPTED])
    assert "Upload evidence" not in (await ben.hears("Closed: evidence for AC-01", after=request_to_ben)).text
    assert "Controls being handed over" not in (await cleo.home()).text
    card = await card_of(cleo, "AC-01")
    assert "handed over by Ben Castillo to Farid Haddad, who accepted" in card.text
    assert "Ben Castillo is not the owner any more" in card.text
    assert "Being handed over" not in card.text

    await cast.clock.to("2026-10-07T05:30:00Z")
    await farid.hears("Upload evidence", after=offer)
    assert await asked(stage) == {FARID}
    assert [kind for kind in await kinds(stage) if kind.startswith("handover")] == [
        Event.HANDOVER_ASKED,
        Event.HANDOVER_ACCEPTED,
    ]
    await proved(stage)


async def test_a_no_comes_back_to_ben_in_his_next_reminder(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben, farid, eva, cleo = (cast.person(name) for name in ("Ben", "Farid", "Eva", "Cleo"))
    offer = await offered_to_farid(cast, request_to_ben)
    before = len(await bundles(ben))
    await farid.presses("Decline", offer)
    assert await farid.submits(await farid.modal("You decline"), {"Why": "Not <mine> either."}) == {}
    await farid.hears("Your reason is with who asked you.")
    await stage.service.settle()
    assert len(await bundles(ben)) == before
    assert (await held(stage), await states(stage)) == ({owner(BEN)}, [HandoverState.RETURNED])
    assert await asked(stage, ObligationKind.ASSIGN) == set()
    card = await card_of(cleo, "AC-01")
    assert "Farid Haddad declined: “Not <mine> either.”" in card.text

    await cast.clock.to(TUESDAY_IN_BERLIN)
    back = await ben.hears(f"{REVIEW} stays yours", after=request_to_ben)
    assert "Farid Haddad declined: “Not <mine> either.”" in back.text
    message = await ben.commands("/soc what do I owe?")
    assert message is not None
    assert f"A decision on handing over {REVIEW}" in message.text
    await ben.presses("Name somebody else", back)
    form = await ben.modal("Hand over a control")
    assert await ben.submits(form, {"Why": "Eva runs access now.", "Who is to own it?": "Eva"}) == {}
    await ben.hears("is settled otherwise", after=back)
    await eva.presses("Accept", await eva.home("Ben Castillo asks you to be the owner of AC-01"))
    await stage.service.settle()
    assert await held(stage) == {owner(EVA)}
    assert await states(stage) == [HandoverState.ENDED, HandoverState.ACCEPTED]
    await proved(stage)


async def test_ben_keeps_what_came_back(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    ben, farid, cleo = cast.person("Ben"), cast.person("Farid"), cast.person("Cleo")
    await farid.presses("Decline", await offered_to_farid(cast, request_to_ben))
    await farid.submits(await farid.modal("You decline"), {"Why": "No."})

    await ben.presses("Keep it", await ben.home("stays yours"))

    assert "stays yours" not in (await ben.home()).text
    assert (await held(stage), await states(stage)) == ({owner(BEN)}, [HandoverState.KEPT])
    assert await asked(stage) == {BEN}
    card = await card_of(cleo, "AC-01")
    assert "Ben Castillo keeps it after all" in card.text
    assert "Being handed over" not in card.text
    await proved(stage)


async def test_ben_takes_back_what_he_asked(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    ben, farid = cast.person("Ben"), cast.person("Farid")
    offer = await offered_to_farid(cast, request_to_ben)
    home = await ben.home(f"You handed over {REVIEW}: Farid Haddad is asked")
    await ben.presses("Keep it", home)
    await farid.hears("Closed: you are not the owner of AC-01", after=offer)
    await farid.presses("Accept", offer, stale=True)
    await farid.hears("AC-01 is not offered to you any more, so this request has closed.")
    assert (await held(stage), await states(stage)) == ({owner(BEN)}, [HandoverState.KEPT])
    async with open_postbox(stage) as slack:
        assert (await slack.presses(BEN, "keep_control", (await only(stage, Handover)).id)).status == 200
    await ben.hears("You keep AC-01.")
    await proved(stage)


async def test_without_a_name_the_leads_look_for_an_owner(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben, eva, cleo = cast.person("Ben"), cast.person("Eva"), cast.person("Cleo")
    assert await gives_up(ben, request_to_ben) == {}
    await ben.modal("The compliance team is asked to find an owner")
    assert (await held(stage), await asked(stage)) == ({owner(BEN)}, {BEN})

    await cast.clock.to(TUESDAY_IN_BERLIN)
    message = await cleo.hears(f"Ben Castillo asks you to find an owner for {REVIEW}.")
    assert f"“{WHY}”" in message.text
    assert "Ben Castillo stays its owner until you assign it" in message.text
    card = await card_of(cleo, "AC-01")
    assert "Ben Castillo asked the compliance team to find somebody" in card.text
    await cleo.presses("Assign", message)
    assert await cleo.submits(await cleo.modal("Assign a control"), {"Owner": "Eva"}) == {}
    await cleo.hears("Done: AC-01", after=message)
    await eva.presses("Accept", await eva.home("owner of AC-01"))
    await ben.hears("Closed: evidence for AC-01")
    assert (await held(stage), await states(stage)) == ({owner(EVA)}, [HandoverState.ENDED])
    await proved(stage)


async def test_keeping_it_relieves_the_leads_again(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    ben = cast.person("Ben")
    await gives_up(ben, request_to_ben)
    assert len(await asked(stage, ObligationKind.ASSIGN)) == 2

    await ben.presses("Keep it", await ben.home("the compliance team is asked to find an owner"))
    await stage.service.settle()

    assert await asked(stage, ObligationKind.ASSIGN) == set()
    assert await states(stage) == [HandoverState.KEPT]


async def test_keeping_it_leaves_leads_asked_for_the_backup_who_left(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben, cleo = cast.person("Ben"), cast.person("Cleo")
    await has_backup(stage, cast, "Farid")
    await cast.joins(FARID, "Farid Haddad", deleted=True)
    await cast.clock.to(TUESDAY_IN_BERLIN)
    assert await gives_up(ben, request_to_ben) == {}
    await cleo.home(f"Ben Castillo asks you to find an owner for {REVIEW}.")

    await ben.presses("Keep it", await ben.home("the compliance team is asked to find an owner"))

    home = await cleo.home(f"{REVIEW} has no backup owner.")
    assert "asks you to find an owner" not in home.text
    assert len(await asked(stage, ObligationKind.ASSIGN)) == 2
    await proved(stage)


async def test_who_cannot_have_it_is_an_error_at_the_field(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben = cast.person("Ben")
    members_only = "This person cannot own a control: only full, active members can."
    own = "It is yours already. Name somebody else, or nobody if you do not know."
    before = await kinds(stage)
    for name, words in (
        ("Ben", own),
        ("Omar", members_only),
        ("Socrates", members_only),
        ("Hugo", members_only),
    ):
        assert await gives_up(ben, request_to_ben, name) == {"owner": words}
    assert "reason" in (await gives_up(ben, request_to_ben, "Farid", why="  "))["reason"]
    assert (await kinds(stage), await states(stage)) == (before, [])

    assert await gives_up(ben, request_to_ben, "Farid") == {}
    await ben.presses("Not mine", request_to_ben)
    await ben.hears("You have handed over AC-01 already: Farid Haddad is asked and has not answered.")
    async with open_postbox(stage) as slack:
        why = {"reason": {"type": "plain_text_input", "value": "Again."}}
        told = await slack.submits(BEN, "hand_over", "AC-01", why)
    assert "You have handed over AC-01 already" in told.json["errors"]["reason"]
    assert await states(stage) == [HandoverState.ASKED]


async def test_nobody_else_can_hand_it_over(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    await gives_up(cast.person("Ben"), request_to_ben, "Farid")
    await stage.service.settle()
    asked_by_ben = await only(stage, Handover)
    before = await kinds(stage)
    words = {
        "Ada": "Only the owner of this control can do this.",
        "Farid": "You have not accepted AC-01 yet.",
        "Cleo": "Only the owner of this control can do this.",
        "Omar": "Only full members of this workspace can do this.",
    }
    async with open_postbox(stage) as slack:
        for name, expected in words.items():
            person = cast.person(name)
            await person.opens_dm()
            for action, value in (("not_mine", "AC-01"), ("keep_control", asked_by_ben.id)):
                so_far = await person.so_far()
                assert (await slack.presses(person.id, action, value)).status == 200
                await person.hears(expected, after=so_far)
            form = {"reason": {"type": "plain_text_input", "value": "Mine now."}}
            told = await slack.submits(person.id, "hand_over", "AC-01", form)
            assert expected in told.json["errors"]["reason"], name
        told = await slack.submits(BEN, "hand_over", "XX-99", form)
        assert "This request has closed" in told.json["errors"]["reason"]
    assert (await kinds(stage), await states(stage)) == (before, [HandoverState.ASKED])


async def test_the_week_s_digest_names_what_is_handed_over(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    cleo = cast.person("Cleo")
    await offered_to_farid(cast, request_to_ben)
    await cast.clock.to("2026-10-12T07:30:00Z")
    message = await cleo.hears("Controls that owners hand over: 1")
    waiting = "AC-01: still with Ben Castillo, who asked Farid Haddad on Mon 5 Oct 2026; no answer yet"
    assert waiting in message.text
    assert waiting in message.fallback
    farid = cast.person("Farid")
    await farid.presses("Accept", await farid.home("Ben Castillo asks you"))
    await cast.clock.to("2026-10-19T07:30:00Z")
    message = await cleo.hears("Digest for", after=message)
    assert "AC-01: from Ben Castillo to Farid Haddad, accepted on Mon 12 Oct 2026" in message.text
    await cast.clock.to("2026-10-26T08:30:00Z")
    message = await cleo.hears("Digest for", after=message)
    assert "hand over" not in message.text


async def test_a_lead_s_assignment_ends_it(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    farid = cast.person("Farid")
    offer = await offered_to_farid(cast, request_to_ben)

    assert await assigns(cast.person("Cleo"), "Eva") == {}

    await farid.hears("Closed: you are not the owner of AC-01", after=offer)
    assert (await held(stage), await states(stage)) == ({owner(EVA, OFFERED)}, [HandoverState.ENDED])
    await proved(stage)


async def test_a_stand_in_who_declines_is_not_asked_twice(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    farid = cast.person("Farid")
    await has_backup(stage, cast, "Farid")
    await note_leave(stage.service.desk, BEN, None, date(2026, 10, 6), date(2026, 10, 14))
    offer = await offered_to_farid(cast, request_to_ben)
    assert await asked(stage) == {FARID}
    opened = (await kinds(stage)).count(Event.OBLIGATION_OPENED)

    await farid.presses("Decline", offer)
    assert await farid.submits(await farid.modal("You decline"), {"Why": "Only meanwhile."}) == {}
    await cast.clock.to(TUESDAY_IN_BERLIN)

    assert await asked(stage) == {FARID}
    assert (await kinds(stage)).count(Event.OBLIGATION_OPENED) == opened + 1  # Ben is to decide
    await proved(stage)


async def test_a_backup_named_beside_the_owner_leaves_the_hand_over_alone(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    farid = cast.person("Farid")
    offer = await offered_to_farid(cast, request_to_ben)

    assert await assigns(cast.person("Cleo"), "Ben", "Eva") == {}

    assert await held(stage) == {owner(BEN), owner(FARID, OFFERED), (EVA, OwnershipRole.BACKUP, OFFERED)}
    assert await states(stage) == [HandoverState.ASKED]
    await farid.presses("Accept", offer)
    await farid.hears("You accepted: you are the owner of AC-01", after=offer)
    assert await states(stage) == [HandoverState.ACCEPTED]
    await proved(stage)


async def test_leads_stay_asked_for_an_owner_when_they_name_a_backup(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    cleo = cast.person("Cleo")
    assert await gives_up(cast.person("Ben"), request_to_ben) == {}
    await cleo.home(f"Ben Castillo asks you to find an owner for {REVIEW}.")

    assert await assigns(cleo, "Ben", "Eva") == {}

    assert len(await asked(stage, ObligationKind.ASSIGN)) == 2
    assert await states(stage) == [HandoverState.ASKED]


async def test_a_backup_who_takes_over_leaves_the_backup_s_place_empty(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    await has_backup(stage, cast, "Farid")
    offer = await offered_to_farid(cast, request_to_ben)
    await farid.presses("Accept", offer)
    await cast.clock.to(TUESDAY_IN_BERLIN)

    message = await cleo.hears(f"{REVIEW} has no backup owner.")

    assert "Farid Haddad, who was its backup, owns it now." in message.text
    assert "Farid Haddad stays its owner." in message.text
    assert await held(stage) == {owner(FARID)}
    await proved(stage)


async def test_home_hands_over_what_nothing_is_asked_for_yet(stage: Stage, cast: Cast):
    """From a menu of what he owns, in which what he has handed over does not stand again."""
    farid = cast.person("Farid")
    await owns(stage, FARID, "GV-01", "CM-02")
    await farid.presses("Not mine", await farid.home("Your controls"))
    form = await farid.modal("Hand over a control")
    assert (
        await farid.submits(form, {"Control": "GV-01", "Why": "Ada decides.", "Who is to own it?": "Ada"})
        == {}
    )
    await farid.home("You handed over GV-01")
    await cast.person("Ada").home("Farid Haddad asks you to be the owner of GV-01")
    before = await kinds(stage)
    async with open_postbox(stage) as slack:
        form = {
            "control": {"type": "static_select", "selected_option": {"value": "AC-01"}},
            "reason": {"type": "plain_text_input", "value": "Not his."},
        }
        told = await slack.submits(FARID, "hand_over", "", form)
    assert "Only the owner" in str(told.json["errors"])
    await cast.person("Grace").opens_dm()
    async with open_postbox(stage) as slack:
        assert (await slack.presses("U0GRACE", "not_mine", "")).status == 200
    await cast.person("Grace").hears("You own no control that you could hand over.")
    assert await kinds(stage) == before


async def test_a_file_on_its_way_still_counts(stage: Stage, cast: Cast, request_to_ben: ScreenMessage):
    ben, farid = cast.person("Ben"), cast.person("Farid")
    offer = await offered_to_farid(cast, request_to_ben)
    await cast.fails("files.info", "error", times=10_000)
    assert await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("It is being fetched and checked")
    await farid.presses("Accept", offer)
    await farid.hears("You accepted", after=offer)
    await cast.clock.advance(minutes=5)
    assert await asked(stage) == {BEN}

    await cast.fails("files.info", "error", times=0)

    await ben.hears("Submitted, waiting for review: AC-01")
    assert (await only(stage, Evidence)).submitted_by == BEN
    assert await asked(stage) == set()
    await proved(stage)


async def test_a_file_that_was_no_use_is_asked_of_who_owns_it_now(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben, farid = cast.person("Ben"), cast.person("Farid")
    offer = await offered_to_farid(cast, request_to_ben)
    await cast.fails("files.info", "error", times=10_000)
    assert await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("It is being fetched and checked")
    await farid.presses("Accept", offer)
    await farid.hears("You accepted", after=offer)
    await cast.fails("files.info", "error", times=0)
    await cast.fails("files.info", "error", times=1, error="file_not_found")

    message = await ben.hears("could not be used")

    assert "who answers for it now is asked" in message.text
    assert "Upload evidence" not in message.buttons
    assert (await only(stage, Evidence)).state is EvidenceState.REFUSED
    await cast.clock.advance(minutes=5)
    assert await asked(stage) == {FARID}
    await proved(stage)


async def test_ben_learns_that_the_one_he_named_has_left(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    ben = cast.person("Ben")
    await offered_to_farid(cast, request_to_ben)

    await cast.joins(FARID, "Farid Haddad", deleted=True)
    await cast.clock.to(TUESDAY_IN_BERLIN)

    back = await ben.hears(f"{REVIEW} stays yours", after=request_to_ben)
    assert "Farid Haddad, whom you asked, cannot act in this workspace any more." in back.text
    assert (await held(stage), await states(stage)) == ({owner(BEN)}, [HandoverState.RETURNED])
    assert await asked(stage, ObligationKind.ASSIGN) == set()
    await proved(stage)


async def test_who_was_named_can_still_accept_when_ben_has_left(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
):
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    offer = await offered_to_farid(cast, request_to_ben)
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await cast.clock.to(TUESDAY_IN_BERLIN)
    message = await cleo.hears(f"Farid Haddad has been offered {REVIEW}.")
    assert "Ben Castillo, who was to see to it, cannot act in this workspace any more." in message.text

    await farid.presses("Accept", offer)

    await cleo.hears("is with Farid Haddad", after=message)
    assert (await held(stage), await states(stage)) == ({owner(FARID)}, [HandoverState.ACCEPTED])
    await proved(stage)


async def test_without_leads_ben_has_to_name_somebody(ben_is_asked: Path):
    async with continued(ben_is_asked, compliance_leads=()) as (stage, cast):
        ben = cast.person("Ben")
        words = "Nobody leads compliance yet who could find an owner. Name somebody."
        assert await gives_up(ben, await ben.hears(BUNDLE)) == {"owner": words}
        assert await states(stage) == []
