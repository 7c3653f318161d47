"""The product is killed in the middle of a campaign: everybody is reminded once, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.delivery.outcomes import Pace
from tests.bench.campaign import campaign

PEOPLE = 40
PACE = replace(Pace(), lease=timedelta(seconds=4), look_up_after=timedelta(seconds=1))


async def test_a_kill_in_mid_campaign_loses_nothing_and_doubles_nothing(url: str) -> None:
    database = "" if url.startswith("sqlite") else url
    figures = await campaign(PEOPLE, 0, killed=True, database=database, pace=PACE)
    assert (figures["reminders"], figures["sent twice"], figures["429 rate"]) == (PEOPLE, 0, 0.0)
