"""The country of a time zone, by the tables that come with the time zones (IANA tz database)."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def country_of(zone: str) -> str | None:
    """The ISO 3166 code of the country of an IANA zone; None for UTC, and for a name in no country's table.

    An older name (US/Eastern) has the country of its present name, unless several countries share the present zone,
    as Iceland shares Abidjan's.
    """
    countries = _countries()
    if zone in countries:
        return countries[zone]
    present = _present_names().get(zone)
    return countries.get(present) if present and present in _zones_of_one_country() else None


@cache
def _countries() -> dict[str, str]:
    return {zone: country for country, _, zone, *_ in _rows("zone.tab")}


@cache
def _zones_of_one_country() -> frozenset[str]:
    return frozenset(zone for countries, _, zone, *_ in _rows("zone1970.tab") if "," not in countries)


@cache
def _present_names() -> dict[str, str]:
    """The present name of each older name; the compact source has a line `L present older` for each."""
    links = [line.split() for line in _lines("tzdata.zi") if line.startswith("L ")]
    return {older: present for _, present, older in links}


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(table) if not line.startswith("#"))


def _lines(table: str) -> list[str]:
    return (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8").splitlines()
