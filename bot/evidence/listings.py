"""What evidence of a population must state before it is taken: how many items, by which query, as of when."""

from bot.desk import Desk
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
from bot.schedule.scheduling import company_today
from storage.evidence import Occurrence
from storage.programme import Control


def required_listing(desk: Desk, control: Control, occurrence: Occurrence, listing: Listing) -> Listing:
    """What is to be stored with a file: nothing where no population is asked for. Raises BadListing."""
    if not asks_population(control, occurrence):
        return Listing()
    if wrong := miscounted(listing.item_count):
        raise BadListing(wrong, field="item_count")
    return looked_up(desk, occurrence, listing)


def looked_up(desk: Desk, occurrence: Occurrence, listing: Listing) -> Listing:
    """With its query trimmed. Raises BadListing where nobody could look it up again, or not at that moment."""
    if wrong := unexplained(listing.query):
        raise BadListing(wrong, field="query")
    zone = desk.library.programme.zone
    if wrong := mistimed(listing.as_of, occurrence.starts_on, zone, desk.now()):
        raise BadListing(wrong, field="as_of")
    return Listing(listing.item_count, (listing.query or "").strip(), listing.as_of)


def require_end_of_period(desk: Desk, occurrence: Occurrence) -> None:
    """Nobody can say that nothing happened in what still runs. Raises PeriodRuns."""
    if wrong := still_running(occurrence.ends_on, company_today(desk)):
        raise PeriodRuns(wrong)


def require_listing_after_it(desk: Desk, occurrence: Occurrence, listing: Listing) -> None:
    """Nothing found before the period ended does not show that nothing happened in it. Raises BadListing."""
    if listing.as_of and before_the_end(listing.as_of, occurrence.ends_on, desk.library.programme.zone):
        ended = occurrence.ends_on
        raise BadListing(
            f"The period ended on {ended:%Y-%m-%d}. Please look it up after that, so that nothing is left out.",
            field="as_of",
        )
