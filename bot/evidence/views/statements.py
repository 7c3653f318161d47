"""A statement that nothing happened in a period: the button, the form, and the page on which a lead reads it."""

from datetime import date
from typing import Any

from bot.blocks import kit
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import button, context, date_input, lines, md, moment, prose, section
from bot.blocks.text import day
from bot.blocks.wording import due_words
from bot.evidence.rules.dispositions import Timeliness
from bot.evidence.views.listings import listing_lines, population, query_quote, source_inputs
from bot.evidence.views.occurrences import occurrence_name, period_dates
from storage.evidence import Evidence, Occurrence
from storage.programme import Control


def nothing_button(occurrence: Occurrence, control: Control) -> dict[str, Any]:
    says = f"State that nothing happened for {occurrence_name(occurrence, control)}"
    return button("Nothing happened", Action.OPEN_NOTHING, occurrence.id, says=says)


def read_button(evidence: Evidence) -> dict[str, Any]:
    return button("Read statement", Action.READ_STATEMENT, evidence.id)


def statement_modal(occurrence: Occurrence, control: Control, today: date) -> dict[str, Any]:
    recorded = (
        "Recorded: that there were 0 items, how you looked it up, the days you give, the moment it arrives, your "
        "name. It counts in place of a file once a compliance lead other than you has accepted it."
    )
    return kit.modal(
        "Nothing happened",
        Callback.NOTHING,
        [
            section(
                md(
                    "*{about}*\nPeriod {period}\n{due}",
                    about=occurrence_name(occurrence, control),
                    period=period_dates(occurrence),
                    due=due_words(occurrence.due_on, today),
                )
            ),
            section(
                md(
                    "*You state:* nothing happened in this period. You have looked it up, and the full listing of "
                    "{population} has 0 items.",
                    population=population(control),
                )
            ),
            *source_inputs(),
            date_input(
                Field.PERFORMED_ON,
                "Performed on",
                hint="The day on which you looked it up, not the day of this statement.",
            ),
            context(recorded),
        ],
        submit="State it",
        subject=occurrence.id,
    )


def statement_page(
    evidence: Evidence, occurrence: Occurrence, control: Control, timeliness: Timeliness, zone: str, by: str
) -> dict[str, Any]:
    """For the reviewing lead, who reads moments in `zone`; `by` names the person who made the statement."""
    return kit.modal(
        "Nothing happened",
        Callback.STATEMENT,
        [
            section(
                lines(
                    md("*{about}*", about=occurrence_name(occurrence, control)),
                    md("Period {period}", period=period_dates(occurrence)),
                    md("{by} states that nothing happened in this period.", by=by),
                    listing_lines(occurrence, control, evidence, timeliness, zone),
                    md(
                        "Performed on {performed}, received {received}",
                        performed=day(evidence.performed_on),
                        received=moment(evidence.received_at, zone),
                    ),
                )
            ),
            *query_quote(evidence),
            prose("You have now read it. Close this page: Accept and Reject stand below the request."),
        ],
        subject=evidence.id,
    )
