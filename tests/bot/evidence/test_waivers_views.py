"""Waivers in words: the worst of them fit, a reason stays with those who decide, and every state has its sentence."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.blocks.ids import Action
from bot.evidence.rules.waivers import WaiverInForce, WaiverNote, WaiverPlan, WaiverStep
from bot.evidence.views import handing_in, waivers
from bot.evidence.views.handing_in import RequestDetails
from storage.evidence import Occurrence
from storage.terms import WaiverState
from storage.waivers import Waiver
from tests.bot.samples import LONG, NINE, SPELL, TODAY, Faults, actions_of, control, occurrence, read, sound

DUE, DAY = date(2026, 10, 10), timedelta(days=1)
REASON = "The system was off."


def waiver(**changes: Any) -> Waiver:
    given: dict[str, Any] = {
        "id": "wai1",
        "control_id": "AC-01",
        "occurrence_id": "occ1",
        "asked_by": "U0BEN",
        "asked_at": NINE,
        "reason": REASON,
        "expires_on": DUE,
        "covers": ["occ1"],
    }
    return Waiver(**{**given, **changes})


def many(count: int, label: str = "week 40 of 2026") -> list[Occurrence]:
    return [occurrence(id=f"occ{n}", label=label, due_on=DUE + n * DAY) for n in range(count)]


def in_force(
    name: str = "Dan Whitfield", periods: tuple[str, ...] = ("Q3 2026",), **changes: Any
) -> WaiverInForce:
    return WaiverInForce(
        "wai1", "AC-01", changes.get("title", "Quarterly user access review"), periods, DUE, name
    )


def test_the_worst_words_fit_in_every_page(faults: Faults):
    worst = control(title=LONG, does=LONG, why=LONG, evidence=LONG)
    rows = many(400, "x" * 60)
    plan = WaiverPlan(waiver(reason=LONG), rows[0], worst, LONG, DUE, rows, rows)
    every = [
        waivers.not_applicable_modal(rows[0], worst, decidable=False),
        waivers.waiver_notice(waiver(reason=LONG), rows[0], worst, LONG),
        waivers.decision_request(waiver(reason=LONG), rows[0], worst, LONG, TODAY),
        waivers.approve_waiver_modal(plan),
        waivers.approve_waiver_modal(plan, again=True),
        waivers.decline_waiver_modal(waiver(), rows[0], worst),
        waivers.ask_for_waiver_modal(worst, rows, DUE, decidable=False),
        waivers.end_waiver_modal(in_force(LONG, (LONG,) * 50, title=LONG)),
        handing_in.evidence_request(
            rows[0],
            worst,
            TODAY,
            RequestDetails(fault=LONG, waiver=WaiverNote(waivers.declined_note(waiver(refusal=LONG), LONG))),
        ),
        *(
            waivers.waiver_outcome(waiver(state=each, refusal=LONG, end_reason=LONG), rows[0], worst, LONG)
            for each in WaiverState
        ),
    ]
    for shown in every:
        sound(shown, faults)


def test_a_lead_is_asked_with_the_reason_and_what_each_press_does(faults: Faults):
    shown = waivers.decision_request(waiver(), occurrence(), control(), "Ben Castillo", TODAY)

    sound(shown, faults)
    assert read(shown).splitlines() == [
        "Ben Castillo asks to waive AC-01 Quarterly user access review, Q3 2026",
        "Due Sat 10 Oct 2026, in 5 days. It counts as missed after Thu 15 Oct 2026.",
        f"> {REASON}",
        "Approve asks until when, and shows which periods that covers. Decline asks for your reason, which goes back "
        "to the owner.",
        "[Approve a waiver: AC-01, Q3 2026] [Decline a waiver: AC-01, Q3 2026]",
    ]
    assert f"Reason: {REASON}" in shown.text
    assert actions_of(shown) == {Action.OPEN_APPROVE_WAIVER: "wai1", Action.OPEN_DECLINE_WAIVER: "wai1"}


def test_a_plan_shows_what_is_covered_and_what_is_not():
    rows = many(7)
    told = read(
        waivers.approve_waiver_modal(WaiverPlan(waiver(), rows[0], control(), "Ben", DUE, rows[:1], rows[1:]))
    )

    assert "Waived until Sat 10 Oct 2026: week 40 of 2026, due Sat 10 Oct 2026\n" in told
    assert "Still to be evidenced: week 40 of 2026, due Sun 11 Oct 2026;" in told
    assert "and 1 more period" in told
    assert "as missed" not in told


@pytest.mark.parametrize(
    ("missed", "words"), [(1, "1 period of these already counts"), (2, "2 periods of these already count")]
)
def test_a_plan_says_what_counts_as_missed_until_the_approval(missed: int, words: str):
    rows = many(2)
    plan = WaiverPlan(waiver(), rows[0], control(), "Ben", DUE + DAY, rows, [], missed)

    assert f"{words} as missed, and as waived only from your approval on." in read(
        waivers.approve_waiver_modal(plan)
    )


def test_who_waits_cannot_ask_again_and_who_was_declined_can():
    waits = handing_in.evidence_request(
        occurrence(),
        control(),
        TODAY,
        RequestDetails(waiver=WaiverNote(waivers.pending_note("", decidable=True), undecided=True)),
    )
    declined = handing_in.evidence_request(
        occurrence(),
        control(),
        TODAY,
        RequestDetails(waiver=WaiverNote(waivers.declined_note(waiver(refusal="No."), "Dan"))),
    )

    assert Action.OPEN_NOT_APPLICABLE not in actions_of(waits)
    assert "You said that this is not applicable. A compliance lead decides." in waits.text
    assert Action.OPEN_NOT_APPLICABLE in actions_of(declined)
    assert "Dan did not approve that this is not applicable: No." in declined.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (WaiverState.REQUESTED, "Ben asked to waive Q3 2026: “Because.”"),
        (WaiverState.APPROVED, "Ben approved the waiver from Q3 2026 on until Sat 10 Oct 2026, 2 periods"),
        (WaiverState.DECLINED, "Ben declined to waive Q3 2026: “Because.”"),
        (WaiverState.WITHDRAWN, "The request to waive Q3 2026 was withdrawn"),
        (WaiverState.ENDED, "Ben ended the waiver from Q3 2026 on: “Because.”"),
    ],
)
def test_every_step_has_its_line(state: WaiverState, words: str):
    expires_on = DUE if state is WaiverState.APPROVED else None
    assert (
        waivers.waiver_step_line(WaiverStep(TODAY, state, "Q3 2026", "Ben", "Because.", expires_on, 2))
        == words
    )


def test_several_periods_are_counted_and_nothing_speaks_as_markup(faults: Faults):
    shown = in_force(SPELL, ("Q3 2026", "Q4 2026", "Q1 2027"))

    assert waivers.waiver_summary(shown).startswith(
        "Q3 2026 and 2 more periods, waived until Sat 10 Oct 2026, approved by"
    )
    assert faults(waivers.waiver_blocks([shown] * 12), "modal") == []
    assert "and 2 more waivers" in read({"blocks": waivers.waiver_blocks([shown] * 12)})
