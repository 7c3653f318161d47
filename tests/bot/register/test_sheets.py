"""Rows of a sheet: each as it was meant, and every mistake with its row, its column and the way to mend it."""

import pytest

from bot.register.rules.importing import CellChange, import_plan
from bot.register.rules.sheets import (
    COLUMNS,
    FIELDS,
    StoredProgramme,
    control_cells,
    control_template,
    name_in_sheet,
    read_control_rows,
)
from bot.sheet_mistakes import SheetMistakes
from content.cells import SheetError, SheetLine
from content.sheets import csv_file, read_sheet
from storage.people import Person, directory, person_named
from storage.terms import AccountKind, OwnershipRole, TriggerKind

PRIMARY, BACKUP = OwnershipRole.PRIMARY, OwnershipRole.BACKUP


def somebody(
    person_id: str, name: str, standing: AccountKind = AccountKind.MEMBER, email: str | None = None
) -> Person:
    address = email or f"{name.lower()}@example.com"
    return Person(id=person_id, name=name, email=address, zone="UTC", standing=standing)


BEN, EVA, GRACE = somebody("U1", "Ben"), somebody("U2", "Eva"), somebody("U3", "Grace")
OMAR, HUGO = somebody("U4", "Omar", AccountKind.GUEST), somebody("U5", "Hugo", AccountKind.DEACTIVATED)
STORED_CELLS = {
    **dict.fromkeys(FIELDS, ""),
    "id": "AC-01",
    "title": "Access review",
    "does": "Look.",
    "why": "So.",
}
STORED_CELLS |= {
    "owner_role": "IT",
    "cadence": "quarterly",
    "due_days": "10",
    "grace_days": "5",
    "evidence": "A list.",
}
STORED_CELLS |= {"criteria": "CC6.2, CC6.3", "objectives": "CO-5", "requests": "18, 20"}
STORED = StoredProgramme(
    controls={"AC-01": STORED_CELLS, "VM-01": {**STORED_CELLS, "id": "VM-01"}},
    objectives={"CO-1", "CO-5"},
    requests=range(1, 47),
    people=[BEN, EVA, GRACE, OMAR, HUGO],
    holders={("AC-01", PRIMARY): "U1", ("AC-01", BACKUP): "U2", ("VM-01", PRIMARY): "U5"},
)


def lines(**cells: str) -> list[SheetLine]:
    """A header, and the row of AC-01 unless another id is given."""
    row = {"id": "AC-01"} | cells
    return [SheetLine(1, tuple(row)), SheetLine(17, tuple(row.values()))]


