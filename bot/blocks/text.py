"""Words made safe for Slack: no value can become a mention, a link or markup; and how dates and moments are spelled."""

from datetime import date, datetime
from string import Formatter
from typing import LiteralString
from zoneinfo import ZoneInfo


class Mrkdwn(str):
    """Text in Slack's markup; no `<`, `>` or `&` of it comes from a value. Views get it from `md` and `moment`."""

    __slots__ = ()


def escaped(value: str | int) -> Mrkdwn:
    """The value with Slack's three signs escaped; `Mrkdwn` stays as it is."""
    if isinstance(value, Mrkdwn):
        return value
    return Mrkdwn(str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def md(template: LiteralString, **values: str | int) -> Mrkdwn:
    """Our own markup with each `{name}` replaced by an escaped value.

    Raises TypeError unless the values are exactly those that the template names.
    """
    names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    if names != values.keys():
        raise TypeError(f"{template!r} names {sorted(names)}, and was given {sorted(values)}")
    return Mrkdwn(template.format_map({name: escaped(value) for name, value in values.items()}))


def lines(*parts: str) -> Mrkdwn:
    """The parts that are not empty, one a line."""
    return Mrkdwn("\n".join(escaped(part) for part in parts if part))


def paragraphs(*parts: str) -> Mrkdwn:
    """The parts that are not empty, with a blank line between them."""
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
    """Slack shows the instant in each reader's own time; a client that cannot shows it in `zone`."""
    seconds = int(instant.timestamp())
    return Mrkdwn(f"<!date^{seconds}^{{date_short}}, {{time}}|{local_moment(instant, zone)}>")
