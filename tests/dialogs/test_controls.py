"""Cleo finds a control, sees how it stands, assigns it and changes its rhythm; nobody else does."""

from pathlib import Path

import pytest
from sqlmodel import select

from bot.assigning import MOST_AT_ONCE
from handlers.sandbox.cast import Cast, Player, View
from handlers.stage import Stage
from storage import record
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.programme import Control
from storage.terms import Cadence, Event, ObligationKind, ObligationState, OccurrenceState, OwnershipRole
from storage.terms import OwnershipState as State
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import continued
from tests.dialogs.steps import BEN, CLEO, EVA, kinds, nothing_waits, owns, proved, rows

LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."
MONTHLY = {"How often": "Every month", "Why": "The auditor asked for it."}


async def controls_of(lead: Player) -> View:
    await lead.presses("Controls", await lead.home("The programme"))
    return await lead.modal("Find a control")


async def searches(lead: Player, page: View, words: str) -> View:
    """Types it and presses Enter."""
    await lead.presses("search", page, selected=words)
    return await lead.modal(f"“{words}”")


async def card_of(lead: Player, control_id: str) -> View:
    found = await searches(lead, await controls_of(lead), control_id)
    assert found.buttons.count("Open") == 1
    await lead.presses("Open", found)
    return await lead.modal(f"Control {control_id}")


async def scheduled(stage: Stage, control_id: str) -> dict[str, OccurrenceState]:
    return {row.label: row.state for row in await rows(stage, Occurrence) if row.control_id == control_id}


async def held(stage: Stage) -> set[tuple[str, str, OwnershipRole]]:
    """What is offered or accepted now."""
    current = (State.OFFERED, State.ACCEPTED)
    return {
        (row.control_id, row.person_id, row.role)
        for row in await rows(stage, Ownership)
        if row.state in current
    }


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
    ("words", "found"),
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
    stage: Stage, cast: Cast, words: str, found: list[str]
):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "AC-01", "CM-02")
    told = await cleo.commands(f"/soc controls {words}")
    assert told is not None
    assert told.ephemeral
    assert [line[:5] for line in told.text.splitlines() if "Owner:" in line] == found
    assert all(control_id in told.fallback for control_id in found)
    page = await searches(cleo, await controls_of(cleo), words)
    assert page.buttons.count("Open") == len(found)


async def test_the_answer_to_the_command_leads_to_the_list_and_its_buttons_carry_no_words(
    stage: Stage, cast: Cast
):
    """Whoever may read a message's payload reads ids there, and nothing that a person typed."""
    cleo = cast.person("Cleo")
    told = await cleo.commands("/soc controls risk")
    assert told is not None
    carried = {
        element.get("value", "")
        for block in told.blocks
        for element in [*block.get("elements", []), block.get("accessory", {})]
    }
    assert carried <= {"", *(row.id for row in await rows(stage, Control))}
    await cleo.presses("All controls", told)
    page = await cleo.modal("15 controls in all, page 1 of 2.")

    assert await cleo.submits(page, {"search": "AC-01"}) == {}
    assert (await cleo.modal("1 control fits “AC-01”.")).id == page.id
    asked = await cleo.commands("/soc controls of our auditor?")
    assert asked is not None
    assert "fit" not in asked.text.splitlines()[0]


async def test_more_than_the_answer_holds_is_said_and_found_in_the_list(cast: Cast):
    told = await cast.person("Cleo").commands("/soc controls")
    assert told is not None
    assert told.text.startswith("15 controls in all, page 1 of 2.")
    assert "The rest you find with All controls" in told.text
    assert "The rest you find with All controls" in told.fallback


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


