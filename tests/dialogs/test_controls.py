"""Cleo finds a control and sees how it stands; nobody else does."""

from pathlib import Path

import pytest

from handlers.sandbox.cast import Cast, Player, View
from handlers.stack import Stage
from storage.programme import Control
from storage.terms import Cadence
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued
from tests.dialogs.steps import BEN, CLEO, EVA, kinds, owns, rows

LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."


async def controls_of(lead: Player) -> View:
    await lead.presses("Controls", await lead.home("The programme"))
    return await lead.modal("Find a control")


async def searches(lead: Player, page: View, words: str) -> View:
    """Types it and presses Enter."""
    await lead.presses("search", page, selected=words)
    return await lead.modal(f"“{words}”")


async def card_of(lead: Player, control_id: str) -> View:
    results = await searches(lead, await controls_of(lead), control_id)
    assert results.buttons.count("Open") == 1
    await lead.presses("Open", results)
    return await lead.modal(f"Control {control_id}")


async def test_a_long_list_is_turned_page_by_page(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    first = await controls_of(cleo)
    assert "15 controls in all, page 1 of 2." in first.text
    assert "AC-01 Quarterly user access review" in first.text
    assert "Owner: nobody · next due Mon 12 Oct 2026 · nobody owns it" in first.text
    assert (first.buttons.count("Open"), first.buttons[-2:]) == (10, ["Assign several", "Catalog"])
    assert "Next" in first.buttons

    await cleo.presses("Next", first)
    second = await cleo.modal("page 2 of 2")
    assert second.id == first.id
    assert second.buttons.count("Open") == 5
    assert "Next" not in second.buttons
    await cleo.presses("Previous", second)
    assert (await cleo.modal("page 1 of 2")).id == first.id
    assert (await cast.calls())["refused"] == []


@pytest.mark.parametrize(
    ("words", "control_ids"),
    [
        ("ac01", ["AC-01"]),
        ("CC6.2", ["AC-01"]),
        ("co-2", ["PR-01"]),
        ("Castillo", ["AC-01", "CM-02"]),
        ("ben access", ["AC-01"]),
        ("access review", ["AC-01"]),
        ("cc3", ["RA-01", "RA-02", "RA-03"]),
        ("nonsense", []),
    ],
)
async def test_a_control_is_found_by_what_people_call_it(
    stage: Stage, cast: Cast, words: str, control_ids: list[str]
):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "AC-01", "CM-02")
    answer = await cleo.commands(f"/soc controls {words}")
    assert answer is not None
    assert answer.ephemeral
    assert [line[:5] for line in answer.text.splitlines() if "Owner:" in line] == control_ids
    assert all(control_id in answer.fallback for control_id in control_ids)
    page = await searches(cleo, await controls_of(cleo), words)
    assert page.buttons.count("Open") == len(control_ids)


async def test_the_answer_to_the_command_leads_to_the_list_and_its_buttons_carry_no_words(
    stage: Stage, cast: Cast
):
    """Whoever may read a message's payload reads ids there, and nothing that a person typed."""
    cleo = cast.person("Cleo")
    answer = await cleo.commands("/soc controls risk")
    assert answer is not None
    carried = {
        element.get("value", "")
        for block in answer.blocks
        for element in [*block.get("elements", []), block.get("accessory", {})]
    }
    assert carried <= {"", *(row.id for row in await rows(stage, Control))}
    await cleo.presses("All controls", answer)
    page = await cleo.modal("15 controls in all, page 1 of 2.")

    assert await cleo.submits(page, {"search": "AC-01"}) == {}
    assert (await cleo.modal("1 control fits “AC-01”.")).id == page.id
    answer = await cleo.commands("/soc controls of our auditor?")
    assert answer is not None
    assert "fit" not in answer.text.splitlines()[0]


async def test_more_than_the_answer_holds_is_said_and_found_in_the_list(cast: Cast):
    answer = await cast.person("Cleo").commands("/soc controls")
    assert answer is not None
    assert answer.text.startswith("15 controls in all, page 1 of 2.")
    assert "The rest you find with All controls" in answer.text
    assert "The rest you find with All controls" in answer.fallback


async def test_the_card_tells_what_a_lead_needs_to_know(dan_is_to_review: Path):
    async with continued(dan_is_to_review) as (_, cast):
        card = (await card_of(cast.person("Cleo"), "AC-01")).text
        for words in (
            "What is done: For every system in scope",
            "Why: Rights that are no longer needed",
            "Criteria CC6.2, CC6.3",
            "Control objectives CO-5",
            "How often every quarter, due 10 days after the period ends, 5 days of grace",
            "Owner Ben Castillo (accepted)",
            "Backup nobody",
            "State evidence waits for review",
            "Last evidence Q3 2026: performed Fri 2 Oct 2026, from Ben Castillo, waiting for review",
            "Mon 12 Oct 2026: Q3 2026: open",
            "Mon 5 Oct 2026: Ben Castillo accepted to be the owner",
            "Mon 5 Oct 2026: Cleo Marchetti asked Ben Castillo to be the owner",
        ):
            assert words in card, words


async def test_a_long_history_is_turned_page_by_page(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    for owner in (BEN, EVA, BEN, EVA):
        await owns(stage, owner, "AC-01")
    card = await card_of(cleo, "AC-01")
    assert "History (page 1 of 2)" in card.text

    await cleo.presses("Older", card)
    older = await cleo.modal("History (page 2 of 2)")
    assert older.id == card.id
    await cleo.presses("Newer", older)
    await cleo.modal("History (page 1 of 2)")


async def test_others_are_refused_with_the_leads_names_and_nothing_changes(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.opens_dm()
    home = await ada.home()
    assert "Controls" not in home.buttons
    before = await kinds(stage)
    for line in (
        "/soc controls",
        "/soc assign AC-01 @Ada",
        "/soc assign CC6.1 @Ada",
        "/soc assign AC-01 ada",
    ):
        answer = await ada.commands(line)
        assert answer is not None
        assert answer.text == LEADS_ONLY
    option = {"type": "static_select", "selected_option": {"value": "weekly"}}
    number = {"type": "number_input", "value": "3"}
    forms = {
        "controls": {"search": {"type": "plain_text_input", "value": "AC-01"}},
        "rhythm": {"cadence": option, "due_days": number, "grace_days": number},
        "assign_many": {"owned_by": {"selected_user": CLEO}, "owner": {"selected_user": ada.id}},
    }
    buttons = (
        "open_controls",
        "show_control",
        "open_rhythm",
        "open_assign_many",
        "assign_many",
        "next_controls",
    )
    async with open_postbox(stage) as slack:
        for callback, values in forms.items():
            response = await slack.submits(ada.id, callback, "AC-01 token", values)
            assert list(response.json["errors"].values()) == [LEADS_ONLY], callback
        for action in (*buttons, "next_history"):
            so_far = await ada.so_far()
            assert (await slack.presses(ada.id, action, "AC-01 U0ADA")).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)
    assert await kinds(stage) == before
    control = next(each for each in await rows(stage, Control) if each.id == "AC-01")
    assert control.cadence is Cadence.QUARTERLY
