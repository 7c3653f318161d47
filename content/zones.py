"""In which country a time zone lies, by the tables that come with the time zones (IANA tz database)."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def country_of(zone: str) -> str | None:
    """ISO 3166 code of the country of an IANA zone. None for UTC, and for a name that nobody can place.

    An older name (US/Eastern) is placed where its present one lies, unless clocks of several countries follow
    that: Iceland's follow Abidjan's.
    """
    countries = _countries()
    if zone in countries:
        return countries[zone]
    present = _present_names().get(zone)
    return countries.get(present) if present and present in _of_one_country() else None


@cache
def _countries() -> dict[str, str]:
    return {zone: country for country, _, zone, *_ in _rows("zone.tab")}


@cache
def _of_one_country() -> frozenset[str]:
    return frozenset(zone for countries, _, zone, *_ in _rows("zone1970.tab") if "," not in countries)


@cache
def _present_names() -> dict[str, str]:
    """Of each older name; a link in the compact source is the line `L present older`."""
    links = [line.split() for line in _lines("tzdata.zi") if line.startswith("L ")]
    return {older: present for _, present, older in links}


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(table) if not line.startswith("#"))


def _lines(table: str) -> list[str]:
    return (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8").splitlines()