async def test_another_rhythm_is_shown_before_it_is_saved(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Change cadence")
    before = await kinds(stage)
    assert await cleo.submits(form, MONTHLY) == {}
    seen = await cleo.modal("Before you save 3 occurrences are added, 1 occurrence is withdrawn.")
    assert "[Save]" in seen.text
    assert await kinds(stage) == before

    assert await cleo.submits(seen) == {}
    card = await cleo.modal("How often every month")
    assert "Reason: The auditor asked for it." in card.text
    assert await scheduled(stage, "AC-01") == {
        "Q3 2026": OccurrenceState.OPEN,
        "Q4 2026": OccurrenceState.WITHDRAWN,
        "October 2026": OccurrenceState.OPEN,
        "November 2026": OccurrenceState.OPEN,
        "December 2026": OccurrenceState.OPEN,
    }
    async with stage.service.desk.sessions.reading() as session:
        entry = await record.entry_of_kind(session, Event.CONTROL_RESCHEDULED, "control/AC-01")
    assert entry is not None
    assert '"after":{"cadence":"monthly","due_days":10,"grace_days":5}' in entry.leaf
    assert '"before":{"cadence":"quarterly"' in entry.leaf
    assert "The auditor asked" not in entry.leaf
    await proved(stage)


async def test_what_changes_after_it_was_shown_is_shown_again(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    await cleo.submits(await cleo.modal("Change cadence"), MONTHLY)
    seen = await cleo.modal("Before you save 3 occurrences")

    assert await cleo.submits(seen, {"How often": "Every week"}) == {}
    again = await cleo.modal("Before you save 12 occurrences are added")
    assert await cleo.submits(again) == {}
    assert len(await scheduled(stage, "AC-01")) == 14
    await proved(stage)


async def test_what_happens_on_event_needs_its_days_first(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await scheduled(stage, "AC-01")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    refused = await cleo.submits(
        await cleo.modal("Change cadence"), {"How often": "After each event", "Why": "Because."}
    )
    assert "needs the days within which it must be done" in str(refused)
    assert await scheduled(stage, "AC-01") == before


async def test_back_to_the_old_rhythm_the_same_occurrences_return(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await scheduled(stage, "AC-01")
    card = await card_of(cleo, "AC-01")
    for often in ("Every month", "Every quarter"):
        await cleo.presses("Change cadence", card)
        form = await cleo.modal("Now:")
        await cleo.submits(form, {"How often": often, "Why": "Because."})
        await cleo.submits(await cleo.modal("Before you save"))
        card = await cleo.modal(f"How often {often.lower()}")
    after = await scheduled(stage, "AC-01")
    assert {label: state for label, state in after.items() if label in before} == before
    assert {after[label] for label in after.keys() - before.keys()} == {OccurrenceState.WITHDRAWN}
    await cleo.home("SOC 2 Type 2")
    await proved(stage)


async def test_what_is_handed_in_or_over_stays_and_what_is_asked_moves(ben_is_asked: Path):
    """Ben is asked for the third quarter, which is over: it keeps its date."""
    async with continued(ben_is_asked) as (stage, cast):
        cleo, ben = cast.person("Cleo"), cast.person("Ben")
        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        form = await cleo.modal("Change cadence")
        given = {"due_days": "0", "grace_days": "0", "Why": "Sooner."}
        await cleo.submits(form, given)
        await cleo.submits(await cleo.modal("1 occurrence is given new dates."))
        dues = {
            row.label: (row.due_on.isoformat(), row.grace_days)
            for row in await rows(stage, Occurrence)
            if row.control_id == "AC-01"
        }
        assert dues == {"Q3 2026": ("2026-10-12", 5), "Q4 2026": ("2026-12-31", 0)}
        await ben.hears("Mon 12 Oct 2026")

        await cast.clock.to("2026-12-28T09:00:00Z")
        await ben.home("Thu 31 Dec 2026")
        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        await cleo.submits(await cleo.modal("Change cadence"), given | {"due_days": "4"})
        await cleo.submits(await cleo.modal("1 occurrence is given new dates."))
        await nothing_waits(stage)
        await ben.home("Mon 4 Jan 2027")
        assert Event.OBLIGATION_MOVED in await kinds(stage)

        await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
        await cleo.submits(await cleo.modal("Change cadence"), MONTHLY)
        await cleo.submits(await cleo.modal("1 occurrence is added, 1 occurrence is withdrawn."))
        await nothing_waits(stage)
        owed = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.EVIDENCE]
        fourth = next(row for row in await rows(stage, Occurrence) if row.label == "Q4 2026")
        assert [row.state for row in owed if row.subject == fourth.id] == [ObligationState.WITHDRAWN]
        async with open_postbox(stage) as slack:
            late = await slack.submits(BEN, "evidence", fourth.id, {"note": {"value": "Done."}})
        assert late.json["errors"] == {
            "note": "The schedule has changed, and nothing is asked for this period any more."
        }
        await proved(stage)


async def test_what_cannot_be_is_said_at_the_field(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Change cadence")
    days = "Please give a whole number of days from 0 to 90."
    for given, errors in (
        ({"due_days": "91"}, {"due_days": days}),
        ({"grace_days": "-1"}, {"grace_days": days}),
        ({}, {"cadence": "This is how it is already; nothing was changed."}),
    ):
        unchanged = {"due_days": "10", "grace_days": "5", "Why": "x"}
        assert await cleo.submits(form, unchanged | given) == errors
    await cleo.submits(form, unchanged | {"due_days": "11", "Why": "  "})
    assert "reason" in await cleo.submits(await cleo.modal("Before you save"))
    assert Event.CONTROL_RESCHEDULED not in await kinds(stage)


async def test_a_command_assigns_and_leaves_the_backup(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    told = await cleo.commands("/soc assign ac-01 @Ben @Eva")
    assert told is not None
    assert "AC-01 Quarterly user access review is offered to Ben Castillo, with Eva Lindqvist" in told.text
    assert "as the backup. They are asked with their next reminder" in told.fallback
    again = await cleo.commands("/soc assign AC-01 farid")
    assert again is not None
    assert "is offered to Farid Haddad." in again.text

    farid = cast.person("Farid").id
    backup, primary = OwnershipRole.BACKUP, OwnershipRole.PRIMARY
    assert await held(stage) == {("AC-01", farid, primary), ("AC-01", EVA, backup)}
    await cleo.commands("/soc assign AC-01 @Eva")
    assert await held(stage) == {("AC-01", EVA, primary)}
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
    told = await cast.person("Cleo").commands(line)
    assert told is not None
    assert words in told.text
    assert await rows(stage, Ownership) == []


async def test_all_controls_of_a_criterion_are_offered_and_assigned_by_one_press(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "RA-02")
    offer = await cleo.commands("/soc assign CC3.2 @Eva")
    assert offer is not None
    assert "3 controls serve CC3.2 and would go to Eva Lindqvist. Nothing is changed yet." in offer.text
    assert "— now: Ben Castillo" in offer.fallback
    assert len(await held(stage)) == 1

    await cleo.presses("Assign 3 controls", offer)
    await cleo.hears("3 controls are offered to Eva Lindqvist.")
    assert {(each, person) for each, person, _ in await held(stage)} == {
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
    seen = await cleo.modal("3 controls would go to Eva Lindqvist. Press Assign to do it.")
    assert await cleo.submits(seen) == {}
    await cleo.modal("3 controls are offered to Eva Lindqvist.")


async def test_all_of_somebody_s_controls_go_to_another(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "AC-01", "CM-02", "RA-02")
    before = await held(stage)
    await cleo.presses("Assign several", await controls_of(cleo))
    form = await cleo.modal("Assign several")
    errors = await cleo.submits(form, {"New owner": "Eva"})
    assert errors == {"owned_by": "Choose whose controls, or what they serve."}
    both = {"owned_by": "Ben", "New owner": "Omar"}
    assert list(await cleo.submits(form, both)) == ["owner"]
    assert await cleo.submits(form, {"owned_by": "Ben", "New owner": "Eva"}) == {}
    seen = await cleo.modal("3 controls would go to Eva Lindqvist.")
    assert await held(stage) == before

    assert await cleo.submits(seen) == {}
    await cleo.modal("3 controls are offered to Eva Lindqvist.")
    assert {person for _, person, _ in await held(stage)} == {EVA}
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
    assert ("RA-02", BEN, OwnershipRole.PRIMARY) in await held(stage)


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
    async with desk.transaction() as session:
        session.add_all(many)
        record.append(session, Event.CONTENT_ADOPTED, "setup", desk.now(), *many)

    told = await cast.person("Cleo").commands("/soc assign CC4.1 @Eva")
    assert told is not None
    assert told.text == "These are 101 controls; assign at most 100 at once, by owner or criterion."
    assert await held(stage) == set()


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
        told = await ada.commands(line)
        assert told is not None
        assert told.text == LEADS_ONLY
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
            told = await slack.submits(ada.id, callback, "AC-01 token", values)
            assert list(told.json["errors"].values()) == [LEADS_ONLY], callback
        for action in (*buttons, "next_history"):
            so_far = await ada.so_far()
            assert (await slack.presses(ada.id, action, "AC-01 U0ADA")).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)
    assert await kinds(stage) == before
    control = next(each for each in await rows(stage, Control) if each.id == "AC-01")
    assert control.cadence is Cadence.QUARTERLY


async def test_no_row_is_lost_by_a_change(stage: Stage, cast: Cast):
    """Withdrawn occurrences stay as rows, and readiness counts without them."""
    async with stage.service.desk.sessions.reading() as session:
        before = set((await session.exec(select(Occurrence.id))).all())
    cleo = cast.person("Cleo")
    await cleo.presses("Change cadence", await card_of(cleo, "BK-01"))
    await cleo.submits(await cleo.modal("Change cadence"), {"How often": "Once a year", "Why": "Test."})
    await cleo.submits(await cleo.modal("Before you save"))
    await cleo.modal("How often once a year")
    async with stage.service.desk.sessions.reading() as session:
        after = set((await session.exec(select(Occurrence.id))).all())
    assert before < after
    await cleo.home("occurrences scheduled = ")
