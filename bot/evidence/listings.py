"""What evidence of a population must state before it is taken: how many items, by which query, as of when."""

from bot.errors import BadListing, PeriodRuns
from bot.evidence.rules.listings import (
    Listing,
    asks_population,
    before_the_end,
    miscounted,
    mistimed,
    still_running,
    unexplained,
)
from bot.work import Work
from storage.evidence import Occurrence
from storage.programme import Control


def required_listing(work: Work, control: Control, occurrence: Occurrence, listing: Listing) -> Listing:
    """What is to be stored with a file: nothing where no population is asked for. Raises BadListing."""
    if not asks_population(control, occurrence):
        return Listing()
    if wrong := miscounted(listing.item_count):
        raise BadListing(wrong, field="item_count")
    return looked_up(work, occurrence, listing)


def looked_up(work: Work, occurrence: Occurrence, listing: Listing) -> Listing:
    """With its query trimmed. Raises BadListing where nobody could look it up again, or not at that moment."""
    if wrong := unexplained(listing.query):
        raise BadListing(wrong, field="query")
    if wrong := mistimed(listing.as_of, occurrence.starts_on, work.zone, work.now):
        raise BadListing(wrong, field="as_of")
    return Listing(listing.item_count, (listing.query or "").strip(), listing.as_of)


def require_end_of_period(work: Work, occurrence: Occurrence) -> None:
    """Nobody can say that nothing happened in what still runs. Raises PeriodRuns."""
    if wrong := still_running(occurrence.ends_on, work.today):
        raise PeriodRuns(wrong)


def require_listing_after_it(work: Work, occurrence: Occurrence, listing: Listing) -> None:
    """Nothing found before the period ended does not show that nothing happened in it. Raises BadListing."""
    if listing.as_of and before_the_end(listing.as_of, occurrence.ends_on, work.zone):
        ended = occurrence.ends_on
        raise BadListing(
            f"The period ended on {ended:%Y-%m-%d}. Please look it up after that, so that nothing is left out.",
            field="as_of",
        )
