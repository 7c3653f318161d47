"""A small vocabulary for Slack's limits: a rule takes a value and yields its problems, each with the JSON pointer of
its place.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problem = tuple[str, str]  # what is wrong, JSON pointer
Rule = Callable[[Any, str], Iterator[Problem]]


def anything(value: Any, at: str) -> Iterator[Problem]:
    yield from ()


def flag(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield "must be a boolean", at


def string(most: int, least: int = 0) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield "must be a string", at
        elif len(value) > most:
            yield f"must be less than {most + 1} characters", at
        elif len(value) < least:
            yield f"must be more than {least - 1} characters", at

    return rule


def whole(least: int, most: int) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"must be a number from {least} to {most}", at

    return rule


def one_of(*words: str) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if value not in words:
            yield f"must be one of: {', '.join(words)}", at

    return rule


def items(most: int, each: Rule, least: int = 1) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield "must be an array", at
            return
        if len(value) > most:
            yield f"no more than {most} items allowed", at
        if len(value) < least:
            yield f"no fewer than {least} items allowed", at
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return rule


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others; `type` is checked where the rule is chosen."""
    fields = {"type": anything, **required, **(optional or {})}

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield "must be an object", at
            return
        for name in required:
            if name not in value:
                yield f"missing required field: {name}", at
        for name, content in value.items():
            if name not in fields:
                yield f"invalid additional property: {name}", at
            else:
                yield from fields[name](content, f"{at}/{name}")

    return rule


def by_type(choices: Mapping[str, Rule]) -> Rule:
    """An object whose `type` names its rule."""

    def rule(value: Any, at: str) -> Iterator[Problem]:
        kind = str(value.get("type")) if isinstance(value, dict) else "none"
        if kind not in choices:
            yield f"unsupported type: {kind}", f"{at}/type"
        else:
            yield from choices[kind](value, at)

    return rule


def both(*rules: Rule) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        for each in rules:
            yield from each(value, at)

    return rule


def only_if_object(check: Rule) -> Rule:
    """For a rule beside a `shape`, which already names a value that is no object."""

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, dict):
            yield from check(value, at)

    return rule
