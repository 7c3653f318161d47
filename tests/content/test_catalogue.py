"""The catalogue serves every criterion, request and objective, and says of each control what an auditor asks first."""

from collections import Counter

import pytest

from bot.answers.rules.content_checks import unserved
from content.library import Library, load_library
from content.models import CadenceName, TriggerName
from storage.terms import TriggerKind

RUN = (
    *("AC-01", "BK-01", "CM-01", "CM-02", "GV-01", "GV-02", "HR-01", "HR-02"),
    *("IR-01", "PR-01", "RA-01", "RA-02", "RA-03", "RA-04", "VM-01"),
)
CHECKLIST = {
    "GV-01": 1,
    "GV-02": 2,
    "HR-01": 3,
    "HR-02": 4,
    "CM-01": 5,
    "CM-02": 6,
    "RA-01": 7,
    "RA-02": 8,
    "RA-03": 9,
    "RA-04": 10,
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_the_company_runs_15_of_at_least_64(library: Library) -> None:
    assert len(library.catalogue) >= 64
    assert tuple(control.id for control in library.controls) == RUN
    assert set(library.controls) < set(library.catalogue)
    assert library.control("AC-07") in library.catalogue


def test_every_control_has_its_own_id_title_and_words(library: Library) -> None:
    for field in ("id", "title", "does", "why", "evidence"):
        [(words, times)] = Counter(getattr(each, field) for each in library.catalogue).most_common(1)
        assert times == 1, words


def test_every_criterion_and_every_request_is_served(library: Library) -> None:
    assert list(unserved(library)) == []
    assert [request.number for request in library.requests] == list(range(1, 47))
    assert [request.number for request in library.requests if not request.criteria] == [46]


def test_the_controls_that_a_request_names_answer_its_criteria(library: Library) -> None:
    for request in library.requests:
        served = {
            each
            for control in library.catalogue
            if request.number in control.requests
            for each in control.criteria
        }
        assert set(request.criteria) <= served, request.number


def test_every_objective_has_at_least_two_controls(library: Library) -> None:
    counted = Counter(objective for control in library.catalogue for objective in control.objectives)
    assert counted.keys() == {objective.id for objective in library.programme.objectives}
    assert min(counted.values()) >= 2


def test_the_ten_items_of_the_checklist_are_marked_where_they_were(library: Library) -> None:
    assert {each.id: each.checklist for each in library.catalogue if each.checklist} == CHECKLIST


def test_every_cadence_occurs(library: Library) -> None:
    assert {control.cadence for control in library.catalogue} == set(CadenceName.__args__)
    assert {each.cadence == "on_event" for each in library.catalogue if each.sla_days is not None} == {True}


def test_what_sets_a_control_off_is_said_of_those_on_event_and_only_of_them(library: Library) -> None:
    assert set(TriggerName.__args__) == set(TriggerKind)
    assert [
        each.id for each in library.catalogue if (each.cadence == "on_event") is not bool(each.triggered_by)
    ] == []
    assert {each.id for each in library.catalogue if each.triggered_by == "leaver"} == {"AC-07", "AM-03"}
    unused = set(TriggerKind) - {each.triggered_by for each in library.catalogue}
    assert unused == {TriggerKind.CHANGE}, "any change is for companies with a control of their own for it"


def test_evidence_is_due_before_the_next_performance_ends(library: Library) -> None:
    """A daily control whose evidence may come two weeks later is not checked daily."""
    longest = {"daily": 2, "weekly": 7, "biweekly": 14, "monthly": 15, "bimonthly": 15, "quarterly": 30}
    for control in library.catalogue:
        assert control.due_days + control.grace_days <= longest.get(control.cadence, 45), control.id


def test_a_population_is_said_by_what_and_from_where(library: Library) -> None:
    with_population = [control for control in library.catalogue if control.population_of]
    assert len(with_population) >= 40
    for control in with_population:
        of = control.population_of or ""
        assert of.startswith(("all ", "everyone ")), control.id
        assert " from " in of, control.id
        assert not of.endswith("."), control.id


def test_what_happens_at_events_is_drawn_from_a_population(library: Library) -> None:
    assert [
        each.id for each in library.catalogue if each.cadence == "on_event" and not each.population_of
    ] == []


@pytest.mark.parametrize("field", ["does", "why", "evidence"])
def test_words_are_whole_sentences(field: str, library: Library) -> None:
    for control in library.catalogue:
        words: str = getattr(control, field)
        assert words[0].isupper(), control.id
        assert words.endswith("."), control.id
    assert all(request.ask.endswith(".") for request in library.requests)
