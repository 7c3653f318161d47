"""Cleo offers a control, Ben takes it or says why not, and nobody is left without an answer."""

from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.terms import Event, ObligationKind, ObligationState, OwnershipRole, OwnershipState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, owns, proved, rows

CONTROL = "AC-01"
HALF_PAST_NINE = "2026-10-05T07:30:00Z"  # in Berlin
LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."


async def assigns(lead: Player, owner: str, backup: str | None = None) -> dict[str, str]:
    """From Home; the errors that the form shows."""
    await lead.presses("Assign a control", await lead.home())
    form = await lead.modal("Assign a control")
    chosen = {"control": CONTROL, "Owner": owner} | ({"Backup owner": backup} if backup else {})
    return await lead.submits(form, chosen)


async def asked(cast: Cast, stage: Stage, name: str = "Ben") -> ScreenMessage:
    """The bundle in which Ben reads that he is to own the control."""
    assert await assigns(cast.person("Cleo"), name) == {}
    await cast.clock.to(HALF_PAST_NINE)
    return await cast.person(name).hears("Cleo Marchetti asks you to be the owner of AC-01")


async def states(stage: Stage) -> dict[tuple[str, OwnershipRole], OwnershipState]:
    return {(held.person_id, held.role): held.state for held in await rows(stage, Ownership)}


async def test_the_owner_is_asked_in_the_next_bundle_and_accepts_in_it(stage: Stage, cast: Cast):
    ben, eva, cleo = cast.person("Ben"), cast.person("Eva"), cast.person("Cleo")
    assert await assigns(cleo, "Ben", "Eva") == {}
    assert await ben.messages() == []

    assert (await cast.clock.next()).pop().isoformat() == "2026-10-05T07:30:00+00:00"
    bundle = await ben.hears("Reminder for Mon 5 Oct 2026")
    assert "Cleo Marchetti asks you to be the owner of AC-01" in bundle.text
    assert "Press Accept or Decline." in bundle.fallback
    backup = await eva.hears("asks you to be the backup owner of AC-01")

    await ben.presses("Accept", bundle)
    receipt = await ben.hears("You accepted: you are the owner of AC-01", after=bundle)
    assert (receipt.ts, receipt.buttons) == (bundle.ts, [])
    await eva.presses("Accept", backup)
    await eva.hears("You accepted: you are the backup owner of AC-01")

    await ben.home("AC-01 Quarterly user access review: next due")
    await eva.home("AC-01 Quarterly user access review: you are the backup; next due")
    await cleo.home("Controls without an owner: 14")
    assert set((await states(stage)).values()) == {OwnershipState.ACCEPTED}
    assert (await kinds(stage)).count(Event.OWNERSHIP_ACCEPTED) == 2
    await proved(stage)


async def test_a_refusal_reaches_every_lead_with_its_reason(stage: Stage, cast: Cast):
    ben, cleo, dan = cast.person("Ben"), cast.person("Cleo"), cast.person("Dan")
    bundle = await asked(cast, stage)

    await ben.presses("Decline", bundle)
    form = await ben.modal("You decline to be the owner of AC-01")
    assert "reason" in (await ben.submits(form, {"Why": "  "}))["reason"]
    assert await ben.submits(form, {"Why": "I leave in <May>."}) == {}

    await ben.hears("You declined to be the owner of AC-01", after=bundle)
    why = "Ben Castillo declined: “I leave in <May>.”"
    assert why in (await cleo.home("Nobody answers for AC-01")).text
    await cast.clock.to("2026-10-05T13:30:00Z")
    assert why in (await dan.hears("Nobody answers for AC-01")).text
    await cast.clock.to("2026-10-06T07:30:00Z")
    message = await cleo.hears("Nobody answers for AC-01")
    assert why in message.text

    await cleo.presses("Assign", message)
    form = await cleo.modal("Assign a control")
    assert "(chosen)" in form.text or CONTROL in str(form.values)
    assert await cleo.submits(form, {"Owner": "Eva"}) == {}
    await cleo.hears("Done: AC-01", after=message)
    await dan.hears("is with Eva Lindqvist")
    await proved(stage)


async def test_a_backup_s_refusal_leaves_the_owner_in_place(stage: Stage, cast: Cast):
    farid, cleo = cast.person("Farid"), cast.person("Cleo")
    assert await assigns(cleo, "Ben", "Farid") == {}
    await farid.presses("Decline", await farid.home("backup owner of AC-01"))
    assert await farid.submits(await farid.modal(), {"Why": "Too far away."}) == {}

    home = await cleo.home("AC-01 Quarterly user access review has no backup owner.")

    assert "Farid Haddad declined: “Too far away.”" in home.text
    assert "Ben Castillo stays its owner." in home.text
    assert "Nobody answers for" not in home.text
    before = await states(stage)
    assert await assigns(cleo, "Ben", "Eva") == {}
    asked = {("U0EVA", OwnershipRole.BACKUP): OwnershipState.OFFERED}
    assert await states(stage) == before | asked
    await stage.service.settle()
    assert "has no backup owner" not in (await cleo.home()).text


