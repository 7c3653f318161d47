"""Readiness in words: it ties in one line, the worst comes first, long lists say what they leave out."""

from dataclasses import replace
from datetime import date, timedelta

from bot.evidence.rules.waivers import WaiverInForce
from bot.readiness.rules.status import (
    ControlOnDay,
    Design,
    OccurrenceStanding,
    RosterLine,
    Status,
    TypeOne,
    TypeTwo,
    assess,
)
from bot.readiness.views import status
from storage.terms import Disposition
from tests.bot.samples import LONG, SPELL, TODAY, Faults, control, read, sound

REVIEW = OccurrenceStanding(
    control_id="AC-01",
    title="Quarterly user access review",
    criteria=("CC6.2",),
    owner="Ben Castillo",
    period="Q3 2026",
    due_on=date(2026, 10, 10),
    last_day=date(2026, 10, 15),
    disposition=Disposition.OPEN,
)
MISSED = replace(
    REVIEW,
    control_id="BK-01",
    title="Weekly backup check",
    criteria=("A1.2",),
    owner=None,
    period="week 38 of 2026",
    last_day=date(2026, 9, 27),
    disposition=Disposition.MISSED,
)
REJECTED = replace(REVIEW, control_id="CM-02", title="Change review", rejected=True)
GIVEN = replace(REVIEW, control_id="IR-01", title="Incident listing", under_review=True, owner="Eva")
WINDOW = TypeTwo(
    "SOC 2 Type 2",
    date(2026, 7, 1),
    date(2026, 12, 31),
    (REVIEW, MISSED, GIVEN),
    ("A1.2", "CC6.2", "CC9.9"),
    scheduled=3,
)
DESIGN = Design("PR-01", "Payroll reconciliation", ("CO-1",), "Grace", has_evidence=False)
AS_OF = TypeOne("SOC 1 Type 1", date(2026, 12, 31), (DESIGN,), ("CO-1",))
OWNED = RosterLine("AC-01", REVIEW.title, "Ben Castillo", date(2026, 7, 6), "Farid", None)
ORPHAN = RosterLine("BK-01", MISSED.title, None, None, None, "Dan")
STATUS = Status(TODAY, past=False, examinations=(assess(AS_OF), assess(WINDOW)), roster=(OWNED, ORPHAN))


def test_the_whole_report_with_what_nobody_owns_first(faults: Faults):
    shown = status.readiness_message(STATUS)

    sound(shown, faults)
    assert read(shown).splitlines() == [
        "Readiness as of Mon 5 Oct 2026",
        "Controls without an owner: 1",
        "• BK-01 Weekly backup check: Dan was asked and has not answered",
        "SOC 1 Type 1, as of Thu 31 Dec 2026",
        "0 of 1 ready, 1 with a gap.",
        "• CO-1: PR-01 has no evidence of being in place",
        "SOC 2 Type 2, Wed 1 Jul 2026 to Thu 31 Dec 2026",
        "3 occurrences scheduled = 0 on time + 0 late + 1 missed + 0 waived + 2 open.",
        "Nothing is scheduled for 1 of its criteria: CC9.9.",
        "SOC 2 Type 2, expected exceptions: 1",
        "• BK-01 Weekly backup check, week 38 of 2026, no owner: missed, the last day was Sun 27 Sep 2026",
        "SOC 2 Type 2, exceptions unless evidence is accepted: 2",
        "• AC-01 Quarterly user access review, Q3 2026, Ben Castillo: last day Thu 15 Oct 2026, in 10 days",
        "• IR-01 Incident listing, Q3 2026, Eva: under review, waiting for a lead",
        "SOC 2 Type 2, criteria with something scheduled: 2",
        "• A1.2: 1 exception expected",
        "• CC6.2: 2 predicted, the first to prevent by Thu 15 Oct 2026",
        "Owners: 1",
        "• AC-01 Quarterly user access review: Ben Castillo since Mon 6 Jul 2026, backup Farid",
        status.OWN_VIEW,
    ]
    for line in read(shown).splitlines()[1:]:
        assert line in shown.text


def test_what_was_rejected_says_why_it_waits_again():
    window = replace(WINDOW, standings=(REJECTED, replace(MISSED, rejected=True)), scheduled=2)
    told = status.readiness_message(replace(STATUS, examinations=(assess(window),))).text

    assert "Ben Castillo: last day Thu 15 Oct 2026, in 10 days, the evidence was rejected" in told
    assert "missed, the last day was Sun 27 Sep 2026, the evidence was rejected" in told


def test_waivers_are_told_with_their_approver_and_expiry_and_end_early_too(faults: Faults):
    waived = WaiverInForce("wai1", "AC-01", REVIEW.title, ("Q3 2026", "Q4 2026"), date(2027, 1, 20), "Dan")
    told = status.readiness_message(replace(STATUS, waivers=(waived,))).text

    line = "Q3 2026 and 1 more period, waived until Wed 20 Jan 2027, approved by Dan"
    assert f"Waivers: 1\n• AC-01 Quarterly user access review, {line}" in told
    worst = replace(waived, title=LONG, periods=("x" * 60,), approved_by=SPELL)
    shown = status.readiness_message(replace(STATUS, waivers=(worst,) * 9))
    sound(shown, faults)
    assert "and 4 more" in read(shown)


