"""What an import would change, or has changed, for somebody at the terminal."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from bot.register.rules.importing import CellChange, ImportPlan, ImportRow
from bot.register.rules.sheets import OWNERS
from storage.terms import OwnershipRole

SHOWN = 60
LISTED = 8
COLUMN_OF = {role: column for column, role in OWNERS.items()}
Names = Mapping[tuple[str, OwnershipRole], str]


def would_do(plan: ImportPlan, holders: Names) -> str:
    """The dry run; ``holders`` are the names of those who hold the controls now."""
    if not plan.planned:
        return "\n".join(["Nothing would change.", *_left(plan)])
    return "\n".join(
        [
            "This would be done; nothing is written yet.",
            *_listed(plan, holders),
            *_left(plan),
            'To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.',
        ]
    )


def has_done(plan: ImportPlan, lead: str) -> str:
    if not plan.planned:
        return "\n".join(["Nothing was changed: it is all there already.", *_left(plan)])
    asked = sum(len(each.offers) for each in plan.offered)
    done = [
        f"Done and recorded, as {lead}: {_count(len(plan.added), 'control')} added, {len(plan.changed)} changed.",
        *([f"{_count(asked, 'offer')} to own a control will stand in the next reminders."] if asked else []),
    ]
    return "\n".join([*done, *_left(plan)])


def _listed(plan: ImportPlan, holders: Names) -> Iterator[str]:
    if plan.added:
        yield f"{_count(len(plan.added), 'control')} added:"
        yield from (f"  {each.spec.id} {each.spec.title}, {each.spec.cadence}" for each in plan.added)
    if plan.changed:
        yield f"{_count(len(plan.changed), 'control')} changed:"
        yield from (
            f"  {each.spec.id} {change.field}: {before_and_after(change)}"
            for each in plan.changed
            for change in each.changes
        )
    if plan.offered:
        yield f"{_count(sum(len(each.offers) for each in plan.offered), 'offer')} to own a control:"
        yield from (line for each in plan.offered for line in _offers(each, holders))


def _offers(planned: ImportRow, holders: Names) -> Iterator[str]:
    for role, person in planned.offers.items():
        before = holders.get((planned.spec.id, role), "nobody")
        yield f"  {planned.spec.id} {COLUMN_OF[role]}: {before} → {person.name}"


def _left(plan: ImportPlan) -> Iterator[str]:
    if plan.unchanged:
        yield f"{_count(plan.unchanged, 'control')} in the file without a change."
    if len(plan.absent) == 1:
        yield f"1 control is not in the file and stays as it is: {plan.absent[0]}."
    elif plan.absent:
        more = f" and {len(plan.absent) - LISTED:,} more" if len(plan.absent) > LISTED else ""
        listed = ", ".join(plan.absent[:LISTED])
        yield f"{len(plan.absent):,} controls are not in the file and stay as they are: {listed}{more}."


def before_and_after(change: CellChange) -> str:
    """Of long texts from where they part."""
    before, after = " ".join(change.before.split()), " ".join(change.after.split())
    if max(len(before), len(after)) > SHOWN:
        same = next((at for at, (a, b) in enumerate(zip_longest(before, after)) if a != b), 0)
        start = before.rfind(" ", 0, same) + 1
        skipped = "…" if start else ""
        before, after = skipped + before[start:], skipped + after[start:]
    return f"{_short(before) or 'empty'} → {_short(after) or 'empty'}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
