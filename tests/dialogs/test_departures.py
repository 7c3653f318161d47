"""Ben leaves: his backup is offered what he owned and is asked for it meanwhile; the leads see it, and decide."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.terms import Event, ObligationKind
from tests.dialogs.scenes import continued
from tests.dialogs.steps import BEN, BUNDLE, DAN, EVA, FARID, kinds, proved
from tests.dialogs.test_controls import card_of
from tests.dialogs.test_handing_over import (
    OFFERED,
    REVIEW,
    TUESDAY_IN_BERLIN,
    TUESDAY_IN_DUBAI,
    asked,
    backup,
    gives_up,
    has_backup,
    held,
    owner,
)

GONE = "Ben Castillo, who was to see to it, cannot act in this workspace any more."


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


async def ben_leaves(stage: Stage, cast: Cast) -> ScreenMessage:
    """Farid's reminder of the next morning."""
    await has_backup(stage, cast, "Farid")
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await cast.clock.to(TUESDAY_IN_DUBAI)
    return await cast.person("Farid").hears(f"You are asked to be the owner of {REVIEW}")


async def test_the_backup_is_offered_it_and_asked_meanwhile(stage: Stage, cast: Cast):
    farid, cleo, dan = cast.person("Farid"), cast.person("Cleo"), cast.person("Dan")
    offer = await ben_leaves(stage, cast)
    assert f"{GONE} You are its backup, so I ask you for its evidence until you have answered." in offer.text
    assert "Upload evidence" in offer.buttons
    assert await held(stage) == {owner(FARID, OFFERED), backup(FARID)}
    assert await asked(stage) == {FARID}

    await cast.clock.to(TUESDAY_IN_BERLIN)
    message = await cleo.hears(f"Farid Haddad, the backup, has been offered {REVIEW}.")
    assert GONE in message.text
    assert "Farid Haddad can accept or decline, and is asked for its evidence meanwhile." in message.text
    assert "Assign" in message.buttons
    assert "Socrates asked Farid Haddad to be the owner" in (await card_of(cleo, "AC-01")).text

    await farid.presses("Accept", offer)
    await cleo.hears(f"Done: {REVIEW} is with Farid Haddad, without a backup owner.", after=message)
    assert await held(stage) == {owner(FARID)}
    assert (await asked(stage), await asked(stage, ObligationKind.ASSIGN)) == ({FARID}, set())
    assert "has no backup owner" not in (await dan.home()).text
    await farid.hears("Upload evidence", after=offer)
    await proved(stage)


async def test_the_backup_s_no_asks_the_leads_to_assign(stage: Stage, cast: Cast):
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    await farid.presses("Decline", await ben_leaves(stage, cast))
    assert await farid.submits(await farid.modal("You decline"), {"Why": "Two jobs are enough."}) == {}

    home = await cleo.home(f"Nobody answers for {REVIEW}.")

    assert "Farid Haddad declined: “Two jobs are enough.”" in home.text
    assert await held(stage) == {backup(FARID)}
    assert await asked(stage) == set()
    await proved(stage)


async def test_a_lead_chooses_somebody_else(stage: Stage, cast: Cast):
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    offer = await ben_leaves(stage, cast)
    await cast.clock.to(TUESDAY_IN_BERLIN)
    message = await cleo.hears("the backup, has been offered")
    await cleo.presses("Assign", message)
    assert (
        await cleo.submits(await cleo.modal("Assign a control"), {"Owner": "Eva", "Backup owner": "Farid"})
        == {}
    )

    await farid.hears("Closed: you are not the owner of AC-01", after=offer)
    assert await held(stage) == {owner(EVA, OFFERED), backup(FARID)}
    assert (await asked(stage), await asked(stage, ObligationKind.ASSIGN)) == (set(), set())
    await proved(stage)


async def test_the_backup_answers_while_the_one_ben_named_decides_and_is_next(stage: Stage, cast: Cast):
    ben, eva, cleo = cast.person("Ben"), cast.person("Eva"), cast.person("Cleo")
    await has_backup(stage, cast, "Farid")
    assert await gives_up(ben, await ben.hears(BUNDLE), "Eva") == {}
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await cast.clock.to(TUESDAY_IN_BERLIN)
    assert await held(stage) == {owner(EVA, OFFERED), backup(FARID)}
    assert await asked(stage) == {FARID}
    request = await cast.person("Farid").home("nobody has accepted to own it yet")
    assert "Not mine" not in request.buttons

    await eva.presses("Decline", await eva.hears("asks you to be the owner of AC-01"))
    assert await eva.submits(await eva.modal("You decline"), {"Why": "Not mine either."}) == {}

    row = await cleo.home(f"Farid Haddad, the backup, has been offered {REVIEW}.")
    assert "Eva Lindqvist declined: “Not mine either.”" in row.text
    assert await held(stage) == {owner(FARID, OFFERED), backup(FARID)}
    assert await asked(stage) == {FARID}
    await proved(stage)


async def test_who_comes_back_does_not_own_it_again(stage: Stage, cast: Cast):
    ben, cleo = cast.person("Ben"), cast.person("Cleo")
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await cast.clock.to(TUESDAY_IN_DUBAI)
    assert await held(stage) == set()
    before = await kinds(stage)
    assert before.count(Event.OWNERSHIP_ENDED) == 1

    await cast.joins(BEN, "Ben Castillo", deleted=False)
    await cast.clock.to(TUESDAY_IN_BERLIN)

    assert (await held(stage), await asked(stage)) == (set(), set())
    assert "AC-01" not in (await ben.home()).text
    message = await cleo.hears(f"Nobody answers for {REVIEW}.")
    assert "Ben Castillo was its owner until Mon 5 Oct 2026, and is not any more." in message.text
    await proved(stage)


async def test_a_backup_who_leaves_leaves_the_owner_in_place(stage: Stage, cast: Cast):
    await has_backup(stage, cast, "Farid")
    await cast.joins(FARID, "Farid Haddad", deleted=True)
    await cast.clock.to(TUESDAY_IN_BERLIN)

    message = await cast.person("Cleo").hears(f"{REVIEW} has no backup owner.")

    assert "Farid Haddad, who was to see to it, cannot act in this workspace any more." in message.text
    assert "Ben Castillo stays its owner." in message.text
    assert (await held(stage), await asked(stage)) == ({owner(BEN)}, {BEN})
    assert DAN in await asked(stage, ObligationKind.ASSIGN)
    await proved(stage)


async def test_without_leads_it_waits_for_one(ben_is_asked: Path):
    async with continued(ben_is_asked, compliance_leads=()) as (stage, cast):
        await cast.joins(BEN, "Ben Castillo", deleted=True)
        await cast.clock.to(TUESDAY_IN_DUBAI)
        assert await held(stage) == {owner(BEN)}
    async with continued(ben_is_asked) as (stage, cast):
        await cast.clock.to(TUESDAY_IN_BERLIN)
        await cast.person("Cleo").hears(f"Nobody answers for {REVIEW}.")
        assert await held(stage) == set()
