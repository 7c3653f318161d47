"""Handing over a control: what the owner, the person named and the leads read."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.blocks.forms import home
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import section
from bot.owners.rules.ownership import DigestHandover, PendingHandover
from bot.owners.views import handovers
from bot.owners.views.ownership import offer_request
from storage.handovers import Handover
from storage.terms import HandoverState
from tests.bot.samples import LONG, NINE, SPELL, Faults, actions_of, control, ownership, read, sound

WORST = control(title=LONG, does=LONG, why=LONG, evidence=LONG)
PASSING = PendingHandover(date(2026, 10, 5), "Ben Castillo", "Farid Haddad", "I moved.", None)
CALLED = "AC-01 Quarterly user access review"


def handover(**changes: Any) -> Handover:
    defaults: dict[str, Any] = {
        "id": "hand1",
        "control_id": "AC-01",
        "from_id": "U0BEN",
        "to_id": "U0FARID",
        "ownership_id": "own2",
        "reason": "I moved.",
        "asked_at": NINE,
    }
    return Handover(**{**defaults, **changes})


def test_the_form_says_what_happens_before_it_does():
    shown = handovers.handover_form([control()])

    assert (shown["callback_id"], shown["private_metadata"]) == (Callback.HAND_OVER, "AC-01")
    assert [block["block_id"] for block in shown["blocks"] if block["type"] == "input"] == [
        Field.OWNER,
        Field.REASON,
    ]
    assert read(shown).endswith(
        "Whoever you name is asked with their next reminder. Until they accept, the control stays yours and I ask "
        "you for its evidence. If you name nobody, the compliance team is asked to find its owner."
    )


def test_of_several_controls_one_is_chosen():
    shown = handovers.handover_form([control(), control(id="CM-02", title="Change review")])

    assert shown["private_metadata"] == ""
    assert shown["blocks"][0]["block_id"] == Field.CONTROL


def test_farid_is_told_why_and_that_ben_owns_it_until_he_answers():
    shown = offer_request(
        ownership(),
        control(),
        "Ben Castillo",
        handovers.taking_over_words("Ben Castillo", "I moved."),
        "Ben Castillo",
    )

    for words in (read(shown), shown.text):
        assert f"Ben Castillo asks you to be the owner of {CALLED}" in words
        assert "Ben Castillo owns it until you accept, and says: “I moved.”" in words
    assert "Decline asks for your reason and goes back to Ben Castillo." in read(shown)


def test_what_came_back_can_be_kept_or_given_to_somebody_else():
    shown = handovers.returned_handover_request(handover(), control(), "Farid Haddad declined: “Not mine.”")

    assert read(shown) == (
        f"{CALLED} stays yours, as you found nobody yet\n"
        "Farid Haddad declined: “Not mine.”\n"
        "Keep it, or name somebody else. Both are kept in the record, and the compliance team sees it.\n"
        "[Keep AC-01] [Name somebody else for AC-01]"
    )
    assert "Farid Haddad declined: “Not mine.”" in shown.text
    assert actions_of(shown) == {Action.KEEP_CONTROL: "hand1", Action.NOT_MINE: "AC-01"}


@pytest.mark.parametrize("state", HandoverState)
def test_each_end_has_its_words(state: HandoverState):
    shown = handovers.handover_receipt(handover(state=state), control())

    assert CALLED in shown.text
    assert "{" not in shown.text
    assert actions_of(shown) == {}


def test_leads_are_asked_for_an_owner_who_is_not_known():
    shown = handovers.unclaimed_request(control(), "Ben Castillo", "I moved.")

    assert read(shown) == (
        f"Ben Castillo asks you to find an owner for {CALLED}.\n"
        "“I moved.”\n"
        "Ben Castillo stays its owner until you assign it to somebody.\n"
        "[Assign AC-01 to somebody]"
    )
    assert "“I moved.”" in shown.text


def test_leads_see_who_is_asked_when_an_owner_has_left():
    vacancy = "Ben Castillo, who was to see to it, cannot act in this workspace any more."

    assert read(handovers.owner_left_request(control(), "Farid Haddad", vacancy, backup=True)) == (
        f"Farid Haddad, the backup, has been offered {CALLED}.\n"
        f"{vacancy}\n"
        "Farid Haddad can accept or decline, and is asked for its evidence meanwhile. "
        "To choose somebody else, assign it.\n"
        "[Assign AC-01 to somebody]"
    )
    assert (
        "and has not answered yet"
        in handovers.owner_left_request(control(), "Farid", vacancy, backup=False).text
    )


def test_the_card_tells_what_is_not_settled():
    assert handovers.handover_on_card(PASSING) == (
        "*Being handed over:* on Mon 5 Oct 2026 Ben Castillo asked Farid Haddad, and owns it until that is settled. "
        "“I moved.”\nNot answered yet."
    )
    card = handovers.handover_on_card(replace(PASSING, to=None, answer="Nobody is left."))
    assert "asked the compliance team to find somebody" in card
    assert card.endswith("Nobody is left.")


@pytest.mark.parametrize(
    ("to", "state", "words"),
    [
        (
            "Farid",
            HandoverState.ASKED,
            "AC-01: still with Ben, who asked Farid on Mon 5 Oct 2026; no answer yet",
        ),
        (None, HandoverState.ASKED, "who asked the compliance team on Mon 5 Oct 2026; no answer yet"),
        ("Farid", HandoverState.RETURNED, "who asked Farid on Mon 5 Oct 2026 and found nobody yet"),
        ("Farid", HandoverState.ACCEPTED, "AC-01: from Ben to Farid, accepted on Mon 5 Oct 2026"),
        ("Farid", HandoverState.KEPT, "AC-01: Ben keeps it, since Mon 5 Oct 2026"),
    ],
)
def test_the_digest_says_what_became_of_each(to: str | None, state: HandoverState, words: str):
    assert words in handovers.handover_in_digest(DigestHandover("AC-01", "Ben", to, state, date(2026, 10, 5)))


def test_home_shows_the_first_of_what_was_asked():
    shown = home(
        handovers.handovers_on_home(
            may_hand_over=True, unanswered=[(handover(), control(), "Farid Haddad")] * 7
        )
    )

    assert read(shown).count(f"You handed over {CALLED}: Farid Haddad is asked.") == 5
    assert "and 2 more that you have handed over" in read(shown)
    assert read(shown).endswith("[Not mine: hand over one of your controls]")
    assert handovers.handovers_on_home(may_hand_over=False, unanswered=[]) == []


def test_the_worst(faults: Faults):
    worst = replace(PASSING, by=LONG, to=LONG, reason=LONG, answer=LONG)
    shown = [
        handovers.handover_form([WORST]),
        handovers.handover_form([WORST] * 300),
        handovers.handover_notice(WORST, SPELL),
        handovers.handover_notice(WORST, None),
        handovers.returned_handover_request(handover(), WORST, LONG),
        handovers.handover_receipt(handover(), WORST),
        handovers.unclaimed_request(WORST, SPELL, LONG),
        handovers.owner_left_request(WORST, SPELL, LONG, backup=True),
        offer_request(ownership(), WORST, SPELL, handovers.taking_over_words(SPELL, LONG), SPELL),
        home(
            [
                section(handovers.handover_on_card(worst)),
                *handovers.handovers_on_home(True, [(handover(), WORST, LONG)] * 9),
            ]
        ),
    ]
    for each in shown:
        sound(each, faults)
