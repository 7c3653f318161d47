"""What a window lacks, in one sentence each that says what to do and by when."""

from datetime import UTC, date, datetime

import pytest

from bot.register.rules.window_guard import ShortWindow, WindowFinding
from bot.register.views.window_guard import finding_sentence, finding_sentences
from bot.reminders.digest import DIGEST
from bot.reminders.rules.comparison import ReadAt
from bot.reminders.rules.digest import DigestFacts, digest_of
from bot.reminders.rules.trimming import Trimmed
from storage.terms import Cadence
from tests.bot.samples import LONG, SUMMER, TODAY, not_in_window

ROOM = 300


def test_a_control_that_was_never_performed():
    assert finding_sentence(not_in_window(None)) == (
        "SOC 2 Type 2: GV-01 Policy review, once a year, not performed yet; the window begins on Wed 1 Jul 2026: "
        "perform it by Tue 15 Sep 2026 or expect an exception."
    )


def test_when_the_window_is_over_nothing_is_asked_any_more():
    assert finding_sentence(not_in_window(date(2026, 2, 3), over=True)) == (
        "SOC 2 Type 2: GV-01 Policy review, once a year, last performed Tue 3 Feb 2026; the window "
        "ended on Tue 15 Sep 2026: expect an exception."
    )


@pytest.mark.parametrize(
    "finding",
    [
        not_in_window(date(2026, 2, 3), examination=LONG, title=LONG, cadence=Cadence.CONTINUOUS),
        not_in_window(None, over=True, examination=LONG, title=LONG, cadence=Cadence.CONTINUOUS),
        ShortWindow(LONG, *SUMMER),
    ],
)
def test_long_names_give_way_to_the_day_to_act_by(finding: WindowFinding):
    assert len(finding_sentence(finding)) <= ROOM
    assert "Tue 15 Sep 2026" in finding_sentence(finding)[-ROOM:]
    assert finding_sentence(finding).endswith(".")


def test_where_there_is_little_room_the_first_stand_for_all():
    findings = [not_in_window(None, control_id=f"GV-{number:02}") for number in range(1, 6)]

    assert finding_sentences(findings) == [
        *map(finding_sentence, findings[:3]),
        "and 2 more that the window lacks",
    ]
    assert finding_sentences(findings[:3]) == [*map(finding_sentence, findings[:3])]
    assert finding_sentences(findings[:3], more=7) == [
        *map(finding_sentence, findings[:3]),
        "and 7 more that the window lacks",
    ]
    assert finding_sentences([]) == []


def test_a_digest_keeps_them_as_they_were():
    findings = (
        ShortWindow("SOC 2 Type 2", *SUMMER),
        not_in_window(date(2026, 2, 3)),
        not_in_window(None, over=True),
    )
    facts = DigestFacts(
        as_of=TODAY,
        week_of=TODAY,
        examinations=(),
        before=None,
        read_at=ReadAt(datetime(2026, 10, 5, 7, 30, tzinfo=UTC), TODAY, 1),
        debts=(),
        campaigns=(),
        questions=(),
        to_review=0,
        head="",
        gaps=(),
        window=findings,
        assessed=None,
        handed_over=(),
    )

    kept = DIGEST.validate_json(DIGEST.dump_json(digest_of(facts)))
    assert kept.window == Trimmed(findings, 0)
