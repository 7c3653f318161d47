"""A self-assessment in words: exceptions first, nothing that sounds like an opinion, and pages that Slack takes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.blocks.ids import Action
from bot.readiness.rules.findings import Assessment, ControlSum, CriterionSum, PastAssessment, SampledItem
from bot.readiness.views import sampling
from storage.programme import Examination
from storage.terms import AuditFinding, Cadence, ReportKind, ReportType
from tests.bot.samples import LONG, SPELL, TODAY, Faults, actions_of, read, sound

FINE = SampledItem("o1", "AC-01", "Quarterly user access review", "Q3 2026", TODAY, TODAY + timedelta(5), ())
FORGOTTEN = replace(
    FINE,
    occurrence_id="o2",
    control_id="BK-01",
    title="Weekly backup check",
    period="week 38 of 2026",
    findings=(AuditFinding.MISSING, AuditFinding.NOBODY_ACCOUNTABLE),
)
WAIVED = replace(FINE, occurrence_id="o3", control_id="IR-01", findings=(AuditFinding.WAIVED,))
ASSESSMENT = Assessment(
    id="made1",
    examination_id="soc2-2026-h2",
    title="SOC 2 Type 2",
    starts_on=date(2026, 7, 1),
    ends_on=date(2026, 12, 31),
    day=TODAY,
    seed="40718253",
    digest="ab" * 32,
    made_by="Cleo Marchetti",
    number=214,
    made_before=date(2026, 9, 28),
    files=1,
    files_read=True,
    items=(FINE, FORGOTTEN, WAIVED),
    controls=(
        ControlSum("AC-01", FINE.title, ("CC6.2",), Cadence.QUARTERLY, 1, 1, 0),
        ControlSum("BK-01", FORGOTTEN.title, ("A1.2",), Cadence.WEEKLY, 12, 1, 1),
        ControlSum("GV-01", "Policy review", ("CC5.3",), Cadence.ANNUAL, 0, 0, 0),
        ControlSum("IR-01", FINE.title, ("CC7.4",), Cadence.QUARTERLY, 1, 1, 0),
    ),
    criteria=(
        CriterionSum("A1.2", 1, 12, 1, 1),
        CriterionSum("CC5.3", 1, 0, 0, 0),
        CriterionSum("CC6.2", 1, 1, 1, 0),
    ),
)
WINDOW = Examination(id="soc2-2026-h2", title="SOC 2 Type 2", kind=ReportKind.SOC2, type=ReportType.TYPE2)
PAST = PastAssessment("made1", "SOC 2 Type 2", TODAY, "Cleo Marchetti", "40718253", 3, 1, files_read=True)
WORST = (
    AuditFinding.MISSING,
    AuditFinding.PERFORMED_LATE,
    AuditFinding.FILE_BROKEN,
    AuditFinding.UNREVIEWED,
    AuditFinding.WAIVED,
    AuditFinding.NOT_YET_DUE,
    AuditFinding.EVIDENCE_LATE,
    AuditFinding.NOBODY_ACCOUNTABLE,
)


def test_the_whole_of_it_with_exceptions_first(faults: Faults):
    view = sampling.assessment_modal(ASSESSMENT)

    sound(view, faults)
    assert read(view).splitlines() == [
        "Self-assessment of SOC 2 Type 2 on Mon 5 Oct 2026, by Cleo Marchetti",
        "What was sampled",
        "In all: sampled 3 of 14, 1 exception noted (33%), 1 to settle.",
        "Window Wed 1 Jul 2026 to Thu 31 Dec 2026; drawn from every period that was over before Mon 5 Oct 2026, "
        "those missed and waived too.",
        "1 stored file read and compared with the hash in the record.",
        "Record entry 214. Seed 40718253. While the population is the same, with the digest abababababababab, this "
        "draws the same: /soc sample soc2-2026-h2 40718253",
        "The same was drawn on Mon 28 Sep 2026, from the same population with the same seed.",
        "Exceptions (1): nothing was accepted by the last day",
        "Perform it and hand in the evidence now: an auditor then reports it as late, and not as missing.",
        "• BK-01 Weekly backup check, week 38 of 2026, last day Sat 10 Oct 2026",
        "To settle before the auditor comes (1): waived",
        "Have the approved exception ready to be shown: who approved it, when and why.",
        "• IR-01 Quarterly user access review, Q3 2026, last day Sat 10 Oct 2026",
        "Remarks (1): nobody had accepted to own it when it was due",
        "See that each control has an owner who has accepted it.",
        "• BK-01 Weekly backup check, week 38 of 2026, last day Sat 10 Oct 2026",
        "By criterion: 2",
        "• A1.2: 1 control, sampled 1 of 12, 1 exception noted (100%)",
        "• CC6.2: 1 control, sampled 1 of 1, no exceptions noted",
        "By control: 3",
        "• AC-01 Quarterly user access review: sampled 1 of 1, no exceptions noted",
        "• BK-01 Weekly backup check: sampled 1 of 12, 1 exception noted (100%)",
        "• IR-01 Quarterly user access review: sampled 1 of 1, no exceptions noted",
        "Nothing to sample, no period is over yet: 1",
        "• GV-01 Policy review",
        "Everything that was sampled: 3",
        "• AC-01 Quarterly user access review, Q3 2026, last day Sat 10 Oct 2026: nothing to note",
        "• BK-01 Weekly backup check, week 38 of 2026, last day Sat 10 Oct 2026: nothing was accepted by the last "
        "day; nobody had accepted to own it when it was due",
        "• IR-01 Quarterly user access review, Q3 2026, last day Sat 10 Oct 2026: waived",
        sampling.SELF_ASSESSMENT,
    ]


@pytest.mark.parametrize("word", ["effective", "pass", "fail", "compliant", "certif", "opinion"])
def test_nothing_in_it_sounds_like_an_auditors_opinion(word: str):
    every = replace(FINE, findings=WORST)
    for view in (
        sampling.assessment_modal(replace(ASSESSMENT, items=(every,))),
        sampling.assessment_message(ASSESSMENT),
        sampling.sample_modal([WINDOW], [PAST]),
    ):
        assert word not in read(view).casefold()


def test_without_exceptions_it_says_so_and_an_unlogged_one_says_that():
    looked = replace(ASSESSMENT, items=(FINE,), made_by=None, number=None, made_before=None)
    told = read(sampling.assessment_modal(looked))
    assert told.startswith("Self-assessment of SOC 2 Type 2 on Mon 5 Oct 2026, not logged")
    assert "In all: sampled 1 of 14, no exceptions noted." in told
    assert "Record entry" not in told
    assert "Exceptions" not in told


def test_while_files_are_being_read_it_says_so_and_can_be_looked_at_again():
    view = sampling.assessment_modal(replace(ASSESSMENT, files=3_000, files_read=False))
    assert "3,000 stored files are still being read." in read(view)
    assert actions_of(view)[Action.REFRESH_ASSESSED] == "made1 1"


def test_a_large_sample_turns_its_pages_and_repeats_what_each_list_is(faults: Faults):
    items = tuple(replace(FORGOTTEN, occurrence_id=f"o{number}") for number in range(3_000))
    view = sampling.assessment_modal(replace(ASSESSMENT, items=items), 2)
    sound(view, faults)
    assert read(view).splitlines()[1] == "Exceptions (3,000): nothing was accepted by the last day"
    assert "Page 2 of " in read(view)
    turns = actions_of(view)
    assert (turns[Action.PREVIOUS_ASSESSED], turns[Action.NEXT_ASSESSED]) == ("made1 1", "made1 3")


def test_the_form_offers_a_choice_only_where_there_is_one(faults: Faults):
    other = Examination(id="soc2-2027", title="SOC 2, 2027", kind=ReportKind.SOC2, type=ReportType.TYPE2)
    one, two = sampling.sample_modal([WINDOW], [PAST]), sampling.sample_modal([WINDOW, other], [])
    none = sampling.sample_modal([], [PAST])
    for view in (one, two, none):
        sound(view, faults)
    assert "Examination" not in read(one)
    assert "Examination" in read(two)
    assert "submit" not in none
    assert read(none).startswith(sampling.NO_WINDOW)
    assert "Seed 40718253: 3 sampled, 1 exception" in read(one)


def test_whatever_a_control_is_called_slack_takes_it(faults: Faults):
    every = [
        replace(
            FINE, occurrence_id=f"o{n}", control_id=LONG[:40], title=LONG, period=LONG[:60], findings=WORST
        )
        for n in range(40)
    ]
    sums = tuple(replace(each, title=LONG) for each in ASSESSMENT.controls)
    worst = replace(ASSESSMENT, title=LONG, made_by=LONG, items=tuple(every), controls=sums)
    view = sampling.assessment_message(worst)
    sound(view, faults)
    assert actions_of(view) == {Action.SHOW_ASSESSMENT: "made1"}
    for number in range(1, 12):
        sound(sampling.assessment_modal(worst, number), faults)
    past = replace(PAST, title=LONG, made_by=SPELL)
    windows = [
        Examination(id=f"e{n}", title=LONG, kind=ReportKind.SOC2, type=ReportType.TYPE2) for n in range(9)
    ]
    sound(sampling.sample_modal(windows, [past] * 20), faults)
