"""The digest as Cleo reads it: every figure in the blocks and in the text, and her own requests below."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.answers.rules.unanswered import UnansweredTopic
from bot.blocks.ids import Action
from bot.evidence.views import handing_in
from bot.evidence.views.handing_in import RequestDetails
from bot.readiness.rules.findings import PastAssessment
from bot.readiness.rules.status import Design, OccurrenceStanding
from bot.register.rules.window_guard import ShortWindow
from bot.reminders.rules.comparison import Before, ReadAt
from bot.reminders.rules.digest import Campaign, Debt, DigestFacts, OpenQuestion, TypeOne, TypeTwo, digest_of
from bot.reminders.views import digest
from storage.terms import Cadence, Disposition, ObligationKind
from tests.bot.samples import LONG, SUMMER, TODAY, Faults, control, not_in_window, occurrence, read, sound

DAY = timedelta(days=1)
READ_AT = ReadAt(datetime(2026, 10, 5, 7, 30, tzinfo=UTC), TODAY, 312)


def standing(
    control_id: str, stands: Disposition, last_in: int = 30, owner: str | None = "Ben"
) -> OccurrenceStanding:
    last_day = TODAY + last_in * DAY
    title = "Access review" if control_id == "AC-01" else "Backup test"
    return OccurrenceStanding(
        control_id, title, ("CC6.1",), owner, "Q3 2026", last_day - 5 * DAY, last_day, stands
    )


SOC_2 = TypeTwo(
    "SOC 2 Type 2",
    date(2026, 7, 1),
    date(2026, 12, 31),
    (
        standing("AC-01", Disposition.LATE),
        standing("BC-01", Disposition.OPEN, last_in=10, owner=None),
        standing("CM-01", Disposition.MISSED, last_in=-2),
    ),
    ("CC6.1", "CC9.2"),
    scheduled=3,
)
SOC_1 = TypeOne(
    "SOC 1 Type 1",
    date(2026, 12, 31),
    (Design("FN-01", "Payroll release", ("CO-1",), "Grace", True),),
    ("CO-1", "CO-2"),
)
FACTS = DigestFacts(
    as_of=TODAY,
    week_of=TODAY,
    examinations=(SOC_2, SOC_1),
    before=Before(
        {
            "AC-01 Q3 2026": Disposition.OPEN,
            "BC-01 Q3 2026": Disposition.OPEN,
            "CM-01 Q3 2026": Disposition.MISSED,
        },
        {"SOC 2 Type 2": {Disposition.OPEN: 2, Disposition.MISSED: 1}},
    ),
    read_at=READ_AT,
    debts=(
        Debt("Ben", ObligationKind.EVIDENCE, "CM-01 Q3 2026", TODAY - 7 * DAY, asked=4, away=False),
        Debt("Eva", ObligationKind.EVIDENCE, "HR-01 Q3 2026", TODAY - DAY, asked=1, away=False),
    ),
    campaigns=(Campaign("Security Policy", "1.1", TODAY + 9 * DAY, 9, 7, ("Ada", "Farid")),),
    questions=(OpenQuestion("Do we need a bridge letter?", "Ada", TODAY - 3 * DAY),),
    to_review=2,
    head="312 3f9a5c0de1b2",
    gaps=(UnansweredTopic("may we name our auditor?", 3, 5), UnansweredTopic("lunch", 1, 1)),
    window=(ShortWindow("SOC 2 Type 2", *SUMMER), not_in_window(date(2026, 2, 3))),
    assessed=None,
    handed_over=(),
)
QUIET = DigestFacts(
    as_of=TODAY,
    week_of=TODAY,
    examinations=(),
    before=None,
    read_at=READ_AT,
    debts=(),
    campaigns=(),
    questions=(),
    to_review=0,
    head="1 00",
    gaps=(),
    window=(),
    assessed=None,
    handed_over=(),
)


def test_cleos_week():
    assert read(digest.digest_message(digest_of(FACTS), [], "Cleo Marchetti")) == (
        "Digest for week 41 of 2026\n"
        "Hello Cleo Marchetti, this is the digest for week 41 of 2026.\n"
        "SOC 2 Type 2, Wed 1 Jul 2026 to Thu 31 Dec 2026, 87 days left\n"
        "3 scheduled: 0 on time, 1 late (+1), 1 missed, 0 waived, 1 open (-1).\n"
        "In brackets: the change since the last digest.\n"
        "Nothing is scheduled for CC9.2.\n"
        "SOC 1 Type 1, as of Thu 31 Dec 2026, 87 days left\n"
        "1 of 2 ready, 1 with a gap.\n"
        "CO-2: no control answers it\n"
        "Will become exceptions unless somebody acts: 1\n"
        "BC-01 Backup test, Q3 2026, no owner: last day Thu 15 Oct 2026, in 10 days\n"
        "[Reassign BC-01]\n"
        "What a window lacks: 2\n"
        "SOC 2 Type 2: Wed 1 Jul 2026 to Tue 15 Sep 2026 is less than three months; agree on more with your auditor "
        "by Tue 15 Sep 2026.\n"
        "SOC 2 Type 2: GV-01 Policy review, once a year, last performed Tue 3 Feb 2026; the window begins on "
        "Wed 1 Jul 2026: perform it by Tue 15 Sep 2026 or expect an exception.\n"
        "Changed since the last digest: 1\n"
        "AC-01 Access review, Q3 2026: late, was open\n"
        "Overdue, by owner: 2 people\n"
        "Ben: 1 overdue, the oldest since Mon 28 Sep 2026: CM-01 Q3 2026\n"
        "Eva: 1 overdue, the oldest since Sun 4 Oct 2026: HR-01 Q3 2026\n"
        "Asked 3 times or more, no answer: 1 person\n"
        "Ben: asked 4 times, no answer yet: CM-01 Q3 2026\n"
        "Policies being acknowledged: 1\n"
        "Policy | Acknowledged | Asked | Not yet | Due | Who not yet\n"
        "Security Policy 1.1 | 7 | 9 | 2 | Wed 14 Oct 2026 | Ada, Farid\n"
        "Waiting for a person's answer: 1\n"
        "Ada, Fri 2 Oct 2026: “Do we need a bridge letter?”\n"
        "Asked in vain, to be answered from Home: 2\n"
        "3 people, 5 times: “may we name our auditor?”\n"
        "1 person: “lunch”\n"
        "Without an owner: 1\n"
        "BC-01 Backup test: last day Thu 15 Oct 2026\n"
        "Evidence waiting for review: 2 files\n"
        "Head of the record: 312 3f9a5c0de1b2\n"
        "This is your company's own view of itself. Only the service auditor gives an opinion."
    )


def test_the_text_carries_every_figure():
    message = digest.digest_message(digest_of(FACTS), [], "Cleo")

    table = "Security Policy 1.1. Acknowledged: 7. Asked: 9. Not yet: 2. Due: Wed 14 Oct 2026. Who not yet: Ada, Farid"
    assert table in message.text
    for line in read(message).splitlines()[1:]:
        assert line in message.text or " | " in line or line == "[Reassign BC-01]"


def test_an_exception_ahead_can_be_given_to_somebody_else():
    accessories = [
        block["accessory"]
        for block in digest.digest_message(digest_of(FACTS), [], "Cleo").blocks
        if "accessory" in block
    ]

    assert [(button["action_id"], button["value"]) for button in accessories] == [
        (Action.OPEN_ASSIGN, "BC-01")
    ]


def test_a_quiet_first_week_says_what_was_looked_at():
    words = read(digest.digest_message(digest_of(QUIET), [], "Cleo"))

    assert "This is the first digest, so nothing is compared with a week ago." in words
    assert (
        "Nothing is about to become an exception, lacking in a window, overdue from a control's owner, "
        "unanswered by people asked several times, "
        "waiting for a person's answer, asked in vain, without an owner or waiting for review."
    ) in words


def test_her_own_requests_follow(faults: Faults):
    item = handing_in.evidence_request(occurrence(), control(), TODAY)

    message = digest.digest_message(digest_of(FACTS), [item] * 12, "Cleo")

    sound(message, faults)
    assert "[Upload evidence for AC-01 Quarterly user access review, Q3 2026]" in read(message)
    assert "open my Home tab" in read(message)
    assert "Head of the record: 312" in message.text
    assert "Evidence for AC-01" in message.text
    assert message.text.endswith("more requests: open my Home tab")


def test_the_examination_is_today_or_over():
    for days_ahead, words in ((0, "today"), (-1, "ended 1 day ago")):
        over = replace(SOC_1, as_of=TODAY + days_ahead * DAY)
        assert words in read(
            digest.digest_message(digest_of(replace(QUIET, examinations=(over,))), [], "Cleo")
        )


def test_the_worst_week(faults: Faults):
    standings = tuple(
        OccurrenceStanding(
            f"AC-{n}", LONG, ("CC6.1",), LONG if n % 2 else None, "week 41 of 2026", TODAY, TODAY, stands
        )
        for n, stands in enumerate([Disposition.OPEN, Disposition.OPEN, Disposition.MISSED] * 20)
    )
    window = TypeTwo(LONG, TODAY, TODAY, standings, ("CC6.1", *(f"CC{n}" for n in range(40))), len(standings))
    designs = tuple(Design(f"FN-{n}", LONG, ("CO-1",), None, False) for n in range(40))
    as_of = TypeOne(LONG, TODAY, designs, tuple(f"CO-{n}" for n in range(40)))
    worst = DigestFacts(
        as_of=TODAY,
        week_of=TODAY,
        examinations=(window, as_of, window, as_of),
        before=Before(
            {f"AC-{n} week 41 of 2026": Disposition.WAIVED for n in range(60)},
            {LONG: {Disposition.WAIVED: 60}},
        ),
        read_at=READ_AT,
        debts=tuple(
            Debt(f"{n} {LONG}", ObligationKind.EVIDENCE, LONG, TODAY - DAY, asked=9, away=False)
            for n in range(40)
        ),
        campaigns=tuple(Campaign(LONG, LONG, TODAY - DAY, 9, 1, (LONG,) * 20) for _ in range(9)),
        questions=(OpenQuestion(LONG, LONG, TODAY),) * 9,
        gaps=(UnansweredTopic(LONG, 1_000, 10_000),) * 9,
        window=(not_in_window(TODAY, examination=LONG, title=LONG, cadence=Cadence.CONTINUOUS),) * 9,
        to_review=10**6,
        assessed=PastAssessment("made1", LONG, TODAY, LONG, "17", 10**6, 10**6, files_read=False),
        handed_over=(),
        head="f" * 90,
    )
    item = handing_in.evidence_request(
        occurrence(),
        control(title=LONG, does=LONG, why=LONG, evidence=LONG),
        TODAY,
        RequestDetails(fault=LONG),
    )

    message = digest.digest_message(digest_of(worst), [item] * 30, LONG[:60])

    sound(message, faults)
    assert "Head of the record: fff" in read(message)
    for words in (
        "60 scheduled",
        "What a window lacks: 9",
        "Overdue, by owner: 40 people",
        "Waiting for a person's answer: 9",
        "Last self-assessment, Mon 5 Oct 2026: 1,000,000 sampled, 1,000,000 exceptions",
    ):
        assert words in read(message)
        assert words in message.text


def test_an_exception_ahead_says_that_what_was_handed_in_was_rejected():
    rejected = replace(standing("AC-01", Disposition.OPEN, last_in=3), rejected=True)
    window = replace(SOC_2, standings=(rejected,), scheduled=1)
    text = digest.digest_message(digest_of(replace(FACTS, examinations=(window,))), [], "Cleo").text

    assert (
        "AC-01 Access review, Q3 2026, Ben: last day Thu 8 Oct 2026, in 3 days, the evidence was rejected"
        in text
    )