async def test_who_cannot_own_is_an_error_at_the_field(stage: Stage, cast: Cast):
    members_only = "This person cannot own a control: only full, active members can."
    for owner, backup, errors in (
        ("Ben", "Ben", {"backup": "Owner and backup must be two people."}),
        ("Omar", "Ben", {"owner": members_only}),
        ("Ben", "Omar", {"backup": members_only}),
        ("Socrates", None, {"owner": members_only}),
        ("Hugo", None, {"owner": members_only}),
    ):
        assert await assigns(cast.person("Cleo"), owner, backup) == errors

    assert await rows(stage, Ownership) == []


async def test_a_second_press_hears_that_it_is_recorded(stage: Stage, cast: Cast):
    ben = cast.person("Ben")
    bundle = await asked(cast, stage)
    await ben.presses("Accept", bundle)
    await ben.hears("You accepted", after=bundle)

    await ben.presses("Accept", bundle, stale=True)

    await ben.hears("This is already recorded: accepted, Mon 5 Oct 2026, 09:30 CEST.")
    assert (await kinds(stage)).count(Event.OWNERSHIP_ACCEPTED) == 1


async def test_nobody_answers_for_somebody_else(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await asked(cast, stage)
    await stage.service.settle()
    (held,) = await rows(stage, Ownership)
    before = await kinds(stage)
    await ada.opens_dm()
    async with open_postbox(stage) as slack:
        for action in ("accept_ownership", "decline_ownership"):
            assert (await slack.presses(ada.id, action, held.id)).status == 200
        reason = {"reason": {"type": "plain_text_input", "value": "No."}}
        told = await slack.submits(ada.id, "decline", held.id, reason)

    words = "Only Ben Castillo, who was asked, can answer this."
    assert told.json["errors"] == {"reason": words}
    await ada.hears(words)
    assert await kinds(stage) == before
    assert list((await states(stage)).values()) == [OwnershipState.OFFERED]


async def test_what_a_lead_does_is_refused_to_others_with_the_leads_names(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.opens_dm()
    before = await kinds(stage)
    text = {"type": "plain_text_input", "value": "Because."}
    forms = {
        "assign": {
            "control": {"type": "static_select", "selected_option": {"value": CONTROL}},
            "owner": {"type": "users_select", "selected_user": "U0BEN"},
        },
        "publish": {"policy": {"type": "static_select", "selected_option": {"value": "rubbish"}}},
        "answer": {"answer": text},
        "reject": {"reason": text},
    }
    buttons = (
        "open_assign",
        "open_publish",
        "open_answer",
        "adopt_entries",
        "show_file",
        "accept_evidence",
        "open_reject",
    )
    async with open_postbox(stage) as slack:
        for callback, values in forms.items():
            told = await slack.submits(ada.id, callback, "rubbish", values)
            assert list(told.json["errors"].values()) == [LEADS_ONLY], callback
        for action in buttons:
            so_far = await ada.so_far()
            assert (await slack.presses(ada.id, action, "rubbish")).status == 200
            await ada.hears(LEADS_ONLY, after=so_far)

    assert await kinds(stage) == before


async def test_a_new_owner_relieves_the_old_one_of_what_was_asked(stage: Stage, cast: Cast):
    ben, eva = cast.person("Ben"), cast.person("Eva")
    await owns(stage, ben.id, CONTROL)
    await cast.clock.to(HALF_PAST_NINE)
    request = await ben.hears("Upload evidence")

    await assigns(cast.person("Cleo"), "Eva")
    relieved = await ben.hears("Closed:", after=request)
    assert relieved.ts == request.ts
    assert "Upload evidence" not in relieved.text
    await eva.presses("Accept", await eva.home("owner of AC-01"))
    await cast.clock.to("2026-10-06T07:30:00Z")

    await eva.hears("Upload evidence")
    owed = {
        row.person_id: row.state
        for row in await rows(stage, Obligation)
        if row.kind is ObligationKind.EVIDENCE
    }
    assert owed == {ben.id: ObligationState.WITHDRAWN, eva.id: ObligationState.OPEN}


async def test_a_control_whose_owner_leaves_comes_back_to_the_leads(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await owns(stage, "U0BEN", CONTROL)
    await cast.clock.to(HALF_PAST_NINE)
    await cast.joins("U0BEN", "Ben Castillo", deleted=True)
    await cast.clock.to("2026-10-06T07:30:00Z")

    message = await cleo.hears("Nobody answers for AC-01")

    assert "Ben Castillo, who was to see to it, cannot act in this workspace any more." in message.text
    await cleo.home("Controls without an owner: 15")
    states_by_kind = {(row.kind, row.person_id): row.state for row in await rows(stage, Obligation)}
    assert states_by_kind[ObligationKind.EVIDENCE, "U0BEN"] is ObligationState.WITHDRAWN
    await cleo.presses("Assign", message)
    assert await cleo.submits(await cleo.modal(), {"Owner": "Eva"}) == {}
    await cleo.hears("is with Eva Lindqvist", after=message)
    await proved(stage)
