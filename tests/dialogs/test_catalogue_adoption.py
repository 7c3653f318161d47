"""Cleo adopts a control of the catalogue: it is scheduled, recorded and ready to be assigned; nobody else does."""

from handlers.sandbox.cast import Cast, Player, View
from handlers.stack import Stage
from storage.evidence import Occurrence
from storage.programme import Control
from storage.record import entries
from storage.terms import Event, TriggerKind
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, proved, rows
from tests.dialogs.test_controls import LEADS_ONLY, card_of, controls_of


async def catalogue_of(lead: Player) -> View:
    controls = await controls_of(lead)
    await lead.presses("Catalog", controls)
    page = await lead.modal("Find a control that is not adopted")
    assert page.id == controls.id
    return page


async def proposed_page(lead: Player, control_id: str) -> View:
    """The control's page in the catalogue, after a search with Enter."""
    await lead.presses("search_catalogue", await catalogue_of(lead), selected=control_id)
    results = await lead.modal(f"“{control_id}”")
    assert results.buttons.count("Open") == 1
    await lead.presses("Open", results)
    return await lead.modal("It is not adopted")


async def adopted_ids(stage: Stage) -> set[str]:
    return {row.id for row in await rows(stage, Control)}


async def test_the_catalogue_holds_what_is_not_run_page_by_page(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    first = await catalogue_of(cleo)
    rest = len(stage.service.desk.library.catalogue) - len(await adopted_ids(stage))
    assert f"{rest} controls in all, page 1 of {-(-rest // 10)}." in first.text
    assert "AC-02 Single sign-on" in first.text
    assert "AC-01" not in first.text
    assert first.buttons.count("Open") == 10

    await cleo.presses("Next", first)
    second = await cleo.modal("page 2 of")
    assert second.id == first.id
    await cleo.presses("Previous", second)
    await cleo.modal("page 1 of")
    assert await cleo.submits(second, {"search_catalogue": "AC-04"}) == {}
    results = await cleo.modal("1 control fits “AC-04”.")
    assert "AC-04 Privileged access justified" in results.text
    assert "Every quarter · CC6" in results.text
    await cleo.presses("Adopted controls", results)
    assert "15 controls in all" in (await cleo.modal("Find a control")).text
    assert (await cast.calls())["refused"] == []


async def test_a_lead_adopts_and_the_record_proves_it(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await kinds(stage)
    page = await proposed_page(cleo, "AC-04")
    for words in ("What is done:", "Why:", "Good evidence:", "Criteria CC6", "Typical requests", "[Adopt]"):
        assert words in page.text, words
    assert await kinds(stage) == before

    await cleo.presses("Adopt", page)
    card = await cleo.modal("Owner nobody")
    assert card.id == page.id
    assert "Mon 5 Oct 2026: Cleo Marchetti adopted it from the catalog." in card.text
    assert (await kinds(stage))[len(before) :] == [Event.CONTROL_ADDED]
    occurrences = [row for row in await rows(stage, Occurrence) if row.control_id == "AC-04"]
    assert [row.label for row in occurrences] == ["Q4 2026"]
    async with stage.service.desk.sessions.reading() as session:
        entry = await entries.newest_entry(session, Event.CONTROL_ADDED, "control/AC-04")
    assert entry is not None
    assert '"actor":"U0CLEO"' in entry.leaf
    assert '"source":"catalogue"' in entry.leaf

    await cleo.presses("Assign", card)
    form = await cleo.modal("Assign a control")
    assert await cleo.submits(form, {"Owner": "Ben"}) == {}
    await cleo.modal("Owner Ben Castillo (offered, not accepted yet)")
    await proved(stage)


async def test_what_is_adopted_stands_in_the_list_with_its_due_date(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Adopt", await proposed_page(cleo, "AC-04"))
    due = "Next due Mon 11 Jan 2027"
    await cleo.modal(due)

    assert due in (await card_of(cleo, "AC-04")).text
    answer = await cleo.commands("/soc controls AC-04")
    assert answer is not None
    assert "next due Mon 11 Jan 2027 · nobody owns it" in answer.text
    await cleo.presses("search_catalogue", await catalogue_of(cleo), selected="AC-04")
    await cleo.modal("No control fits “AC-04”.")


async def test_what_follows_an_event_is_adopted_with_its_quarterly_listing(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    page = await proposed_page(cleo, "AC-07")
    cadence = "How often After each leaver, within 1 day; the list of them all is due 3 days after each quarter ends"
    assert cadence in page.text
    await cleo.presses("Adopt", page)
    await cleo.modal("Next due Mon 4 Jan 2027")
    assert "AC-07" in await adopted_ids(stage)
    [control] = [row for row in await rows(stage, Control) if row.id == "AC-07"]
    assert control.triggered_by is TriggerKind.LEAVER
    await proved(stage)


async def test_adopting_twice_says_so(stage: Stage, cast: Cast):
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    of_cleo, of_dan = await proposed_page(cleo, "AC-04"), await proposed_page(dan, "AC-04")
    await cleo.presses("Adopt", of_cleo)
    await cleo.modal("Owner nobody")
    before = await kinds(stage)

    await dan.presses("Adopt", of_dan)
    await dan.modal("AC-04 Privileged access justified is adopted already.")
    assert await kinds(stage) == before
    assert len([row for row in await rows(stage, Occurrence) if row.control_id == "AC-04"]) == 1
    await proved(stage)


async def test_an_employee_is_refused_and_nothing_changes(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.opens_dm()
    await ada.home()
    before, adopted_before = await kinds(stage), await adopted_ids(stage)
    async with open_postbox(stage) as slack:
        words = {"search_catalogue": {"type": "plain_text_input", "value": "AC-04"}}
        response = await slack.submits(ada.id, "catalogue", "", words)
        assert list(response.json["errors"].values()) == [LEADS_ONLY]
        for action in (
            "open_catalogue",
            "search_catalogue",
            "next_catalogue",
            "show_proposed_control",
            "adopt_control",
        ):
            so_far = await ada.so_far()
            assert (await slack.presses(ada.id, action, "AC-04")).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)
    assert (await kinds(stage), await adopted_ids(stage)) == (before, adopted_before)


async def test_what_the_catalogue_does_not_hold_cannot_be_adopted(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.opens_dm()
    before = await kinds(stage)
    async with open_postbox(stage) as slack:
        await slack.presses(cleo.id, "adopt_control", "ZZ-99")
        await cleo.hears("This request has closed.")
    assert await kinds(stage) == before
