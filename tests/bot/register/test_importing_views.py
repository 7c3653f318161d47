"""What an import would change, as the terminal shows it."""

import pytest

from bot.register.rules.importing import CellChange, ImportPlan, ImportRow
from bot.register.views.importing import import_preview, import_report
from content.models import ControlSpec
from storage.people import Person
from storage.terms import AccountKind, OwnershipRole

LONG = "For every system in scope, compare the full list of users and their rights with who needs them, and "
SPEC = ControlSpec(
    id="AC-01",
    title="Access review",
    does=LONG,
    why="So.",
    owner_role="IT",
    cadence="monthly",
    due_days=10,
    grace_days=5,
    evidence="A list.",
    criteria=("CC6.1",),
)
BEN = Person(id="U1", name="Ben", zone="UTC", standing=AccountKind.MEMBER)


def plan(
    *changes: CellChange, is_new: bool = False, absent: tuple[str, ...] = (), unchanged: int = 0
) -> ImportPlan:
    offers = {OwnershipRole.PRIMARY: BEN} if is_new else {}
    planned = (ImportRow(SPEC, is_new, changes, offers),) if changes or is_new else ()
    return ImportPlan(planned, unchanged, absent)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (CellChange("cadence", "quarterly", "monthly"), "  AC-01 cadence: quarterly → monthly"),
        (CellChange("checklist", "", "3"), "  AC-01 checklist: empty → 3"),
        (CellChange("why", "One.\nTwo.", "One."), "  AC-01 why: One. Two. → One."),
        (CellChange("does", f"{LONG}act.", f"{LONG}remove what no longer fits."),
         "  AC-01 does: …act. → …remove what no longer fits."),
        (CellChange("does", "a" * 99, "b" * 99), f"  AC-01 does: {'a' * 59}… → {'b' * 59}…"),
        (CellChange("does", LONG.strip(), f"{LONG}more"), "  AC-01 does: …and → …and more"),
    ],
)  # fmt: skip
def test_a_change_is_shown_from_where_it_begins(change: CellChange, line: str):
    assert line in import_preview(plan(change), {}).splitlines()


def test_what_is_not_in_the_file_is_named_and_stays():
    assert "1 control is not in the file and stays as it is: VM-01." in import_preview(
        plan(absent=("VM-01",)), {}
    )
    many = tuple(f"C-{number}" for number in range(1, 11))
    stay = "10 controls are not in the file and stay as they are: C-1, C-2, C-3, C-4, C-5, C-6, C-7, C-8 and 2 more."
    assert import_report(plan(absent=many), "Cleo").splitlines() == [
        "Nothing was changed: it is all there already.",
        stay,
    ]


def test_an_offer_is_shown_with_who_held_the_control():
    preview = import_preview(plan(is_new=True), {("AC-01", OwnershipRole.PRIMARY): "Eva"})
    assert "1 offer to own a control:\n  AC-01 owner: Eva → Ben\n" in preview
    assert import_report(plan(is_new=True, unchanged=1), "Cleo").splitlines() == [
        "Done and recorded, as Cleo: 1 control added, 0 changed.",
        "1 offer to own a control will stand in the next reminders.",
        "1 control in the file without a change.",
    ]