MISTAKES: list[tuple[dict[str, str], str]] = [
    (
        {"cadence": "on event", "sla_days": "1"},
        "row 17: a control with the cadence on_event needs triggered_by, the event that sets it off",
    ),
    (
        {"cadence": "on event", "sla_days": "1", "triggered_by": "leavers"},
        "row 17, column triggered_by: “leavers” is no event that sets a control off; did you mean leaver? Known are "
        f"{', '.join(TriggerKind)}",
    ),
    (
        {"triggered_by": "Leaver"},
        "row 17: triggered_by belongs only to a control with the cadence on_event",
    ),
    ({"criteria": "CC6.9"}, "row 17, column criteria: CC6.9 does not exist; CC6 has CC6.1 to CC6.8"),
    ({"requests": "47"}, "row 17, column requests: 47 is no typical request; they have the numbers 1 to 46"),
    ({"criteria": "CC8.2"}, "row 17, column criteria: CC8.2 does not exist; CC8 has CC8.1"),
    ({"criteria": "CC6,1"}, "row 17, column criteria: CC6 does not exist; did you mean CC6.8?\n"
                            "row 17, column criteria: 1 does not exist; one is CC6.1"),
    ({"criteria": "cc6.1"}, "row 17, column criteria: cc6.1 does not exist; did you mean CC6.1?"),
    ({"criteria": "CC6.1; CC6.1"}, "row 17, column criteria: CC6.1 stands there twice"),
    ({"objectives": "CO-9"}, "row 17, column objectives: CO-9 is no control objective; known are CO-1, CO-5"),
    ({"criteria": "", "objectives": ""},
     "row 17, column criteria: a control serves at least one criterion, or one of the objectives; here is neither"),
    ({"title": ""}, "row 17, column title: it must not be empty"),
    ({"id": ""}, "row 17, column id: “” must be capitals and digits joined by hyphens, such as AC-01"),
    ({"id": "ac 1"}, "row 17, column id: “ac 1” must be capitals and digits joined by hyphens, such as AC-01"),
    ({"due_days": "120"}, "row 17, column due_days: “120” must be 90 or less"),
    ({"grace_days": "-1"}, "row 17, column grace_days: “-1” must be 0 or more"),
    ({"due_days": "ten"}, "row 17, column due_days: “ten” must be a whole number"),
    ({"title": "=cmd|' /C calc'!A0"}, "row 17, column title: “=cmd|' /C calc'!A0” would be run as a formula by a "
                                      "spreadsheet; begin it with an apostrophe or a word"),
    ({"does": "@SUM(A1)"}, "row 17, column does: “@SUM(A1)” would be run as a formula by a spreadsheet; begin it "
                           "with an apostrophe or a word"),
    ({"why": "a\x00b"}, "row 17, column why: it holds a character that cannot be shown; type the text anew"),
    ({"why": "a" * 5_001}, "row 17, column why: it has 5,001 characters, and 5,000 are kept at most"),
    ({"owner": "bem@example.com"},
     "row 17, column owner: nobody here is known as bem@example.com; did you mean ben@example.com?"),
    ({"owner": "somebody"}, "row 17, column owner: nobody here is known as somebody"),
    ({"owner": "U4"}, "row 17, column owner: Omar cannot own a control; only full, active members can"),
    ({"backup": "hugo@example.com"}, "row 17, column backup: Hugo cannot own a control; only full, active members can"),
    ({"owner": "U3", "backup": "U3"}, "row 17, column backup: U3 would be owner and backup; they must be two people"),
    ({"owner": "U2"}, "row 17, column owner: U2 would be owner and backup; they must be two people"),
    ({"id": "VM-01", "backup": "U3"}, "row 17, column owner: a backup needs an owner beside it, and there is none yet"),
    ({"id": "EXAMPLE-01"}, "row 17, column id: this is the example of the template; delete the row"),
    ({"": "stray"}, "row 17, column without a name: there is something in it; give the column a name, or empty it"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_its_remedy(cells: dict[str, str], sentence: str):
    with pytest.raises(SheetMistakes) as refusal:
        read_control_rows(lines(**cells), STORED)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("typed", "nearest"), [("quaterly", "quarterly"), ("mothly", "monthly"), ("yearly", None)]
)
def test_an_unknown_cadence_is_told_with_the_nearest(typed: str, nearest: str | None):
    with pytest.raises(SheetMistakes) as refusal:
        read_control_rows(lines(cadence=typed), STORED)
    assert f"“{typed}” is no cadence; " in str(refusal.value)
    assert nearest is None or f"did you mean {nearest}?" in str(refusal.value)
    assert "semi_annual" in str(refusal.value)


def test_all_mistakes_of_all_rows_are_told_at_once():
    header = ("id", "cadence", "criteria", "due_days", "title", "owner")
    rows = [
        SheetLine(1, header),
        SheetLine(2, ("AC-01", "sometimes", "CC6.9, CC1.6", "x", "", "U9")),
        SheetLine(4, ("AC-01", "weekly", "CC6.1", "1", "A", "U1")),
        SheetLine(5, ("NEW-1", "weekly", "CC6.1", "1", "A")),
    ]
    with pytest.raises(SheetMistakes) as refusal:
        read_control_rows(rows, STORED)
    assert [(mistake.row, mistake.column) for mistake in refusal.value.mistakes] == [
        (2, "title"),
        (2, "cadence"),
        (2, "criteria"),
        (2, "criteria"),
        (2, "owner"),
        (2, "due_days"),
        (4, "id"),
        *[(5, column) for column in ("does", "why", "owner_role", "grace_days", "evidence")],
    ]
    assert "row 4, column id: AC-01 stands in row 2 already" in str(refusal.value)
    assert "row 5, column does: NEW-1 is new, so it is needed" in str(refusal.value)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (("id", "cadance"), "row 1, column cadance: there is no such column; did you mean cadence?"),
        (("id", "Shoe size"), "row 1, column Shoe size: there is no such column; known are id, title, does,"),
        (
            ("id", "titel", "Due days", "Due days"),
            "row 1, column titel: there is no such column; did you mean title?\n"
            "row 1, column Due days: there is more than one of this name\n"
            "row 1, column Due days: there is more than one of this name",
        ),
        (
            ("title", "cadence"),
            "Row 1 must name the columns, and one of them must be “id”; known are id, title,",
        ),
        (("id", "title"), "The sheet has a header, and no control below it."),
    ],
)
def test_a_header_that_is_not_understood_is_told(header: tuple[str, ...], sentence: str):
    with pytest.raises((SheetError, SheetMistakes)) as refusal:
        read_control_rows([SheetLine(1, header)], STORED)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize("cells", [("AC-01", "stray", ""), ("AC-01", "", "", "stray")])
