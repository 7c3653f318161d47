"""The digest: what Cleo reads on Monday 5 October 2026, and how it sorts, trims and compares."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.rules.unanswered import UnansweredTopic
from bot.readiness.rules.status import Design, Gap, OccurrenceStanding, Unreconciled
from bot.reminders.rules.comparison import Before, ReadAt, before_of, key_of
from bot.reminders.rules.digest import (
    Campaign,
    Debt,
    DigestFacts,
    ExceptionAhead,
    Movement,
    OpenQuestion,
    Orphan,
    TypeOne,
    TypeOneLine,
    TypeTwo,
    TypeTwoLine,
    digest_of,
)
from bot.reminders.rules.trimming import SHOWN, Trimmed
from storage.terms import Disposition, ObligationKind

MONDAY = date(2026, 10, 5)
DAY = timedelta(days=1)


def standing(
    control_id: str, stands: Disposition, *, last_in: int = 10, owner: str | None = "Ben", **more
) -> OccurrenceStanding:
    last_day = MONDAY + last_in * DAY
    occurrence = OccurrenceStanding(
        control_id, f"{control_id} title", ("CC6.1",), owner, "Q3 2026", last_day, last_day, stands
    )
    return replace(occurrence, **more)


def soc_2(*standings: OccurrenceStanding, scope: tuple[str, ...] = ("CC6.1",)) -> TypeTwo:
    return TypeTwo("SOC 2 Type 2", date(2026, 7, 1), date(2026, 12, 31), standings, scope, len(standings))


def before(**dispositions: Disposition) -> Before:
    """What the last digest counted in the window of `soc_2`; ``AC_01`` is the control's third quarter."""
    by_key = {f"{name.replace('_', '-')} Q3 2026": was for name, was in dispositions.items()}
    return Before(by_key, {"SOC 2 Type 2": Counter(by_key.values())})


def counted(facts: DigestFacts) -> Before:
    """What a digest of these facts is to the next one."""
    windows = [each for each in facts.examinations if isinstance(each, TypeTwo)]
    standings = {key_of(each): each.disposition for window in windows for each in window.standings}
    lines = [each for each in digest_of(facts).examinations if isinstance(each, TypeTwoLine)]
    return Before(standings, {line.title: line.counts for line in lines})


def debt(person: str, *, due_in: int = -3, asked: int = 0, **more) -> Debt:
    usual = Debt(
        person,
        ObligationKind.EVIDENCE,
        "Access review, Q3 2026",
        MONDAY + due_in * DAY,
        asked,
        away=False,
    )
    return replace(usual, **more)


QUIET = DigestFacts(
    as_of=MONDAY,
    week_of=MONDAY,
    examinations=(),
    before=None,
    read_at=ReadAt(datetime(2026, 10, 5, 7, 30, tzinfo=UTC), MONDAY, 42),
    debts=(),
    campaigns=(),
    questions=(),
    to_review=0,
    head="head 1",
    gaps=(),
    window=(),
    assessed=None,
    handed_over=(),
)


