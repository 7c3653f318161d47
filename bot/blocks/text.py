"""Words made safe for Slack: a value can never become a mention, a link or markup of its own.

Dates and moments are spelled here too, once for all views.
"""

from datetime import date, datetime
from string import Formatter
from typing import LiteralString
from zoneinfo import ZoneInfo


class Mrkdwn(str):
    """Text in Slack's markup whose every `<`, `>` and `&` is ours. Views get it from `md` and `moment`."""

    __slots__ = ()


def escaped(value: str | int) -> Mrkdwn:
    """The value as it should be read; what is `Mrkdwn` already stays as it is."""
    if isinstance(value, Mrkdwn):
        return value
    return Mrkdwn(str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def md(template: LiteralString, **values: str | int) -> Mrkdwn:
    """Fills `{name}` places of our own markup with escaped values.

    Raises TypeError unless the values are exactly those that the template names.
    """
    named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    if named != values.keys():
        raise TypeError(f"{template!r} names {sorted(named)}, and was given {sorted(values)}")
    return Mrkdwn(template.format_map({name: escaped(value) for name, value in values.items()}))


def lines(*parts: str) -> Mrkdwn:
    """The parts that say something, one a line."""
    return Mrkdwn("\n".join(escaped(part) for part in parts if part))


def paragraphs(*parts: str) -> Mrkdwn:
    """The parts that say something, with a blank line between them."""
    return Mrkdwn("\n\n".join(escaped(part) for part in parts if part))


def day(when: date) -> str:
    """Mon 5 Oct 2026."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def local_moment(instant: datetime, zone: str) -> str:
    """Mon 5 Oct 2026, 09:30 CEST."""
    if instant.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = instant.astimezone(ZoneInfo(zone))
    name = local.strftime("%Z")
    return f"{day(local.date())}, {local:%H:%M} {name if name.isalpha() else f'UTC{name}'}"


def moment(instant: datetime, zone: str) -> Mrkdwn:
    """The instant in each reader's own time; who cannot be shown that reads it in `zone`."""
    seconds = int(instant.timestamp())
    return Mrkdwn(f"<!date^{seconds}^{{date_short}}, {{time}}|{local_moment(instant, zone)}>")
