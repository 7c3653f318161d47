"""What an import would change, or has changed, as the terminal shows it."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from bot.register.rules.importing import CellChange, ImportPlan, ImportRow
from bot.register.rules.sheets import OWNER_COLUMNS
from storage.terms import OwnershipRole

_LONGEST_CELL = 60
_MOST_ABSENT = 8
_COLUMN_OF = {role: column for column, role in OWNER_COLUMNS.items()}
_Names = Mapping[tuple[str, OwnershipRole], str]


def import_preview(plan: ImportPlan, holders: _Names) -> str:
    """The dry run; ``holders`` are the names of the present owners and backups."""
    if not plan.planned:
        return "\n".join(["Nothing would change.", *_rest_lines(plan)])
    return "\n".join(
        [
            "This would be done; nothing is written yet.",
            *_change_lines(plan, holders),
            *_rest_lines(plan),
            'To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.',
        ]
    )


def import_report(plan: ImportPlan, lead: str) -> str:
    if not plan.planned:
        return "\n".join(["Nothing was changed: it is all there already.", *_rest_lines(plan)])
    offers = sum(len(row.offers) for row in plan.offered)
    report = [
        f"Done and recorded, as {lead}: {_count(len(plan.added), 'control')} added, {len(plan.changed)} changed.",
        *(
            [f"{_count(offers, 'offer')} to own a control will stand in the next reminders."]
            if offers
            else []
        ),
    ]
    return "\n".join([*report, *_rest_lines(plan)])


def _change_lines(plan: ImportPlan, holders: _Names) -> Iterator[str]:
    if plan.added:
        yield f"{_count(len(plan.added), 'control')} added:"
        yield from (f"  {row.spec.id} {row.spec.title}, {row.spec.cadence}" for row in plan.added)
    if plan.changed:
        yield f"{_count(len(plan.changed), 'control')} changed:"
        yield from (
            f"  {row.spec.id} {change.field}: {before_and_after(change)}"
            for row in plan.changed
            for change in row.changes
        )
    if plan.offered:
        yield f"{_count(sum(len(row.offers) for row in plan.offered), 'offer')} to own a control:"
        yield from (line for row in plan.offered for line in _offer_lines(row, holders))


def _offer_lines(row: ImportRow, holders: _Names) -> Iterator[str]:
    for role, person in row.offers.items():
        before = holders.get((row.spec.id, role), "nobody")
        yield f"  {row.spec.id} {_COLUMN_OF[role]}: {before} → {person.name}"


def _rest_lines(plan: ImportPlan) -> Iterator[str]:
    if plan.unchanged:
        yield f"{_count(plan.unchanged, 'control')} in the file without a change."
    if len(plan.absent) == 1:
        yield f"1 control is not in the file and stays as it is: {plan.absent[0]}."
    elif plan.absent:
        more = f" and {len(plan.absent) - _MOST_ABSENT:,} more" if len(plan.absent) > _MOST_ABSENT else ""
        ids = ", ".join(plan.absent[:_MOST_ABSENT])
        yield f"{len(plan.absent):,} controls are not in the file and stay as they are: {ids}{more}."


def before_and_after(change: CellChange) -> str:
    """Both cells, cut to begin at the first word that differs when they are long."""
    before, after = " ".join(change.before.split()), " ".join(change.after.split())
    if max(len(before), len(after)) > _LONGEST_CELL:
        first = next((at for at, (a, b) in enumerate(zip_longest(before, after)) if a != b), 0)
        start = before.rfind(" ", 0, first) + 1
        skipped = "…" if start else ""
        before, after = skipped + before[start:], skipped + after[start:]
    return f"{_short(before) or 'empty'} → {_short(after) or 'empty'}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