def test_a_whole_week():
    """Ben's review came in late, Farid's scan was missed, Grace is about to miss, and nobody owns backups."""
    review = standing("AC-01", Disposition.LATE, last_in=-6)
    scan = standing("VM-01", Disposition.MISSED, owner="Farid", last_in=-1)
    payroll = standing("FN-01", Disposition.OPEN, owner="Grace", last_in=3)
    backups = standing("OP-01", Disposition.OPEN, owner=None, last_in=9)
    digest = digest_of(
        replace(
            QUIET,
            examinations=(soc_2(review, scan, payroll, backups, scope=("CC6.1", "CC9.2")),),
            before=before(AC_01=Disposition.OPEN, VM_01=Disposition.OPEN, FN_01=Disposition.OPEN),
            debts=(
                debt("Farid", asked=3, subject="Vulnerability scan"),
                debt("Grace", asked=1, due_in=3, subject="Payroll reconciliation"),
            ),
            campaigns=(Campaign("Acceptable use", "2.0", MONDAY - DAY, 9, 7, ("Eva", "Ada")),),
            questions=(OpenQuestion("Who signs a bridge letter?", "Ada", MONDAY - 4 * DAY),),
            to_review=2,
            head="head 42",
        )
    )
    assert digest.week == "week 41 of 2026"
    [window] = digest.examinations
    assert isinstance(window, TypeTwoLine)
    assert (window.days_left, window.scheduled, window.uncovered) == (87, 4, Trimmed(("CC9.2",), 0))
    assert window.deltas == {
        Disposition.WAIVED: 0,
        Disposition.ON_TIME: 0,
        Disposition.LATE: 1,
        Disposition.MISSED: 1,
        Disposition.OPEN: -1,
    }
    assert digest.changes == Trimmed(
        (Movement(scan, Disposition.OPEN), Movement(review, Disposition.OPEN)), 0
    )
    assert digest.exceptions_ahead == Trimmed((ExceptionAhead(payroll, 3), ExceptionAhead(backups, 9)), 0)
    assert [(each.person, each.reminders) for each in digest.silent.shown] == [("Farid", 3)]
    assert [(each.person, each.oldest_due_on) for each in digest.overdue.shown] == [
        ("Farid", MONDAY - 3 * DAY)
    ]
    [progress] = digest.acknowledgements.shown
    assert (progress.overdue, progress.waiting) == (True, Trimmed(("Ada", "Eva"), 0))
    assert [question.asked_by for question in digest.questions.shown] == ["Ada"]
    assert digest.orphans == Trimmed((Orphan("OP-01", "OP-01 title", MONDAY + 9 * DAY),), 0)
    assert (digest.to_review, digest.head) == (2, "head 42")
    assert window.counts == {
        Disposition.WAIVED: 0,
        Disposition.ON_TIME: 0,
        Disposition.LATE: 1,
        Disposition.MISSED: 1,
        Disposition.OPEN: 2,
    }


def test_a_quiet_week_says_so_by_empty_lists():
    digest = digest_of(replace(QUIET, before=before()))
    assert digest.changes == digest.exceptions_ahead == digest.silent == digest.overdue == Trimmed((), 0)
    assert digest.acknowledgements == digest.questions == digest.gaps == digest.orphans == Trimmed((), 0)


def test_the_first_digest_has_nothing_to_compare_with():
    digest = digest_of(replace(QUIET, examinations=(soc_2(standing("AC-01", Disposition.MISSED)),)))
    [window] = digest.examinations
    assert isinstance(window, TypeTwoLine)
    assert (digest.changes, window.deltas) == (None, None)


@pytest.mark.parametrize(
    ("was", "now", "moved"),
    [
        (Disposition.OPEN, Disposition.OPEN, False),
        (Disposition.OPEN, Disposition.ON_TIME, True),
        (Disposition.ON_TIME, Disposition.OPEN, True),
        (Disposition.MISSED, Disposition.LATE, True),
        (None, Disposition.OPEN, False),
        (None, Disposition.ON_TIME, True),
    ],
)
def test_a_change_is_another_disposition_than_in_the_last_digest(was, now, moved):
    occurrence = standing("AC-01", now)
    last = before() if was is None else before(AC_01=was)
    digest = digest_of(replace(QUIET, examinations=(soc_2(occurrence),), before=last))
    expected = (Movement(occurrence, was),) if moved else ()
    assert digest.changes == Trimmed(expected, 0)


def test_what_was_withdrawn_since_is_missing_from_its_own_window_alone():
    """Two windows share the first control; the other two belong to one window each."""
    shared, first, second = (standing(f"AC-{n}", Disposition.OPEN) for n in (1, 2, 3))
    last_week = counted(replace(QUIET, examinations=(soc_2(shared, first), _next_year(shared, second))))
    digest = digest_of(
        replace(QUIET, examinations=(soc_2(shared), _next_year(shared, second)), before=last_week)
    )
    deltas = [window.deltas for window in digest.examinations if isinstance(window, TypeTwoLine)]
    assert deltas == [dict.fromkeys(Disposition, 0) | {Disposition.OPEN: -1}, dict.fromkeys(Disposition, 0)]
    assert digest.changes == Trimmed((), 0)


