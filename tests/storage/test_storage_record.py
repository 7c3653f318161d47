"""The record: one dense sequence, leaves whose form can never change, and no personal text in them."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.evidence import Occurrence
from storage.files import FileStore
from storage.people import Person, Workspace
from storage.record import entries as record
from storage.record.entries import RecordHead, RecordText, UnrecordedChange
from storage.record.keys import RecordKey
from storage.record.recorded import changed_row, new_row, stated_columns
from storage.record.rows import readable_rows, row_by_key_to_change
from storage.terms import AccountKind, Event, OccurrenceState, ReportKind
from tests.storage.history import BEN, CLEO, MONDAY, PERSONAL, live
from tests.storage.hosts import Intruder
from tests.storage.trees import recursive_root

GOLDEN_LEAF = (
    '{"actor":"setup","at":"2026-10-05T07:00:00.000001Z",'
    '"facts":{"count":-3,"day":"2026-12-31","names":["a","é 漢 \\" \\\\ \\n"],"none":null,"term":"soc2","yes":true},'
    '"kind":"record.opened",'
    '"rows":{"workspace/T0NORTHWIND":{"id":"T0NORTHWIND","name":"Northwind Payroll","sandbox":true}},'
    '"seq":0,"subject":"workspace/T0NORTHWIND","texts":{}}'
)
GOLDEN_HASH = "52d2f3aed00f7d2ec11372c49ab8b42015c02d9d704d8fa3f43a7a83bc3eb5ea"


def northwind() -> Workspace:
    return Workspace(id="T0NORTHWIND", name="Northwind Payroll", sandbox=True)


def ben(**changes: Any) -> Person:
    columns = {"id": BEN, "name": "Ben Castillo", "zone": "Europe/Berlin", "standing": AccountKind.MEMBER}
    return Person(**{**columns, **changes})


def note(session: AsyncSession, number: int) -> None:
    record.append(session, Event.MESSAGE_SENT, "socrates", MONDAY, subject=f"delivery/{number}", n=number)


async def test_the_leaf_is_the_one_of_the_first_day(database: Database) -> None:
    """If this fails, every record ever written can no longer be proved: change the code, not the leaf."""
    async with database.transaction() as session:
        met = northwind()
        session.add(met)
        record.append(
            session,
            Event.RECORD_OPENED,
            "setup",
            datetime(2026, 10, 5, 9, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))),
            met,
            day=date(2026, 12, 31),
            count=-3,
            yes=True,
            none=None,
            names=["a", 'é 漢 " \\ \n'],
            term=ReportKind.SOC2,
        )
    async with database.reading() as session:
        (entry,) = await record.entries_from(session, 0)
        assert entry.leaf == GOLDEN_LEAF
        assert entry.leaf_hash == sha256(b"\x00\x01" + GOLDEN_LEAF.encode()).hexdigest() == GOLDEN_HASH
        assert await record.head(session) == (1, GOLDEN_HASH)


async def test_a_personal_text_enters_as_the_hash_of_salt_and_text(database: Database) -> None:
    async with database.transaction() as session:
        person = ben()
        session.add(person)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY, person, texts={"said": "hello"})
    async with database.reading() as session:
        (entry,) = await record.entries_from(session, 0)
        leaf = json.loads(entry.leaf)
        for text, commitment in (
            ("Ben Castillo", leaf["rows"][f"person/{BEN}"]["name"]),
            ("hello", leaf["texts"]["said"]),
        ):
            hidden = (await readable_rows(session, RecordText, [commitment]))[commitment]
            assert hidden.text == text
            assert len(bytes.fromhex(hidden.salt)) == 32
            assert sha256(bytes.fromhex(hidden.salt) + text.encode()).hexdigest() == commitment
        assert leaf["rows"][f"person/{BEN}"]["email"] is None


async def test_the_same_text_is_never_committed_alike(database: Database) -> None:
    async with database.transaction() as session:
        twins = [ben(), ben(id=CLEO)]
        session.add_all(twins)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY, *twins)
    async with database.reading() as session:
        (entry,) = await record.entries_from(session, 0)
    rows = json.loads(entry.leaf)["rows"]
    assert rows[f"person/{BEN}"]["name"] != rows[f"person/{CLEO}"]["name"]


async def test_no_personal_text_is_in_the_record(
    database: Database, files: FileStore, key: RecordKey, intruder: Intruder
) -> None:
    await live(database, files, key)
    written = "\n".join(str(row) for row in intruder.run("SELECT * FROM record_entry"))
    assert "T0NORTHWIND" in written
    for text in PERSONAL:
        assert text not in written
        assert json.dumps(text)[1:-1] not in written


async def test_twenty_at_once_make_one_dense_sequence(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as session:
            note(session, number)
            note(session, number + 100)

    await asyncio.gather(*(write(number) for number in range(20)))
    async with database.reading() as session:
        entries = await record.entries_from(session, 0)
        size, root = await record.head(session)
    assert [entry.seq for entry in entries] == list(range(40)) == list(range(size))
    numbers = [json.loads(entry.leaf)["facts"]["n"] for entry in entries]
    assert sorted(numbers) == [*range(20), *range(100, 120)]
    assert all(later == earlier + 100 for earlier, later in zip(numbers[::2], numbers[1::2], strict=True))
    assert root == recursive_root([bytes.fromhex(entry.leaf_hash) for entry in entries]).hex()


async def test_what_is_rolled_back_takes_no_number(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as session:
            note(session, number)
            await record.seal(session)
            if number % 2:
                raise KeyError(number)

    done = await asyncio.gather(*(write(number) for number in range(10)), return_exceptions=True)
    assert [type(each) for each in done] == [type(None), KeyError] * 5
    async with database.reading() as session:
        assert [entry.seq for entry in await record.entries_from(session, 0)] == list(range(5))
        assert (await record.head(session))[0] == 5


async def test_a_new_row_without_an_entry_is_refused(database: Database) -> None:
    with pytest.raises(UnrecordedChange, match="workspace/T0NORTHWIND"):
        async with database.transaction() as session:
            session.add(northwind())
    async with database.reading() as session:
        assert (await session.exec(select(Workspace))).all() == []


async def test_a_changed_row_without_an_entry_is_refused(database: Database) -> None:
    await meet(database, ben())

    async def move(*, flush_early: bool) -> None:
        async with database.transaction() as session:
            (await the_person(session)).zone = "Asia/Dubai"
            if flush_early:
                await session.flush()
            note(session, 1)

    for flush_early in (False, True):
        with pytest.raises(UnrecordedChange, match=f"person/{BEN}"):
            await move(flush_early=flush_early)
    assert (await only(database)).zone == "Europe/Berlin"


async def test_a_deleted_row_is_refused_even_with_an_entry(database: Database) -> None:
    await meet(database, ben())

    async def delete() -> None:
        async with database.transaction() as session:
            person = await the_person(session)
            await session.delete(person)
            record.append(session, Event.PERSON_SEEN, "setup", MONDAY, person)

    with pytest.raises(UnrecordedChange, match=f"person/{BEN}"):
        await delete()
    assert (await only(database)).id == BEN


async def test_what_passes_needs_no_entry(database: Database) -> None:
    await meet(database, ben())
    async with database.transaction() as session:
        (await the_person(session)).sees_home = True
    assert (await only(database)).sees_home
    async with database.reading() as session:
        assert (await record.head(session))[0] == 1


async def test_what_is_written_by_its_entry_is_stated_as_if_it_had_been_an_object(database: Database) -> None:
    """With its defaults, and with its personal words as commitments; an entry that states it twice writes it once."""
    eva = {"id": "U0EVA", "name": "Eva Lindqvist", "zone": "Europe/Berlin", "standing": AccountKind.MEMBER}
    new, same = new_row(Person, **eva), Person(**{**eva, "id": "U0SAME"})
    async with database.transaction() as session:
        session.add(same)
        for kind in (Event.PERSON_SEEN, Event.LEAD_GRANTED):
            record.append(session, kind, "setup", MONDAY, new, same)

    async with database.reading() as session:
        for entry in await record.entries_from(session, 0):
            assert entry.subject == new.subject == "person/U0EVA"
            assert "Eva Lindqvist" not in entry.leaf
            stated = json.loads(entry.leaf)["rows"]
            differing = {"id", "name"}
            for name in stated_columns(Person):
                alike = stated["person/U0EVA"][name] == stated["person/U0SAME"][name]
                assert alike != (name in differing), name
        rows = (await session.exec(select(Person).order_by(Person.id))).all()
    assert [row.name for row in rows] == ["Eva Lindqvist", "Eva Lindqvist"]
    assert rows[0].model_dump(exclude={"id"}) == rows[1].model_dump(exclude={"id"})


async def test_what_is_written_by_its_entry_is_rolled_back_with_it(database: Database) -> None:
    eva = {"id": "U0EVA", "name": "Eva", "zone": "Europe/Berlin", "standing": AccountKind.MEMBER}
    with pytest.raises(TypeError):
        async with database.transaction() as session:
            record.append(session, Event.PERSON_SEEN, "setup", MONDAY, new_row(Person, **eva), day=0.5)
    async with database.reading() as session:
        assert (await session.exec(select(Person))).all() == []
        size, _ = await record.head(session)
    assert size == 0


async def test_columns_that_are_changed_by_their_entry_are_stated_as_they_are_stored(
    database: Database,
) -> None:
    await meet(database, ben())
    async with database.transaction() as session:
        row = await row_by_key_to_change(session, Person, BEN)
        assert row
        moved = changed_row(Person, row, zone="Asia/Dubai", standing=AccountKind.GUEST)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY, moved)
    stored = await only(database)
    assert (stored.zone, stored.standing, stored.name) == ("Asia/Dubai", AccountKind.GUEST, row["name"])
    async with database.reading() as session:
        stated = json.loads((await record.entries_from(session, 0))[-1].leaf)["rows"][f"person/{BEN}"]
    assert (stated["zone"], stated["standing"], stated["id"]) == ("Asia/Dubai", "guest", BEN)


async def test_one_row_cannot_be_changed_by_two_entries_that_do_not_know_of_each_other(
    database: Database,
) -> None:
    await meet(database, ben())

    async def change_twice() -> None:
        async with database.transaction() as session:
            row = await row_by_key_to_change(session, Person, BEN)
            assert row
            for change in ({"zone": "Asia/Dubai"}, {"is_lead": True}):
                changed = changed_row(Person, row, **change)
                record.append(session, Event.PERSON_SEEN, "setup", MONDAY, changed)

    with pytest.raises(UnrecordedChange, match=BEN):
        await change_twice()
    assert (await only(database)).zone == "Europe/Berlin"


async def test_a_row_that_is_locked_to_change_waits_for_the_other_change(database: Database) -> None:
    await meet(database, ben())

    async def change(**changes: object) -> None:
        async with database.transaction() as session:
            row = await row_by_key_to_change(session, Person, BEN)
            await asyncio.sleep(0.02)
            assert row
            record.append(session, Event.PERSON_SEEN, "setup", MONDAY, changed_row(Person, row, **changes))

    await asyncio.gather(change(zone="Asia/Dubai"), change(is_lead=True))
    stored = await only(database)
    assert (stored.zone, stored.is_lead) == ("Asia/Dubai", True)
    async with database.reading() as session:
        stated = json.loads((await record.entries_from(session, 0))[-1].leaf)["rows"][f"person/{BEN}"]
    assert (stated["zone"], stated["is_lead"]) == ("Asia/Dubai", True)


async def test_an_entry_states_the_row_as_it_is_committed(database: Database) -> None:
    """Also what is changed after the entry was announced, and what a column makes of a value."""
    async with database.transaction() as session:
        person = ben()
        session.add(person)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY, person)
        await session.flush()
        person.zone = "Asia/Dubai"
    async with database.reading() as session:
        (entry,) = await record.entries_from(session, 0)
    assert json.loads(entry.leaf)["rows"][f"person/{BEN}"]["zone"] == "Asia/Dubai"


async def test_two_replicas_change_one_row_and_the_record_states_both(database: Database) -> None:
    """The second read the row before the first committed; its entry must not state what it read."""
    await meet(database, ben())
    read, written = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        if not database.on_sqlite:
            await read.wait()
        async with database.transaction() as session:
            person = await the_person(session)
            person.zone = "Asia/Dubai"
            record.append(session, Event.PERSON_SEEN, "setup", MONDAY, person)
        written.set()

    async def second() -> None:
        async with database.transaction() as session:
            person = await the_person(session)
            read.set()
            if not database.on_sqlite:
                await written.wait()
            person.is_lead = True
            record.append(session, Event.LEAD_GRANTED, "setup", MONDAY, person)

    await asyncio.gather(first(), second())
    stored = await only(database)
    assert (stored.zone, stored.is_lead) == ("Asia/Dubai", True)
    async with database.reading() as session:
        last = (await record.entries_from(session, 0))[-1]
    stated = json.loads(last.leaf)["rows"][f"person/{BEN}"]
    assert (stated["zone"], stated["is_lead"]) == ("Asia/Dubai", True)


async def test_a_head_that_was_read_before_another_commit_is_read_again(database: Database) -> None:
    read, written = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        if not database.on_sqlite:
            await read.wait()
        async with database.transaction() as session:
            note(session, 1)
        written.set()

    async def second() -> None:
        async with database.transaction() as session:
            stale = (await session.exec(select(RecordHead))).one()
            read.set()
            if not database.on_sqlite:
                await written.wait()
            note(session, 2)
            assert stale.size == 0 or database.on_sqlite

    await asyncio.gather(first(), second())
    async with database.reading() as session:
        assert [entry.seq for entry in await record.entries_from(session, 0)] == [0, 1]


@pytest.mark.parametrize(
    "fact",
    [1.0, {"deep": [1.5]}, b"bytes", {1, 2}, object(), datetime(2026, 10, 5, 7), float("nan")],  # noqa: DTZ001
)
async def test_what_a_leaf_cannot_hold_is_refused(fact: object) -> None:
    with pytest.raises(TypeError):
        record.canonical({"fact": fact})


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
@settings(max_examples=50, deadline=None)
def test_a_leaf_reads_back_as_what_was_stated(value: object) -> None:
    leaf = record.canonical(value)
    assert json.loads(leaf) == value
    assert record.canonical(json.loads(leaf)) == leaf
    assert leaf == record.canonical(shuffled(value))


def shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(list(value))}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=25, deadline=None)
@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 1)))  # noqa: DTZ001
def test_an_instant_is_stated_alike_in_every_zone(instant: datetime) -> None:
    stated = record.canonical_value(instant)
    assert datetime.fromisoformat(stated) == instant.astimezone(UTC)
    assert stated == record.canonical_value(instant.astimezone(UTC))
    assert len(stated) == len("2026-10-05T07:00:00.000000Z")


async def test_a_term_is_stated_as_its_word(database: Database) -> None:
    assert record.canonical_value({OccurrenceState.OPEN: [OccurrenceState.WAIVED]}) == {"open": ["waived"]}
    assert "personal" not in stated_columns(Occurrence)


async def meet(database: Database, person: Person) -> None:
    async with database.transaction() as session:
        session.add(person)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY, person)


async def the_person(session: AsyncSession) -> Person:
    return (await session.exec(select(Person))).one()


async def only(database: Database) -> Person:
    async with database.reading() as session:
        return await the_person(session)
