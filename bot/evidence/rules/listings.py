"""What evidence must state of a full listing (a population): the number of items, the query, the moment.

Auditors draw samples from it. Source: AICPA AT-C 205.36, information produced by the entity must be shown to be
complete and accurate.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_instant
from storage.evidence import Occurrence
from storage.programme import Control

MOST_ITEMS = 999_999_999
LONGEST_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What an owner states of a full listing; ``as_of`` is the instant at which it was produced."""

    item_count: int | None = None
    query: str | None = None
    as_of: datetime | None = None


def requires_listing(control: Control, occurrence: Occurrence) -> bool:
    """Whether the evidence is a full listing. Evidence after one event is about that event alone."""
    return control.population_of is not None and occurrence.trigger_id is None


def running_period_fault(ends_on: date, today: date) -> str | None:
    """Why no owner can state yet that nothing happened in the period; ``today`` is the company's date."""
    if today > ends_on:
        return None
    return (
        f"The period runs until {ends_on:%Y-%m-%d}. Only after that can anybody say that nothing happened in it, so "
        "please come back then."
    )


def item_count_fault(item_count: int | None) -> str | None:
    """What is wrong with the number of items of a listing that comes as a file."""
    if item_count is None:
        return "Please give the number of items in the listing, as a whole number such as 42."
    if item_count < 0:
        return "A listing cannot have fewer than 0 items. Please give the number of its items."
    if item_count == 0:
        return (
            "A listing without items means that nothing happened. Please close this form and press Nothing "
            "happened, which states it."
        )
    if item_count > MOST_ITEMS:
        return f"Please give a number of up to {MOST_ITEMS:,} items."
    return None


def query_fault(query: str | None) -> str | None:
    """Why nobody else could produce the same listing by this query, or why the query is too long."""
    if not query or not query.strip():
        return "Please say where the listing comes from: the system, the query and its filters."
    if len(query.strip()) > LONGEST_QUERY:
        return f"Please keep this to {LONGEST_QUERY:,} characters; a longer query can stand in a file."
    return None


def as_of_fault(as_of: datetime | None, starts_on: date, zone: str, now: datetime) -> str | None:
    """Why the listing cannot have been produced at that instant; the period begins at midnight in ``zone``."""
    if as_of is None:
        return "Please give the date and time at which the listing was produced."
    if as_of > now:
        return (
            "That moment has not come yet. Please give the date and time at which the listing was produced."
        )
    if as_of < local_instant(starts_on, time(0, 0), zone):
        return f"That is before the period began on {starts_on:%Y-%m-%d}."
    return None


def before_period_end(as_of: datetime, ends_on: date, zone: str) -> bool:
    """Whether the period went on after the listing, which then shows who has access but not all that happened."""
    return as_of < local_instant(ends_on + DAY, time(0, 0), zone)