@pytest.mark.parametrize(
    ("now", "last_in", "was"),
    [
        (Disposition.MISSED, -1, Disposition.OPEN),
        (Disposition.MISSED, -7, Disposition.OPEN),
        (Disposition.MISSED, -8, Disposition.MISSED),
        (Disposition.OPEN, 3, Disposition.OPEN),
        (Disposition.LATE, -1, Disposition.LATE),
    ],
)
def test_what_nobody_touched_was_open_until_its_last_day(now, last_in, was):
    occurrence = standing("AC-01", now, last_in=last_in)
    then = before_of([soc_2(occurrence)], {}, {}, MONDAY - 7 * DAY)
    assert then.dispositions == {"AC-01 Q3 2026": was}


def test_what_was_touched_counted_as_what_it_was_then_and_what_was_not_there_is_new():
    review, scan = standing("AC-01", Disposition.ON_TIME), standing("VM-01", Disposition.MISSED)
    changed = {"AC-01 Q3 2026": Disposition.MISSED, "VM-01 Q3 2026": None}
    then = before_of([soc_2(review, scan)], changed, {}, MONDAY - 7 * DAY)
    assert then.dispositions == {"AC-01 Q3 2026": Disposition.MISSED}


def _next_year(*standings: OccurrenceStanding) -> TypeTwo:
    return replace(soc_2(*standings), title="SOC 2 Type 2, 2027")


def test_what_one_digest_counted_makes_the_next_one_silent():
    standings = [standing(f"AC-{n}", stands) for n, stands in enumerate(Disposition)]
    facts = replace(QUIET, examinations=(soc_2(*standings),))
    again = digest_of(replace(facts, before=counted(facts)))
    assert again.changes == Trimmed((), 0)
    [window] = again.examinations
    assert isinstance(window, TypeTwoLine)
    assert window.deltas == dict.fromkeys(Disposition, 0)


@pytest.mark.parametrize(
    ("occurrence", "days_left"),
    [
        (standing("AC-01", Disposition.OPEN, last_in=0), 0),
        (standing("AC-01", Disposition.OPEN, last_in=14), 14),
        (standing("AC-01", Disposition.OPEN, last_in=15), None),
        (standing("AC-01", Disposition.OPEN, last_in=3, under_review=True), None),
        (standing("AC-01", Disposition.ON_TIME, last_in=3), None),
        (standing("AC-01", Disposition.MISSED, last_in=-1), None),
    ],
)
def test_an_exception_is_announced_while_it_can_still_be_prevented(occurrence, days_left):
    digest = digest_of(replace(QUIET, examinations=(soc_2(occurrence),)))
    expected = () if days_left is None else (ExceptionAhead(occurrence, days_left),)
    assert digest.exceptions_ahead.shown == expected


def test_long_lists_keep_the_most_urgent_and_count_the_rest():
    standings = [standing(f"AC-{n}", Disposition.OPEN, last_in=n) for n in range(9, 0, -1)]
    ahead = digest_of(replace(QUIET, examinations=(soc_2(*standings),))).exceptions_ahead
    assert [each.days_left for each in ahead.shown] == [1, 2, 3, 4, 5]
    assert ahead.rest == "and 4 more"
    assert Trimmed(("all",), 0).rest == ""
    assert Trimmed((), 1234).rest == "and 1,234 more"


@given(st.integers(0, 30))
def test_what_is_shown_and_what_is_counted_are_all_of_it(people):
    debts = tuple(debt(f"Person {n}") for n in range(people))
    overdue = digest_of(replace(QUIET, debts=debts)).overdue
    assert len(overdue.shown) == min(people, SHOWN)
    assert len(overdue.shown) + overdue.more == people


def test_an_occurrence_of_two_examinations_is_announced_once():
    shared = standing("AC-01", Disposition.OPEN)
    digest = digest_of(replace(QUIET, examinations=(soc_2(shared), soc_2(shared)), before=before()))
    assert len(digest.exceptions_ahead.shown) == 1
    assert len(digest.examinations) == 2


def test_overdue_is_by_person_with_the_oldest_first_and_policies_apart():
    digest = digest_of(
        replace(
            QUIET,
            debts=(
                debt("Ben", due_in=-2, subject="Change review"),
                debt("Grace", due_in=-9, subject="Payroll"),
                debt("Ben", due_in=-5, subject="Access review"),
                debt("Eva", due_in=0),
                debt("Ada", due_in=-30, kind=ObligationKind.ACKNOWLEDGE),
            ),
        )
    )
    assert [(each.person, each.count, each.subjects.shown) for each in digest.overdue.shown] == [
        ("Grace", 1, ("Payroll",)),
        ("Ben", 2, ("Access review", "Change review")),
    ]


