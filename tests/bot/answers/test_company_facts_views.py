"""Answers about the company itself: plain sentences with their source and day."""

from datetime import date

import pytest

from bot.answers.views import company_facts
from bot.blocks.ids import Action
from bot.policies import views
from content.models import ControlSpec
from storage.programme import Examination
from storage.terms import OwnershipState, ReportKind, ReportType
from tests.bot.samples import (
    LONG,
    SPELL,
    TODAY,
    Faults,
    actions_of,
    control,
    policy,
    read,
    sound,
    version,
)

LEAVERS = ControlSpec(
    id="AC-07",
    title="Access removed when somebody leaves",
    does="Remove it.",
    why="Nobody watches it.",
    owner_role="Engineering",
    cadence="on_event",
    triggered_by="leaver",
    due_days=3,
    grace_days=2,
    sla_days=1,
    evidence="The listing of leavers.",
    population_of="all leavers, from the HR system",
    criteria=("CC6.2",),
)
WINDOW = (date(2026, 7, 1), date(2026, 12, 31))


def shown(facts: company_facts.Facts):
    return company_facts.facts_message(facts, "Northwind Payroll", TODAY, "q1")


def test_the_source_and_the_way_to_a_person_stand_below():
    answer = shown(
        company_facts.my_duties([company_facts.duty_line("Evidence for AC-01", date(2026, 10, 6), TODAY)])
    )

    assert read(answer) == (
        "You owe 1 thing.\n"
        "Evidence for AC-01. Due tomorrow, Tue 6 Oct 2026.\n"
        "Each has its buttons in my Home tab and in my reminder.\n"
        "From the records of Northwind Payroll as of Mon 5 Oct 2026, not from a curated entry.\n"
        "[Ask compliance: a person answers your question]"
    )
    assert actions_of(answer) == {Action.ASK_COMPLIANCE: "q1"}
    assert "Evidence for AC-01. Due tomorrow" in answer.text


def test_a_name_that_several_people_bear_tells_of_each():
    facts = company_facts.duties_of([("Ben Castillo", ["An owner for BK-01. Due today."]), ("Ben Adler", [])])

    assert facts.lead == "Ben Castillo owes 1 thing; Ben Adler owes nothing."
    assert facts.lines == ["Ben Castillo: An owner for BK-01. Due today."]


def test_an_offer_is_no_ownership_yet():
    backup = company_facts.owner_name("Ben", OwnershipState.OFFERED)

    assert company_facts.owners(["AC-01"], [(control(), "Ada", backup)]).lead == (
        "AC-01 Quarterly user access review: owned by Ada; the backup is Ben, who has not accepted yet."
    )


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 6, 30), "it begins in 1 day"),
        (date(2026, 12, 1), "30 days are left"),
        (date(2026, 12, 30), "it ends tomorrow"),
        (date(2026, 12, 31), "it ends today"),
        (date(2027, 1, 1), "it is over"),
    ],
)
def test_a_window_on_each_day(today: date, state: str):
    examination = Examination(id="x", title="SOC 2 Type 2", kind=ReportKind.SOC2, type=ReportType.TYPE2)

    facts = company_facts.windows([(examination, *WINDOW)], today)

    assert facts.lead == f"Our SOC 2 Type 2 window runs from Wed 1 Jul 2026 to Thu 31 Dec 2026; {state}."


def test_a_policy_in_each_state():
    request = views.policy_request(version(), policy(), [], first=False, due_on=TODAY, today=TODAY)
    states = {
        "Access: no version is published yet": company_facts.AcknowledgementState("Access", False, "", None),
        "Access: you have not, and you were not asked to.": company_facts.AcknowledgementState(
            "Access", True, "", None
        ),
        "Access: Not yet. Press Acknowledge here": company_facts.AcknowledgementState(
            "Access", True, "", request
        ),
        "Access: You did. A newer version waits for you.": company_facts.AcknowledgementState(
            "Access", True, "You did.", request
        ),
        "You did.": company_facts.AcknowledgementState("Access", True, "You did.", None),
    }

    for words, policy_state in states.items():
        facts = company_facts.acknowledgements([policy_state])
        assert facts.lead.startswith(words)
        assert bool(facts.requests) == (policy_state.request is not None)
    every = company_facts.acknowledgements(list(states.values()))
    assert every.lead == "1 of 5 policies are acknowledged by you."


def test_what_nobody_runs_is_suggested_from_the_catalogue():
    facts = company_facts.suggested_controls(["CC6.2"], [LEAVERS])
    assert facts.lead == "No control of ours is mapped to CC6.2. The catalog suggests 1 control."
    assert facts.lines == [
        "AC-07 Access removed when somebody leaves: The listing of leavers. Done after each event. "
        "The auditor draws samples from all leavers, from the HR system."
    ]
    assert facts.note == "We do not run these. A compliance lead can say why, or decide for one."
    unlisted = LEAVERS.model_copy(update={"population": False, "population_of": None})
    assert (
        company_facts.suggested_controls(["CC6.2"], [unlisted]).lines[0].endswith(" Done after each event.")
    )
    assert (
        company_facts.suggested_controls(["A1.1", "A1.2"], []).lead
        == "No control of ours is mapped to A1.1 or A1.2."
    )


def test_the_worst_words(faults: Faults):
    worst = control(title=LONG, evidence=LONG)
    request = views.policy_request(
        version(consent=SPELL), policy(title=SPELL), [], first=True, due_on=TODAY, today=TODAY
    )
    unwieldy = LEAVERS.model_copy(update={"title": LONG, "evidence": LONG, "population_of": LONG})
    state = company_facts.AcknowledgementState(SPELL, True, SPELL, request)
    for facts in (
        company_facts.my_duties([LONG] * 60),
        company_facts.duties_of([(SPELL, [LONG] * 40), (LONG, [])]),
        company_facts.owners([SPELL], [(worst, LONG, SPELL)] * 30),
        company_facts.owners([SPELL] * 9, []),
        company_facts.auditor_asks([(worst, "", None)] * 30),
        company_facts.suggested_controls([SPELL] * 9, []),
        company_facts.suggested_controls([SPELL], [unwieldy] * 30),
        company_facts.readiness([LONG] * 3),
        company_facts.only_for_leads("this", [SPELL] * 9),
        company_facts.not_in_a_channel("This"),
        company_facts.acknowledgements([state] * 4),
    ):
        sound(shown(facts), faults)
