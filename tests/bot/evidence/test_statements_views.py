"""A full listing and a statement that nothing happened: asked for empty, told whole, and never as markup."""

from datetime import date, timedelta

import pytest

from bot.blocks.ids import Action, Callback, Field
from bot.evidence.views import handing_in, reviewing, statements
from bot.evidence.views.handing_in import RequestDetails
from storage.terms import EvidenceState
from tests.bot.samples import (
    BERLIN,
    LONG,
    POPULATION,
    QUERY,
    SPELL,
    TODAY,
    Faults,
    actions_of,
    control,
    dated,
    evidence,
    listing,
    occurrence,
    population,
    read,
    sound,
    statement,
)

TOLD = f"Listing of {POPULATION}: 42 items, as of Fri 2 Oct 2026, 09:00 CEST"
RUNNING = date(2026, 9, 28)


def test_the_form_asks_for_the_full_listing_and_fills_nothing_in():
    form = handing_in.evidence_modal(occurrence(), population(), TODAY)

    inputs = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    listed = [Field.ITEM_COUNT, Field.QUERY, Field.AS_OF]
    assert list(inputs) == [Field.FILE, *listed, Field.PERFORMED_ON, Field.NOTE]
    assert inputs[Field.AS_OF]["type"] == "datetimepicker"
    assert not any(name.startswith("initial") for element in inputs.values() for name in element)
    assert f"The file has to be the full listing of {POPULATION}" in read(form)


def test_the_request_offers_both_ways():
    shown = handing_in.evidence_request(occurrence(), population(), TODAY)

    assert actions_of(shown) == {
        Action.OPEN_EVIDENCE: "occ1",
        Action.OPEN_NOTHING: "occ1",
        Action.NOT_MINE: "AC-01",
        Action.OPEN_NOT_APPLICABLE: "occ1",
    }
    assert "Press Upload evidence, Nothing happened if there is nothing to list, Not mine if" in shown.text
    assert "complete after it ends" not in read(shown)


def test_while_the_period_runs_the_request_says_when_the_listing_is_produced():
    shown = handing_in.evidence_request(occurrence(), population(), RUNNING)

    words = "A listing of all that happens in the period is complete after it ends, on Wed 30 Sep 2026."
    assert words in read(shown)
    assert words in shown.text
    assert "complete after it ends" not in read(handing_in.evidence_request(occurrence(), control(), RUNNING))


def test_the_receipt_tells_both_moments_and_the_query():
    shown = handing_in.evidence_receipt(occurrence(), population(), listing(), dated(listing()), 7, BERLIN)

    assert f"received Mon 5 Oct 2026, 09:00 CEST\n{TOLD}" in read(shown)
    assert f"> From: {QUERY}" in read(shown)
    assert TOLD in shown.text
    assert f"From: {QUERY}" in shown.text


def test_the_reviewer_reads_what_is_listed():
    shown = reviewing.review_request(
        listing(), occurrence(), population(), dated(listing()), BERLIN, "Ben", viewed=False, refusal=None
    )

    told = f"Listing of {POPULATION}: 42 items, as of Fri 2 Oct 2026, 09:00 CEST"
    assert told in read(shown)
    assert f"> From: {QUERY}" in read(shown)
    assert told in shown.text


def test_evidence_that_states_no_listing_says_nothing_of_one():
    for shown in (
        handing_in.evidence_receipt(occurrence(), population(), evidence(), dated(evidence()), 7, BERLIN),
        reviewing.review_request(
            evidence(),
            occurrence(),
            population(),
            dated(evidence()),
            BERLIN,
            "Ben",
            viewed=False,
            refusal=None,
        ),
    ):
        assert "Listing" not in read(shown)
        assert "Listing" not in shown.text


def test_what_was_listed_stays_told_when_the_control_has_no_population_any_more():
    shown = handing_in.evidence_receipt(
        occurrence(), control(), listing(item_count=1), dated(listing(item_count=1)), 7, BERLIN
    )

    assert "Listing: 1 item, as of Fri 2 Oct 2026" in read(shown)


