"""The request to own a control, its receipt, and what leads read while nobody owns it."""

import pytest

from bot.blocks.ids import Action, Callback, Field
from bot.blocks.wording import CADENCE_WORDS
from bot.owners.views.ownership import (
    assign_modal,
    cadence_words,
    decline_ownership_modal,
    missing_backup_request,
    offer_receipt,
    offer_request,
    unowned_receipt,
    unowned_request,
)
from storage.terms import Cadence, OwnershipRole, OwnershipState, TriggerKind
from tests.bot.samples import LONG, SPELL, Faults, actions_of, control, ownership, read, sound

WORST = {"title": LONG, "does": LONG, "why": LONG, "evidence": LONG}


def test_ben_is_told_what_he_would_take_on():
    shown = offer_request(ownership(), control(), "Cleo Marchetti")

    assert read(shown) == (
        "Cleo Marchetti asks you to be the owner of AC-01 Quarterly user access review\n"
        "You see that it is done, and I ask you for the evidence.\n"
        "How often: Every quarter; evidence is due 10 days after each period ends.\n"
        "What is done: Compare who has access with who needs it, and remove the rest.\n"
        "Why: Rights add up quietly.\n"
        "Good evidence: The full user listing with the date it was run, and each decision.\n"
        "Accept puts your name in the record. Decline asks for your reason and goes back to compliance.\n"
        "[Accept] [Decline]"
    )
    assert actions_of(shown) == {Action.ACCEPT_OWNERSHIP: "own1", Action.DECLINE_OWNERSHIP: "own1"}


def test_the_text_alone_says_it_all():
    text = offer_request(ownership(), control(), "Cleo Marchetti").text

    for words in (
        "Cleo Marchetti",
        "owner of AC-01",
        "Every quarter",
        "10 days",
        "Compare who",
        "Rights add",
    ):
        assert words in text
    assert "The full user listing" in text
    assert "Press Accept or Decline" in text


def test_a_backup_is_told_the_difference():
    shown = read(offer_request(ownership(role=OwnershipRole.BACKUP), control(), "Cleo"))

    assert "be the backup owner of AC-01" in shown
    assert "You step in when the owner cannot." in shown


def test_every_cadence_has_words():
    assert set(CADENCE_WORDS) == set(Cadence)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cadence": Cadence.BIWEEKLY}, "Every two weeks; evidence is due 10 days after each period ends."),
        ({"cadence": Cadence.ONE_OFF}, "Once; evidence is due 10 days after the window ends."),
        ({"cadence": Cadence.DAILY, "due_days": 0}, "Every day; evidence is due when each period ends."),
        (
            {"cadence": Cadence.ON_EVENT, "triggered_by": TriggerKind.ROLE_CHANGE, "sla_days": 1},
            "After each role change, within 1 day; the list of them all is due 10 days after each quarter ends.",
        ),
        (
            {"cadence": Cadence.ON_EVENT, "sla_days": 0, "due_days": 0},
            "After each event, on the same day; the list of them all is due when each quarter ends.",
        ),
    ],
)
def test_the_rhythm_names_what_the_days_count_from(changes, words):
    assert cadence_words(control(**changes)) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (OwnershipState.OFFERED, "You have not answered yet."),
        (OwnershipState.ACCEPTED, "You accepted: you are the owner of AC-01 Quarterly user access review."),
        (OwnershipState.DECLINED, "You declined to be the owner of AC-01"),
        (OwnershipState.ENDED, "Closed: you are not the owner of AC-01"),
    ],
)
def test_the_receipt_is_one_line(state: OwnershipState, words: str):
    shown = offer_receipt(ownership(state=state), control())

    assert words in read(shown)
    assert shown.text == read(shown)
    assert "\n" not in shown.text


def test_declining_asks_for_a_reason():
    form = decline_ownership_modal(ownership(), control())

    assert (form["callback_id"], form["private_metadata"]) == (Callback.DECLINE, "own1")
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == [Field.REASON]


def test_assigning_shows_who_has_what():
    form = assign_modal([(control(), "Ben Castillo"), (control(id="CM-02"), None)], chosen="CM-02")

    assert form["callback_id"] == Callback.ASSIGN
    assert [block["block_id"] for block in form["blocks"]] == [Field.CONTROL, Field.OWNER, Field.BACKUP]
    assert "AC-01 Quarterly user access review — now: Ben Castillo" in read(form)
    assert "CM-02 Quarterly user access review — now: nobody (chosen)" in read(form)
    assert "Backup owner (optional)" in read(form)


def test_a_long_title_gives_way_to_the_owner(faults: Faults):
    form = assign_modal([(control(id=f"X-{n}", title=LONG), LONG if n else None) for n in range(100)])

    sound(form, faults)
    assert "… — now: nobody" in read(form)
    assert "… — now: <!channel>" in read(form)


def test_an_unowned_control_says_why():
    shown = unowned_request(control(), "Ben Castillo declined: “I leave in May.”")

    assert read(shown).splitlines()[:2] == [
        "Nobody answers for AC-01 Quarterly user access review.",
        "Ben Castillo declined: “I leave in May.”",
    ]
    assert actions_of(shown) == {Action.OPEN_ASSIGN: "AC-01"}
    assert "I leave in May" in shown.text
    assert read(unowned_receipt(control(), "Eva")) == "Done: AC-01 Quarterly user access review is with Eva."
    assert "does not wait" in unowned_receipt(control(), None).text


def test_a_missing_backup_leaves_the_owner_named():
    shown = missing_backup_request(control(), "Ben Castillo", "Farid Haddad declined: “Too far.”")

    assert read(shown).splitlines()[:3] == [
        "AC-01 Quarterly user access review has no backup owner.",
        "Farid Haddad declined: “Too far.”",
        "Ben Castillo stays its owner. To name another backup, assign both again.",
    ]
    assert actions_of(shown) == {Action.OPEN_ASSIGN: "AC-01"}


def test_the_worst_words(faults: Faults):
    worst = control(**WORST)

    sound(offer_request(ownership(), worst, LONG), faults)
    sound(decline_ownership_modal(ownership(), worst), faults)
    sound(unowned_request(worst, LONG * 3), faults)
    sound(missing_backup_request(worst, LONG, LONG * 3), faults)
    sound(unowned_receipt(worst, SPELL), faults)
    for state in OwnershipState:
        sound(offer_receipt(ownership(state=state), worst), faults)
