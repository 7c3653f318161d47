"""The list of controls, a card and the forms: what they say, and that the worst of words fit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.blocks.ids import Action
from bot.blocks.paging import Page
from bot.evidence.rules.waivers import InForce, Step
from bot.owners.rules.leave import Holder
from bot.register.rules.controls import (
    Adopted,
    Card,
    ControlStanding,
    Happened,
    Held,
    LastEvidence,
    ListedControl,
    Performed,
    Redefined,
    Rescheduled,
    Rhythm,
    Source,
)
from bot.register.rules.importing import CellChange
from bot.register.rules.sheets import FIELDS
from bot.register.views import assigning, cadence, catalogue, controls
from bot.schedule.rules.occurrences import ScheduleEffect
from content.models import Request
from storage.terms import Cadence, Disposition, EvidenceState, OwnershipRole, OwnershipState, WaiverState
from tests.bot.samples import LONG, TODAY, Faults, actions_of, control, read, sound

QUARTERLY, MONTHLY = Rhythm(Cadence.QUARTERLY, 10, 5), Rhythm(Cadence.MONTHLY, 3, 0)
WORST = {"title": LONG, "does": LONG, "why": LONG, "evidence": LONG}
MANY = {"criteria": [f"CC{n}.1" for n in range(300)], "objectives": [f"CO-{n}" for n in range(300)]}


def listed(name: str = "Ben Castillo", **changes: object) -> ListedControl:
    return ListedControl(
        control(**changes), Holder(name, accepted=True), date(2026, 10, 10), ControlStanding.ON_TRACK
    )


def card(history: list[Happened], of: int = 1, name: str = "Ben Castillo", **changes: object) -> Card:
    last = LastEvidence("Q3 2026", TODAY, name, EvidenceState.ACCEPTED)
    return Card(
        listed(name, **changes), Holder(name, accepted=False), last, Page(history, 1, of, len(history))
    )


def test_the_worst_words_fit_in_every_page(faults: Faults):
    rows = [listed(LONG, id=f"X-{n}", **WORST, **MANY) for n in range(10)]
    page = Page(rows, 2, 3, 30)
    history: list[Happened] = [
        Rescheduled(TODAY, LONG, QUARTERLY, MONTHLY, LONG),
        Held(TODAY, LONG, OwnershipRole.PRIMARY, OwnershipState.DECLINED, LONG, LONG),
        Step(TODAY, WaiverState.DECLINED, LONG, LONG, LONG),
        Redefined(TODAY, LONG, (CellChange("title", LONG, LONG), CellChange("does", LONG, LONG)), LONG),
        Adopted(TODAY, Source.IMPORT, LONG, LONG),
        *[Performed(TODAY, "Q3 2026", Disposition.LATE, TODAY)] * 5,
    ]
    for view in (
        controls.list_modal(page, LONG),
        controls.list_message(page, LONG[:100]),
        controls.card_modal(
            replace(
                card(history, of=9, name=LONG, **WORST, **MANY),
                waivers=[InForce("wai1", "AC-01", LONG, (LONG, LONG), TODAY, LONG)] * 20,
                may_waive=True,
            )
        ),
        catalogue.list_modal(Page(rows, 2, 3, 30), LONG),
        catalogue.card_modal(
            control(**WORST, **MANY, population_of=LONG),
            [Request(number=n, ask=LONG) for n in range(1, 100)],
        ),
        cadence.rhythm_modal(control(**WORST), QUARTERLY, LONG, ScheduleEffect(1, 2, 3), "token"),
        assigning.many_modal(["CC6.1"] * 150, controls=rows * 10, owner=LONG, token="t"),
        assigning.done_modal(rows * 10, LONG),
        assigning.offer("CC6.1", rows * 10, "U0BEN", LONG),
        assigning.assigned(control(**WORST), LONG, LONG),
    ):
        sound(view, faults)


def test_a_catalogue_that_is_all_adopted_says_so():
    assert catalogue.ALL_ADOPTED in read(catalogue.list_modal(Page([], 1, 1, 0), ""))


def test_more_requests_than_fit_are_counted():
    requests = [Request(number=n, ask="The list of users.") for n in range(1, 13)]
    text = read(catalogue.card_modal(control(), requests))

    assert "10. The list of users." in text
    assert "And 2 more." in text
    assert "11. " not in text


def test_nothing_found_offers_all_controls():
    view = controls.list_message(Page([], 1, 1, 0), "x")

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
    every: list[Happened] = [Performed(TODAY, "Q", each, TODAY) for each in Disposition]
    every += [Performed(TODAY, "R", Disposition.OPEN, None, rejected=True)]
    every += [Held(TODAY, "Ben", OwnershipRole.BACKUP, each, "Cleo", "no time") for each in OwnershipState]
    every += [Adopted(TODAY, each, "Cleo") for each in Source]
    every += [Redefined(TODAY, "Cleo", (CellChange(each, "a", "b"),), None) for each in FIELDS]
    text = read(controls.card_modal(card(every)))

    assert "adopted with the content when Socrates was set up." in text
    assert "Cleo changed what samples are drawn from (a → b) by an import." in text
    assert "Ben declined to be the backup: no time" in text
    assert "Q: missed, performed Mon 5 Oct 2026" in text
    assert "R: open, the evidence was rejected" in text
    for status in ControlStanding:
        row = ListedControl(control(), None, TODAY + timedelta(days=1), status)
        assert read(controls.list_message(Page([row], 1, 1, 1), ""))


def test_a_page_in_the_middle_leads_both_ways():
    view = controls.list_modal(Page([listed()], 2, 3, 30), "")

    assert actions_of(view)[Action.PREVIOUS_CONTROLS] == "1"
    assert actions_of(view)[Action.NEXT_CONTROLS] == "3"