def test_silent_is_who_was_asked_three_times_and_gave_no_sign():
    digest = digest_of(
        replace(
            QUIET,
            debts=(
                debt("Ada", due_in=-30, asked=7, kind=ObligationKind.ACKNOWLEDGE, subject="Code of conduct"),
                debt("Ben", asked=2),
                debt("Dan", asked=5, away=True),
                debt("Farid", due_in=2, asked=3, kind=ObligationKind.ACCEPT_OWNERSHIP),
                debt("Grace", asked=4),
                debt("Grace", asked=6, due_in=-1, kind=ObligationKind.ACKNOWLEDGE),
            ),
        )
    )
    assert [(each.person, each.count, each.reminders) for each in digest.silent.shown] == [
        ("Grace", 2, 6),
        ("Farid", 1, 3),
        ("Ada", 1, 7),
    ]


def test_acknowledgements_show_the_unfinished_first():
    done = Campaign("Code of conduct", "1.0", MONDAY - 20 * DAY, 9, 9, ())
    late = Campaign("Access", "1.1", MONDAY - DAY, 9, 8, ("Ada",))
    running = Campaign("Incidents", "3.0", MONDAY, 9, 2, tuple("GFEDCBA"))
    progress = digest_of(replace(QUIET, campaigns=(done, running, late))).acknowledgements.shown
    assert [(each.campaign, each.overdue) for each in progress] == [
        (late, True),
        (running, False),
        (done, False),
    ]
    assert progress[1].waiting == Trimmed(tuple("ABCDE"), 2)


def test_the_oldest_question_comes_first():
    newer, older = OpenQuestion("A?", "Ben", MONDAY - DAY), OpenQuestion("B?", "Ada", MONDAY - 3 * DAY)
    assert digest_of(replace(QUIET, questions=(newer, older))).questions == Trimmed((older, newer), 0)


def test_topics_asked_in_vain_keep_their_order():
    topics = tuple(UnansweredTopic(f"topic {number}", 9 - number, 9) for number in range(7))
    assert digest_of(replace(QUIET, gaps=topics)).gaps == Trimmed(topics[:5], 2)


def test_orphans_are_named_once_with_their_most_urgent_day():
    design = Design("OP-02", "Restore test", ("CC6.1",), None, has_evidence=False)
    designed = Design("OP-01", "OP-01 title", ("CC6.1",), None, has_evidence=False)
    soc_1 = TypeOne("SOC 1 Type 1", date(2026, 12, 31), (design, designed), ("CC6.1",))
    missed = standing("OP-01", Disposition.MISSED, owner=None, last_in=-9, period="Q2 2026")
    later = standing("OP-01", Disposition.OPEN, owner=None, last_in=60)
    sooner = standing("OP-01", Disposition.OPEN, owner=None, last_in=5, period="September 2026")
    digest = digest_of(replace(QUIET, examinations=(soc_1, soc_2(missed, later, sooner))))
    assert digest.orphans.shown == (
        Orphan("OP-01", "OP-01 title", MONDAY + 5 * DAY),
        Orphan("OP-02", "Restore test", None),
    )


def test_a_type_1_line_counts_days_and_names_gaps():
    designs = (Design("FN-01", "Reconciliation", ("CO-1",), "Grace", has_evidence=True),)
    soc_1 = TypeOne("SOC 1 Type 1", date(2026, 12, 31), designs, ("CO-1", "CO-2"))
    [line] = digest_of(replace(QUIET, examinations=(soc_1,))).examinations
    assert line == TypeOneLine(
        "SOC 1 Type 1", date(2026, 12, 31), 87, 2, 1, Trimmed((Gap("CO-2", ("no control answers it",)),), 0)
    )


def test_a_digest_that_does_not_tie_is_not_sent():
    lost_one = replace(soc_2(standing("AC-01", Disposition.OPEN)), scheduled=2)
    with pytest.raises(Unreconciled):
        digest_of(replace(QUIET, examinations=(lost_one,)))
