"""What a Slack account is to us."""

import pytest

from bot.events.rules.directory import account_from_slack

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("facts", "zone"),
    [
        ({"tz": "America/New_York"}, "America/New_York"),
        ({"tz": "UTC"}, "UTC"),
        ({"tz": "Mars/Olympus_Mons"}, BERLIN),
        ({"tz": ""}, BERLIN),
        ({"tz": None}, BERLIN),
        ({}, BERLIN),
    ],
)
def test_who_tells_slack_no_zone_is_taken_to_be_where_the_company_is(facts, zone):
    assert account_from_slack({"id": "U1", "name": "mia", **facts}, "T1", BERLIN).zone == zone