def test_a_past_day_is_told_to_its_end_and_its_last_days_are_counted_from_it(faults: Faults):
    past = replace(STATUS, day=date(2026, 10, 15), past=True)
    shown = status.readiness_message(past)

    sound(shown, faults)
    assert status.readiness_heading(past) == "Readiness at the end of Thu 15 Oct 2026"
    assert "last day Thu 15 Oct 2026, today" in shown.text
    assert shown.text.endswith(
        "People have their names of today; criteria and control objectives are those of today's content."
    )
    assert status.readiness_closing(STATUS) == status.OWN_VIEW


def test_one_control_on_a_past_day_names_who_was_in_charge(faults: Faults):
    told = ControlOnDay(date(2026, 8, 1), True, control(criteria=["CC6.2"], objectives=["CO-5"]), OWNED)
    shown = status.control_message(told)

    sound(shown, faults)
    assert read(shown).splitlines() == [
        "AC-01 Quarterly user access review, at the end of Sat 1 Aug 2026",
        "Owner: Ben Castillo since Mon 6 Jul 2026",
        "Backup: Farid",
        "How often: every quarter, due 10 days after the period ends, 5 days of grace",
        "Criteria: CC6.2",
        "Control objectives: CO-5",
    ]
    waiting = status.control_message(replace(told, in_charge=ORPHAN, past=False))
    assert "as of Sat 1 Aug 2026" in waiting.text
    assert "Owner: nobody; Dan was asked and had not answered\nBackup: nobody" in waiting.text


def test_one_control_with_the_longest_of_everything_holds_slack_s_limits(faults: Faults):
    worst = control(title=LONG, criteria=["CC6.2"] * 200, objectives=["CO-5"] * 200)
    sound(
        status.control_message(
            ControlOnDay(TODAY, True, worst, RosterLine("AC-01", LONG, LONG, TODAY, LONG, LONG))
        ),
        faults,
    )


def test_what_is_complete_says_so():
    done = replace(REVIEW, disposition=Disposition.ON_TIME)
    window = TypeTwo("SOC 2", TODAY, TODAY, (done,), ("CC6.2",), scheduled=1)
    told = status.readiness_message(replace(STATUS, examinations=(assess(window),), roster=(OWNED,))).text

    for words in (
        "Every control has an owner.",
        "1 occurrence scheduled = 1 on time + 0 late",
        "SOC 2, expected exceptions: none",
        "SOC 2, exceptions unless evidence is accepted: none",
        "• CC6.2: no exception, and nothing left to do",
    ):
        assert words in told
    given = TypeTwo("SOC 2", TODAY, TODAY, (GIVEN,), ("CC6.2",), scheduled=1)
    told = status.readiness_message(replace(STATUS, examinations=(assess(given),))).text
    assert "• CC6.2: 1 predicted, all under review" in told


def test_long_lists_end_early_and_say_how_many_are_left_and_the_terminal_has_them_all(faults: Faults):
    many = replace(
        STATUS,
        examinations=tuple(assess(each) for each in (worst_window(60), worst_as_of(60))),
        roster=tuple(replace(ORPHAN, control_id=f"BK-{n}", title=LONG, asked=LONG) for n in range(60))
        + tuple(
            replace(OWNED, control_id=f"AC-{n}", title=LONG, owner=SPELL, backup=LONG) for n in range(60)
        ),
    )
    shown = status.readiness_message(many)

    sound(shown, faults)
    assert read(shown).count("and 55 more") == 4
    assert read(shown).count("and 25 more") == 2
    assert "Controls without an owner: 60" in shown.text
    every = [line for part in status.readiness_parts(many) for line in part.says]
    assert not any("more" in line for line in every)
    assert len(every) == 2 * 60 + 2 * 30 + 60 + 1 + 60 + 1 + 1


def test_what_a_line_names_ends_early_too_and_says_how_many_are_left():
    criteria = tuple(f"CC{n}" for n in range(8))
    designs = tuple(replace(DESIGN, control_id=f"PR-{n}") for n in range(8))
    window = TypeTwo("SOC 2", TODAY, TODAY, (), criteria, scheduled=0)
    told = status.readiness_message(
        replace(STATUS, examinations=(assess(replace(AS_OF, designs=designs)), assess(window)))
    ).text

    assert "Nothing is scheduled for 8 of its criteria: CC0, CC1, CC2, CC3, CC4, and 3 more." in told
    assert "; PR-4 has no evidence of being in place; and 3 more" in told


def worst_window(count: int) -> TypeTwo:
    """Half of it was missed, and half of it can still be done."""
    standings = tuple(
        replace(
            REVIEW,
            title=LONG,
            owner=LONG,
            control_id=f"AC-{n}",
            criteria=(f"CC{n}",),
            last_day=TODAY + timedelta(days=n),
            disposition=Disposition.OPEN if n % 2 else Disposition.MISSED,
        )
        for n in range(count)
    )
    return TypeTwo(LONG, TODAY, TODAY, standings, tuple(f"CC{n}" for n in range(count)), count)


def worst_as_of(count: int) -> TypeOne:
    return TypeOne(LONG, TODAY, (), tuple(f"CO-{n}" for n in range(count)))


def test_refusals_say_what_to_do_instead():
    assert status.leads_only(["Cleo", "Dan"]) == (
        "Only compliance leads see how ready the company is. You can ask Cleo or Dan. "
        "Your own part you see with /soc what do I owe? and in my Home tab."
    )
    assert "You can ask" not in status.leads_only([])
    assert "2026-08-05" in status.not_a_date("2026-13-45")
