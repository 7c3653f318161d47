"""What a Slack account is to us, and whom the settings name as compliance leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from storage.terms import AccountKind


@dataclass(frozen=True)
class Account:
    """A Slack account as Slack describes it; ``zone`` is an IANA name."""

    id: str
    name: str
    email: str | None
    zone: str
    standing: AccountKind


def account_from_slack(user: Mapping[str, Any], team_id: str, company_zone: str) -> Account:
    """Read Slack's user object (docs.slack.dev/reference/objects/user-object).

    An account without a zone, or with one that is no IANA name, gets the company's.
    """
    profile = user.get("profile", {})
    zone = user.get("tz")
    return Account(
        id=user["id"],
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"],
        email=profile.get("email"),
        zone=zone if zone in _zones() else company_zone,
        standing=_account_kind(user, team_id),
    )


@cache
def _zones() -> frozenset[str]:
    """Cached: reading the names takes 20 ms, and every account of a directory needs them."""
    return frozenset(available_timezones())


def _account_kind(user: Mapping[str, Any], team_id: str) -> AccountKind:
    if user.get("deleted"):
        return AccountKind.DEACTIVATED
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return AccountKind.BOT
    if user.get("is_stranger") or user.get("team_id", team_id) != team_id:
        return AccountKind.OUTSIDE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return AccountKind.GUEST
    return AccountKind.MEMBER


def lead_entry_for(person_id: str, email: str | None, names: Iterable[str]) -> str | None:
    """The entry of COMPLIANCE_LEADS that names this person: a user id, or an e-mail in any case."""
    for name in names:
        if name == person_id or (email and name.lower() == email.lower()):
            return name
    return None
