"""What an account of Slack's is to us, and whom the settings name as compliance leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from storage.people import Person
from storage.terms import AccountKind


@dataclass(frozen=True)
class Account:
    """A person as Slack describes them; ``zone`` is an IANA name."""

    id: str
    name: str
    email: str | None
    zone: str
    standing: AccountKind


def account(user: Mapping[str, Any], team_id: str, company_zone: str) -> Account:
    """Read Slack's user object (docs.slack.dev/reference/objects/user-object).

    Who has told Slack no zone, or one that nobody knows, is taken to be where the company is.
    """
    profile = user.get("profile", {})
    zone = user.get("tz")
    return Account(
        id=user["id"],
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"],
        email=profile.get("email"),
        zone=zone if zone in _zones() else company_zone,
        standing=standing(user, team_id),
    )


@cache
def _zones() -> frozenset[str]:
    """Reading their names takes 20 ms, and the directory of a company asks for each person."""
    return frozenset(available_timezones())


def standing(user: Mapping[str, Any], team_id: str) -> AccountKind:
    if user.get("deleted"):
        return AccountKind.DEACTIVATED
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return AccountKind.BOT
    if user.get("is_stranger") or user.get("team_id", team_id) != team_id:
        return AccountKind.OUTSIDE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return AccountKind.GUEST
    return AccountKind.MEMBER


def named_as_lead(person_id: str, email: str | None, names: Iterable[str]) -> str | None:
    """The entry of COMPLIANCE_LEADS that names this person: a user id, or an e-mail in any case."""
    for name in names:
        if name == person_id or (email and name.lower() == email.lower()):
            return name
    return None


def named(people: Iterable[Person], words: str) -> list[Person]:
    """Who may be meant by a typed name: those who are called exactly so, or else those whose name begins so."""
    typed = " ".join(words.casefold().removeprefix("@").split())
    known = [(person, person.name.casefold()) for person in people] if typed else []
    exactly = [person for person, name in known if typed in (name, name.partition(" ")[0])]
    return exactly or [
        person for person, name in known if any(word.startswith(typed) for word in name.split())
    ]