def test_nothing_that_stands_beside_the_columns_is_passed_over(cells: tuple[str, ...]):
    with pytest.raises(SheetMistakes, match="row 2, column without a name: there is something in it"):
        read_control_rows([SheetLine(1, ("id", "", "")), SheetLine(2, cells)], STORED)


def test_a_column_that_is_not_there_leaves_what_is_stored():
    [row] = read_control_rows(
        [SheetLine(1, ("ID", "Due days", "Cadence")), SheetLine(2, ("AC-01", "7", "Semi-annual"))], STORED
    )
    plan = import_plan([row], STORED)
    [planned] = plan.planned
    assert planned.changes == (
        CellChange("cadence", "quarterly", "semi_annual"),
        CellChange("due_days", "10", "7"),
    )
    assert (planned.is_new, dict(planned.offers), plan.absent) == (False, {}, ("VM-01",))


def test_order_and_separators_of_what_a_control_serves_change_nothing():
    plan = import_plan(
        read_control_rows(lines(criteria="CC6.3;CC6.2\n", owner="BEN@example.com", backup=""), STORED),
        STORED,
    )
    assert (plan.planned, plan.unchanged) == ((), 1)


def test_who_cannot_act_any_more_may_stay_until_somebody_else_is_named():
    assert import_plan(read_control_rows(lines(id="VM-01", owner="U5"), STORED), STORED).planned == ()
    [planned] = import_plan(
        read_control_rows(lines(id="VM-01", owner="U1", backup="U3"), STORED), STORED
    ).planned
    assert planned.offers == {PRIMARY: BEN, BACKUP: GRACE}


def test_owner_and_backup_may_change_places():
    [planned] = import_plan(read_control_rows(lines(owner="U2", backup="U1"), STORED), STORED).planned
    assert planned.offers == {PRIMARY: EVA, BACKUP: BEN}


def test_the_template_can_be_filled_in():
    header, example = control_template()
    assert header == list(COLUMNS)
    example[0] = "NEW-01"
    filled = [BEN.id if cell == "owner@example.com" else cell for cell in example]
    filled = [EVA.id if cell == "backup@example.com" else cell for cell in filled]
    [planned] = import_plan(read_control_rows(read_sheet(csv_file([header, filled])), STORED), STORED).planned
    assert planned.is_new
    assert planned.offers == {PRIMARY: BEN, BACKUP: EVA}


def test_of_two_accounts_with_one_address_the_one_that_may_act_is_meant():
    old, new = (
        somebody("U8", "Ina", AccountKind.DEACTIVATED, "ina@x.io"),
        somebody("U9", "Ina", email="ina@x.io"),
    )
    for accounts in (directory([old, new]), directory([new, old])):
        assert person_named("Ina@x.io", accounts) is new
        assert [name_in_sheet(person, accounts) for person in (old, new)] == ["U8", "ina@x.io"]


def test_what_sets_a_control_off_is_read_however_it_is_typed():
    [row] = read_control_rows(lines(cadence="On event", sla_days="5", triggered_by="Role change"), STORED)
    assert (row.spec.triggered_by, row.spec.sla_days) == ("role_change", 5)
    assert control_cells(row.spec)["triggered_by"] == "role_change"
