"""Cleo assigns controls from a card, by a command, and many at once."""

import pytest

from bot.register.assigning import MOST_AT_ONCE
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.ownership import Ownership
from storage.programme import Control
from storage.terms import Cadence, Event, OwnershipRole
from storage.terms import OwnershipState as State
from tests.dialogs.steps import BEN, EVA, owns, proved, rows
from tests.dialogs.test_controls import card_of, controls_of


async def present_ownerships(stage: Stage) -> set[tuple[str, str, OwnershipRole]]:
    """By control, person and role, those that are offered or accepted."""
    current = (State.OFFERED, State.ACCEPTED)
    return {
        (row.control_id, row.person_id, row.role)
        for row in await rows(stage, Ownership)
        if row.state in current
    }


async def test_from_the_card_an_owner_and_a_backup_are_asked(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Assign", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Assign a control")
    assert await cleo.submits(form, {"Owner": "Ben", "Backup owner": "Eva"}) == {}

    card = await cleo.modal("Owner Ben Castillo (offered, not accepted yet)")
    assert card.id == form.id
    assert "Backup Eva Lindqvist (offered, not accepted yet)" in card.text
    assert len((await cleo.state())["views"]) == 2
    await proved(stage)


async def test_a_command_assigns_and_leaves_the_backup(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    answer = await cleo.commands("/soc assign ac-01 @Ben @Eva")
    assert answer is not None
    assert "AC-01 Quarterly user access review is offered to Ben Castillo, with Eva Lindqvist" in answer.text
    assert "as the backup. They are asked with their next reminder" in answer.fallback
    again = await cleo.commands("/soc assign AC-01 farid")
    assert again is not None
    assert "is offered to Farid Haddad." in again.text

    farid = cast.person("Farid").id
    backup, primary = OwnershipRole.BACKUP, OwnershipRole.PRIMARY
    assert await present_ownerships(stage) == {("AC-01", farid, primary), ("AC-01", EVA, backup)}
    await cleo.commands("/soc assign AC-01 @Eva")
    assert await present_ownerships(stage) == {("AC-01", EVA, primary)}
    await proved(stage)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/soc assign", "Name a control and a person"),
        ("/soc assign ZZ-99 @Ben", "I know no control, criterion or control objective called “ZZ-99”."),
        ("/soc assign AC-01 nobody", "I cannot tell who is meant."),
        ("/soc assign AC-01 @Omar", "only full, active members can"),
        ("/soc assign AC-01 @Ben @Ben", "Owner and backup must be two people."),
        ("/soc assign AC-01", "Who is to own AC-01"),
    ],
)
async def test_a_command_that_cannot_be_says_why(stage: Stage, cast: Cast, line: str, words: str):
    answer = await cast.person("Cleo").commands(line)
    assert answer is not None
    assert words in answer.text
    assert await rows(stage, Ownership) == []


async def test_all_controls_of_a_criterion_are_offered_and_assigned_by_one_press(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "RA-02")
    offer = await cleo.commands("/soc assign CC3.2 @Eva")
    assert offer is not None
    assert "3 controls serve CC3.2 and would go to Eva Lindqvist. Nothing is changed yet." in offer.text
    assert "— now: Ben Castillo" in offer.fallback
    assert len(await present_ownerships(stage)) == 1

    await cleo.presses("Assign 3 controls", offer)
    await cleo.hears("3 controls are offered to Eva Lindqvist.")
    assert {(each, person) for each, person, _ in await present_ownerships(stage)} == {
        ("RA-01", EVA),
        ("RA-02", EVA),
        ("RA-03", EVA),
    }
    await cleo.presses("Assign 3 controls", offer)
    await cleo.hears("There is nothing to assign")
    await proved(stage)


async def test_without_a_person_the_form_opens_with_the_criterion(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    offer = await cleo.commands("/soc assign CC3.2")
    assert offer is not None
    await cleo.presses("Choose the owner", offer)
    form = await cleo.modal("Assign several")
    assert await cleo.submits(form, {"New owner": "Eva"}) == {}
    preview = await cleo.modal("3 controls would go to Eva Lindqvist. Press Assign to do it.")
    assert await cleo.submits(preview) == {}
    await cleo.modal("3 controls are offered to Eva Lindqvist.")


async def test_all_of_somebody_s_controls_go_to_another(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "AC-01", "CM-02", "RA-02")
    before = await present_ownerships(stage)
    await cleo.presses("Assign several", await controls_of(cleo))
    form = await cleo.modal("Assign several")
    errors = await cleo.submits(form, {"New owner": "Eva"})
    assert errors == {"owned_by": "Choose whose controls, or what they serve."}
    both = {"owned_by": "Ben", "New owner": "Omar"}
    assert list(await cleo.submits(form, both)) == ["owner"]
    assert await cleo.submits(form, {"owned_by": "Ben", "New owner": "Eva"}) == {}
    preview = await cleo.modal("3 controls would go to Eva Lindqvist.")
    assert await present_ownerships(stage) == before

    assert await cleo.submits(preview) == {}
    await cleo.modal("3 controls are offered to Eva Lindqvist.")
    assert {person for _, person, _ in await present_ownerships(stage)} == {EVA}
    await proved(stage)


async def test_only_what_nobody_owns_of_a_series(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "RA-02")
    await cleo.presses("Assign several", await controls_of(cleo))
    form = await cleo.modal("Assign several")
    chosen = {"serves": "CC3.2", "only_unowned": ["Those that nobody owns"], "New owner": "Eva"}
    await cleo.submits(form, chosen)
    await cleo.submits(await cleo.modal("2 controls would go to Eva Lindqvist."))
    await cleo.modal("2 controls are offered to Eva Lindqvist.")
    assert ("RA-02", BEN, OwnershipRole.PRIMARY) in await present_ownerships(stage)


async def test_more_than_slack_waits_for_are_not_assigned_at_once(stage: Stage, cast: Cast):
    desk = stage.service.desk
    many = [
        Control(
            id=f"X-{number}",
            title="X",
            does="",
            why="",
            evidence="",
            owner_role="",
            cadence=Cadence.ANNUAL,
            due_days=10,
            grace_days=5,
            criteria=["CC4.1"],
        )
        for number in range(MOST_AT_ONCE + 1)
    ]
    async with desk.work() as work:
        work.record(Event.CONTENT_ADOPTED, "setup", *many)

    answer = await cast.person("Cleo").commands("/soc assign CC4.1 @Eva")
    assert answer is not None
    assert answer.text == "These are 101 controls; assign at most 100 at once, by owner or criterion."
    assert await present_ownerships(stage) == set()