def test_the_statement_is_asked_for_with_its_period():
    form = statements.statement_modal(occurrence(), population(), TODAY)

    assert (form["callback_id"], form["private_metadata"]) == (Callback.NOTHING, "occ1")
    fields = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
    assert fields == [Field.QUERY, Field.AS_OF, Field.PERFORMED_ON]
    assert "Period Wed 1 Jul 2026 to Wed 30 Sep 2026" in read(form)
    assert f"the full listing of {POPULATION} has 0 items" in read(form)


def test_a_statement_is_told_as_one():
    shown = handing_in.evidence_receipt(
        occurrence(), population(), statement(), dated(statement()), 7, BERLIN
    )

    assert "Statement: nothing happened" in read(shown)
    assert f"Listing of {POPULATION}: 0 items" in read(shown)
    assert "File" not in read(shown)


@pytest.mark.parametrize(
    ("viewed", "refusal", "buttons", "words"),
    [
        (False, None, [Action.READ_STATEMENT], "Press Read statement"),
        (True, None, [Action.ACCEPT_EVIDENCE, Action.OPEN_REJECT, Action.READ_STATEMENT], "You have read"),
        (True, "You answer for this control.", [Action.READ_STATEMENT], "You answer for this control."),
    ],
)
def test_only_who_has_read_it_may_judge(viewed: bool, refusal: str | None, buttons: list[Action], words: str):
    shown = reviewing.review_request(
        statement(), occurrence(), population(), dated(statement()), BERLIN, "Ben", viewed, refusal
    )

    assert actions_of(shown) == dict.fromkeys(buttons, "ev1")
    assert words in read(shown)
    assert "Ben submitted the statement that nothing happened." in shown.text


def test_the_page_has_every_word_of_it():
    long = f"{SPELL} " * 15
    page = statements.statement_page(
        statement(query=long), occurrence(), population(), dated(statement()), BERLIN, "Ben Castillo"
    )

    assert "Ben Castillo states that nothing happened in this period." in read(page)
    assert "Period Wed 1 Jul 2026 to Wed 30 Sep 2026" in read(page)
    assert f"From: {long}".strip() in read(page)


def test_the_page_gives_moments_in_the_zone_of_its_reader():
    page = statements.statement_page(
        statement(), occurrence(), population(), dated(statement()), "America/New_York", "Ben Castillo"
    )

    assert "0 items, as of Fri 2 Oct 2026, 03:00 EDT" in read(page)
    assert "received Mon 5 Oct 2026, 03:00 EDT" in read(page)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            EvidenceState.ACCEPTED,
            "Accepted by Dan: AC-01 Quarterly user access review, Q3 2026, the statement",
        ),
        (EvidenceState.REJECTED, "Not accepted by Dan: AC-01"),
    ],
)
def test_reviewed(state: EvidenceState, words: str):
    assert reviewing.review_outcome(
        statement(state=state), occurrence(), population(), "Dan"
    ).text.startswith(words)


def test_the_worst_words(faults: Faults):
    worst = population(title=LONG, does=LONG, why=LONG, evidence=LONG)
    worst.population_of = LONG
    when = occurrence(label="w" * 60)
    query = LONG[:1_000]

    sound(
        handing_in.evidence_request(
            when, worst, when.ends_on - timedelta(days=1), RequestDetails(fault=LONG * 3)
        ),
        faults,
    )
    sound(handing_in.evidence_modal(when, worst, TODAY), faults)
    sound(statements.statement_modal(when, worst, TODAY), faults)
    for given in (listing(name=LONG, note=LONG, query=query), statement(query=query)):
        sound(handing_in.evidence_receipt(when, worst, given, dated(given), 10**6, BERLIN), faults)
        sound(
            reviewing.review_request(
                given, when, worst, dated(given), BERLIN, LONG, viewed=True, refusal=None
            ),
            faults,
        )
        sound(reviewing.reject_modal(given, when, worst), faults)
        sound(statements.statement_page(given, when, worst, dated(given), BERLIN, LONG), faults)
