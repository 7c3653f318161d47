"""The list of controls, a card and the forms: what they say, and that the worst of words fit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.blocks.ids import Action
from bot.blocks.paging import Page
from bot.evidence.rules.waivers import WaiverInForce, WaiverStep
from bot.owners.rules.ownership import Holder
from bot.register.rules.controls import (
    AdoptionSource,
    ControlAdopted,
    ControlCard,
    ControlRedefined,
    ControlRescheduled,
    ControlStatus,
    HistoryItem,
    LastEvidence,
    ListedControl,
    OccurrenceOutcome,
    OwnershipStep,
    Rhythm,
)
from bot.register.rules.importing import CellChange
from bot.register.rules.sheets import FIELDS
from bot.register.views import assigning, cadence, catalogue, controls
from bot.schedule.rules.schedule_changes import ScheduleEffect
from content.models import Request
from storage.terms import Cadence, Disposition, EvidenceState, OwnershipRole, OwnershipState, WaiverState
from tests.bot.samples import LONG, TODAY, Faults, actions_of, control, read, sound

QUARTERLY, MONTHLY = Rhythm(Cadence.QUARTERLY, 10, 5), Rhythm(Cadence.MONTHLY, 3, 0)
WORST = {"title": LONG, "does": LONG, "why": LONG, "evidence": LONG}
MANY = {"criteria": [f"CC{n}.1" for n in range(300)], "objectives": [f"CO-{n}" for n in range(300)]}


def listed(name: str = "Ben Castillo", **changes: object) -> ListedControl:
    return ListedControl(
        control(**changes), Holder(name, accepted=True), date(2026, 10, 10), ControlStatus.ON_TRACK
    )


def card(
    history: list[HistoryItem], of: int = 1, name: str = "Ben Castillo", **changes: object
) -> ControlCard:
    last = LastEvidence("Q3 2026", TODAY, name, EvidenceState.ACCEPTED)
    return ControlCard(
        listed(name, **changes), Holder(name, accepted=False), last, Page(history, 1, of, len(history))
    )


def test_the_worst_words_fit_in_every_page(faults: Faults):
    rows = [listed(LONG, id=f"X-{n}", **WORST, **MANY) for n in range(10)]
    page = Page(rows, 2, 3, 30)
    history: list[HistoryItem] = [
        ControlRescheduled(TODAY, LONG, QUARTERLY, MONTHLY, LONG),
        OwnershipStep(TODAY, LONG, OwnershipRole.PRIMARY, OwnershipState.DECLINED, LONG, LONG),
        WaiverStep(TODAY, WaiverState.DECLINED, LONG, LONG, LONG),
        ControlRedefined(
            TODAY, LONG, (CellChange("title", LONG, LONG), CellChange("does", LONG, LONG)), LONG
        ),
        ControlAdopted(TODAY, AdoptionSource.IMPORT, LONG, LONG),
        *[OccurrenceOutcome(TODAY, "Q3 2026", Disposition.LATE, TODAY)] * 5,
    ]
    for view in (
        controls.controls_modal(page, LONG),
        controls.controls_message(page, LONG[:100]),
        controls.control_modal(
            replace(
                card(history, of=9, name=LONG, **WORST, **MANY),
                waivers=[WaiverInForce("wai1", "AC-01", LONG, (LONG, LONG), TODAY, LONG)] * 20,
                may_waive=True,
            )
        ),
        catalogue.catalogue_modal(Page(rows, 2, 3, 30), LONG),
        catalogue.catalogue_control_modal(
            control(**WORST, **MANY, population_of=LONG),
            [Request(number=n, ask=LONG) for n in range(1, 100)],
        ),
        cadence.rhythm_modal(control(**WORST), QUARTERLY, LONG, ScheduleEffect(1, 2, 3), "token"),
        assigning.assign_many_modal(["CC6.1"] * 150, controls=rows * 10, owner=LONG, token="t"),
        assigning.assigned_many_modal(rows * 10, LONG),
        assigning.assign_many_message("CC6.1", rows * 10, "U0BEN", LONG),
        assigning.assigned_message(control(**WORST), LONG, LONG),
    ):
        sound(view, faults)


def test_a_catalogue_that_is_all_adopted_says_so():
    assert catalogue.ALL_ADOPTED in read(catalogue.catalogue_modal(Page([], 1, 1, 0), ""))


def test_more_requests_than_fit_are_counted():
    requests = [Request(number=n, ask="The list of users.") for n in range(1, 13)]
    text = read(catalogue.catalogue_control_modal(control(), requests))

    assert "10. The list of users." in text
    assert "And 2 more." in text
    assert "11. " not in text


def test_nothing_found_offers_all_controls():
    view = controls.controls_message(Page([], 1, 1, 0), "x")

    assert read(view).splitlines()[0] == "No control fits “x”."
    assert "[All controls]" in read(view)


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (ScheduleEffect(12, 3), "12 occurrences are added, 3 occurrences are withdrawn."),
        (ScheduleEffect(1, 0, 2), "1 occurrence is added, 2 occurrences are given new dates."),
        (ScheduleEffect(), "No occurrence is added or withdrawn."),
    ],
)
def test_what_a_change_means_is_said_in_one_sentence(effect: ScheduleEffect, words: str):
    assert cadence.effect_words(effect).startswith(words)


def test_every_term_has_words():
    every: list[HistoryItem] = [OccurrenceOutcome(TODAY, "Q", each, TODAY) for each in Disposition]
    every += [OccurrenceOutcome(TODAY, "R", Disposition.OPEN, None, rejected=True)]
    every += [
        OwnershipStep(TODAY, "Ben", OwnershipRole.BACKUP, each, "Cleo", "no time") for each in OwnershipState
    ]
    every += [ControlAdopted(TODAY, each, "Cleo") for each in AdoptionSource]
    every += [ControlRedefined(TODAY, "Cleo", (CellChange(each, "a", "b"),), None) for each in FIELDS]
    text = read(controls.control_modal(card(every)))

    assert "adopted with the content when Socrates was set up." in text
    assert "Cleo changed what samples are drawn from (a → b) by an import." in text
    assert "Ben declined to be the backup: no time" in text
    assert "Q: missed, performed Mon 5 Oct 2026" in text
    assert "R: open, the evidence was rejected" in text
    for status in ControlStatus:
        row = ListedControl(control(), None, TODAY + timedelta(days=1), status)
        assert read(controls.controls_message(Page([row], 1, 1, 1), ""))


def test_a_page_in_the_middle_leads_both_ways():
    view = controls.controls_modal(Page([listed()], 2, 3, 30), "")

    assert actions_of(view)[Action.PREVIOUS_CONTROLS] == "1"
    assert actions_of(view)[Action.NEXT_CONTROLS] == "3"
