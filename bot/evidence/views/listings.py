"""The full listing behind evidence: the inputs for its count, query and moment, and the lines that show them.

The query is in the owner's own words, so every view quotes it.
"""

from datetime import date

from bot.blocks import limits
from bot.blocks.ids import Field
from bot.blocks.kit import (
    Block,
    Mrkdwn,
    day,
    lines,
    local_moment,
    md,
    moment,
    moment_input,
    number_input,
    quote,
    section,
    text_input,
)
from bot.blocks.text import escaped
from bot.blocks.wording import counted
from bot.evidence.rules.dispositions import Timeliness
from bot.evidence.rules.listings import LONGEST_QUERY, MOST_ITEMS
from storage.evidence import Evidence, Occurrence
from storage.programme import Control

_POPULATION = 300
_TEXT_BYTES = 300


def population(control: Control) -> str:
    """What the items of the listing are; empty if the control does not say so any more."""
    return limits.shorten(control.population_of or "", _POPULATION)


def listing_inputs(control: Control) -> list[Block]:
    instruction = md(
        "*The file has to be the full listing of* {population}. An auditor draws samples from it, and checks that it "
        "is complete by what you state here, which is recorded with it.",
        population=population(control),
    )
    count = number_input(
        Field.ITEM_COUNT, "How many items", MOST_ITEMS, hint="The number of items that the listing has."
    )
    return [section(instruction), count, *source_inputs()]


def source_inputs() -> list[Block]:
    """The query and the moment by which another person gets the same listing."""
    return [
        text_input(
            Field.QUERY,
            "Source and query",
            multiline=True,
            max_length=LONGEST_QUERY,
            hint="The system, and the query with its filters, so that somebody else gets the same listing.",
        ),
        moment_input(
            Field.AS_OF,
            "As of",
            hint="The date and time at which the listing was produced, on the clocks where you are.",
        ),
    ]


def complete_after_note(occurrence: Occurrence, today: date) -> str:
    """A warning while the period runs; empty afterwards."""
    if today > occurrence.ends_on:
        return ""
    return f"A listing of all that happens in the period is complete after it ends, on {day(occurrence.ends_on)}."


def listing_lines(
    occurrence: Occurrence, control: Control, evidence: Evidence, timeliness: Timeliness, zone: str
) -> Mrkdwn:
    """Without the query; empty for evidence without a listing."""
    counted_as_of = _counted(control, evidence, moment(evidence.as_of, zone) if evidence.as_of else "")
    return lines(counted_as_of, _early(occurrence, timeliness))


def listing_text(
    occurrence: Occurrence, control: Control, evidence: Evidence, timeliness: Timeliness, zone: str
) -> str:
    """With the query, for the text of a message; empty for evidence without a listing."""
    if not evidence.query:
        return ""
    return lines(
        _counted(control, evidence, local_moment(evidence.as_of, zone) if evidence.as_of else ""),
        _early(occurrence, timeliness),
        limits.shorten_bytes(escaped(f"From: {evidence.query}"), _TEXT_BYTES),
    )


def _early(occurrence: Occurrence, timeliness: Timeliness) -> str:
    if not timeliness.listed_early:
        return ""
    return f"Produced before the period ended on {day(occurrence.ends_on)}: what came after is not in it"


def query_quote(evidence: Evidence) -> list[Block]:
    """The whole query: a lead cannot judge a listing by half of it."""
    return [quote(f"From: {evidence.query}")] if evidence.query else []


def _counted(control: Control, evidence: Evidence, as_of: str) -> Mrkdwn:
    if evidence.item_count is None:
        return Mrkdwn()
    count = counted(evidence.item_count, "item")
    if not control.population_of:
        return md("Listing: {count}, as of {as_of}", count=count, as_of=as_of)
    return md(
        "Listing of {population}: {count}, as of {as_of}",
        population=population(control),
        count=count,
        as_of=as_of,
    )
