"""Leave in words: what is noted, how it is ended, who stands in, and what leads read where nobody does."""

from datetime import date

import pytest

from bot.blocks.ids import Action, Callback, Field
from bot.calendar.workdays import Away
from bot.evidence.views import handing_in
from bot.evidence.views.handing_in import RequestDetails
from bot.owners.rules.leave import Absence, NotedLeave, PlannedLeave
from bot.owners.views import leave
from bot.reminders.views import home
from tests.bot.samples import LONG, TODAY, Faults, actions_of, control, occurrence, read, sound

NOW = NotedLeave("lv1", Away(date(2026, 10, 5), date(2026, 10, 9)))
CHRISTMAS = NotedLeave("lv2", Away(date(2026, 12, 21), date(2027, 1, 2)), "Cleo Marchetti")
OWN = PlannedLeave("Ben Castillo", [NOW, CHRISTMAS], TODAY, own=True)


def test_the_form_asks_for_dates_and_for_no_reason():
    form = leave.leave_form()

    assert (form["callback_id"], form["private_metadata"]) == (Callback.LEAVE, "")
    assert [block.get("block_id") for block in form["blocks"][:2]] == [Field.STARTS_ON, Field.ENDS_ON]
    assert "Nobody is asked why." in read(form)
    assert "Who is away" not in read(form)


def test_a_lead_s_form_begins_with_the_owner_and_remembers_the_card():
    form = leave.leave_form("AC-01", "U0BEN")

    assert form["private_metadata"] == "AC-01"
    assert form["blocks"][0]["element"]["initial_user"] == "U0BEN"


def test_one_s_own_leave_can_be_ended_line_by_line():
    shown = leave.leaves_message(OWN)

    assert read(shown).splitlines()[:5] == [
        "You are noted as away:",
        "Away from Mon 5 Oct 2026 to Fri 9 Oct 2026 (now)",
        "[I am back: from Mon 5 Oct 2026 to Fri 9 Oct 2026]",
        "Away from Mon 21 Dec 2026 to Sat 2 Jan 2027, noted by Cleo Marchetti",
        "[Cancel this leave: from Mon 21 Dec 2026 to Sat 2 Jan 2027]",
    ]
    assert "(now)" in shown.text
    assert "/soc away 2026-12-21 2027-01-02" in shown.text
    buttons = [block["accessory"] for block in shown.blocks if "accessory" in block]
    assert [(each["action_id"], each["value"]) for each in buttons] == [
        (Action.END_LEAVE, "lv1"),
        (Action.END_LEAVE, "lv2"),
    ]
    assert all("confirm" in each for each in buttons)


def test_a_lead_reads_whose_it_is():
    message = leave.leaves_message(PlannedLeave("Ben Castillo", [NOW], TODAY, own=False))

    assert message.text.startswith("Ben Castillo is noted as away:")
    assert "[They are back" in read(message)
    assert leave.leave_ended_words(PlannedLeave("Ben Castillo", [], TODAY, own=False)) == (
        "Ben Castillo is not noted as away any more, and reminded as on any other day."
    )
    assert leave.leave_ended_words(PlannedLeave("Ben Castillo", [CHRISTMAS], TODAY, own=True)) == (
        "That is taken back. You are still noted as away from Mon 21 Dec 2026 to Sat 2 Jan 2027."
    )


def test_home_shows_leave_only_where_there_is_some():
    with_leave = read(home.home_view("Ben", [], [], None, planned=OWN))
    without = read(home.home_view("Ben", [], [], None, planned=PlannedLeave("Ben", [], TODAY, own=True)))

    assert with_leave.index("Your leave") < with_leave.index("How to ask")
    assert "You get no reminders on these days" in with_leave
    assert "Your leave" not in without
    assert "[Say from when to when you will be away]" in without


@pytest.mark.parametrize(
    ("absence", "words"),
    [
        (None, ""),
        (Absence(date(2026, 10, 16)), ", away until Fri 16 Oct 2026, nobody stands in"),
        (Absence(date(2026, 10, 16), "Farid"), ", away until Fri 16 Oct 2026, Farid stands in"),
    ],
)
def test_behind_an_owner_s_name(absence, words):
    assert leave.away_until_words(absence) == words


def test_a_stand_in_reads_why_and_until_when():
    why = leave.stands_in_words("Ben Castillo", date(2026, 10, 16))
    shown = handing_in.evidence_request(occurrence(), control(), TODAY, RequestDetails(why_you=why))

    for words in (read(shown), shown.text):
        assert "you stand in for Ben Castillo, who is away until Fri 16 Oct 2026." in words


def test_an_owner_who_is_away_reads_who_is_asked_and_may_still_upload():
    shown = handing_in.closed_request(
        occurrence(), control(), leave.asked_instead_words("Farid Haddad", date(2026, 10, 16))
    )

    assert "until Fri 16 Oct 2026, Farid Haddad stands in and is asked for it." in shown.text
    assert actions_of(shown) == {Action.OPEN_EVIDENCE: "occ1"}
    assert actions_of(handing_in.closed_request(occurrence(), control())) == {}


def test_leads_read_who_is_away_and_what_falls_due():
    due = [occurrence(label=f"week {n}", due_on=date(2026, 10, 5 + n)) for n in range(5)]
    shown = leave.cover_request(control(), "Ben Castillo", NOW.away, None, due)

    assert read(shown).splitlines()[:2] == [
        "Nobody will be there to answer for AC-01 Quarterly user access review.",
        "Ben Castillo is away from Mon 5 Oct 2026 to Fri 9 Oct 2026, and there is no backup. Due meanwhile: "
        "week 0 on Mon 5 Oct 2026, week 1 on Tue 6 Oct 2026, week 2 on Wed 7 Oct 2026, 2 more.",
    ]
    assert actions_of(shown) == {Action.OPEN_ASSIGN: "AC-01"}
    also = leave.cover_request(control(), "Ben", Away(TODAY, TODAY), "Farid Haddad", due[:1])
    assert "Ben is away on Mon 5 Oct 2026, and Farid Haddad, the backup, is away too." in also.text


def test_the_worst_words(faults: Faults):
    worst = control(title=LONG, does=LONG, why=LONG, evidence=LONG)
    noted = [NotedLeave(f"lv{n}", Away(TODAY, TODAY), LONG) for n in range(60)]
    planned = PlannedLeave(LONG, noted, TODAY, own=False)

    sound(leave.leaves_message(planned), faults)
    sound(home.home_view("Ben", [], [], None, planned=planned), faults)
    sound(leave.leave_form("AC-01", "U0BEN"), faults)
    sound(leave.cover_request(worst, LONG, NOW.away, LONG, [occurrence(label="x" * 60)] * 40), faults)
    sound(leave.cover_receipt(worst), faults)
    sound(
        handing_in.evidence_request(
            occurrence(), worst, TODAY, RequestDetails(fault=LONG, why_you=leave.stands_in_words(LONG, TODAY))
        ),
        faults,
    )
    sound(handing_in.closed_request(occurrence(), worst, leave.asked_instead_words(LONG, TODAY)), faults)
