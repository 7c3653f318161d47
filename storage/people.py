"""People of the workspace as Slack last described them, and which of them lead compliance."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import index_of, term
from storage.prepared import Prepared
from storage.record import past
from storage.record.recorded import Recorded, subject_name
from storage.terms import AccountKind


class Workspace(Recorded, table=True):
    """The one workspace this database belongs to. ``sandbox`` tells a rehearsal from the real thing."""

    __tablename__ = "workspace"
    id: str = Field(primary_key=True, max_length=40)
    name: str
    sandbox: bool


class Person(Recorded, table=True):
    """A Slack account.

    ``id`` is Slack's user id, ``zone`` an IANA name, ``standing`` the kind of account, ``lead_by`` the setting that
    makes the person a lead. ``sees_home`` tells whether the person has ever opened Home; we publish Home to nobody
    else.
    """

    __tablename__ = "person"
    __table_args__ = (index_of("person_who_leads", "is_lead", "id"),)
    personal: ClassVar[frozenset[str]] = frozenset({"name", "email", "lead_by"})
    passing: ClassVar[frozenset[str]] = frozenset({"sees_home"})
    id: str = Field(primary_key=True, max_length=40)
    name: str
    email: str | None = None
    zone: str = Field(max_length=60)
    standing: AccountKind = term(AccountKind)
    is_lead: bool = False
    lead_by: str | None = None
    sees_home: bool = False

    @property
    def may_act(self) -> bool:
        return self.standing is AccountKind.MEMBER


ACCOUNT_KIND = Prepared(select(Person.standing).where(Person.id == bindparam("person_id")))


async def workspace(session: AsyncSession) -> Workspace | None:
    return (await session.exec(select(Workspace))).first()


async def person(session: AsyncSession, person_id: str) -> Person | None:
    return await session.get(Person, person_id)


async def account_kind(session: AsyncSession, person_id: str) -> AccountKind | None:
    """None for a person whom we do not know."""
    return next((kind for (kind,) in await ACCOUNT_KIND.rows(session, person_id=person_id)), None)


async def people_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Person]:
    if not (wanted := set(ids)):
        return {}
    rows = await session.exec(select(Person).where(col(Person.id).in_(wanted)))
    return {row.id: row for row in rows.all()}


async def member_ids_at(session: AsyncSession, ids: Iterable[str], until: datetime) -> set[str]:
    """The ids of those who were members at ``until``. Read from the record, since a row tells only of now."""
    subjects = {subject_name(Person, [person_id]): person_id for person_id in ids}
    stated = await past.last_stated(session, subjects, until)
    return {subjects[subject] for subject, row in stated.items() if row["standing"] == AccountKind.MEMBER}


async def account_kinds_until(
    session: AsyncSession, ids: Iterable[str], until: datetime
) -> dict[str, list[tuple[datetime, AccountKind]]]:
    """Each person's kinds of account with the instant of each change, the oldest first. Read from the record."""
    subjects = {subject_name(Person, [person_id]): person_id for person_id in ids}
    kinds: dict[str, list[tuple[datetime, AccountKind]]] = {}
    for subject, at, row in await past.statements(session, subjects, until):
        kinds.setdefault(subjects[subject], []).append((at, AccountKind(row["standing"])))
    return kinds


async def members(session: AsyncSession) -> list[Person]:
    """Everyone who may act, by name."""
    rows = await session.exec(
        select(Person).where(Person.standing == AccountKind.MEMBER).order_by(Person.name)
    )
    return list(rows.all())


async def leads(session: AsyncSession) -> list[Person]:
    """By name."""
    return list((await session.exec(LEADS)).all())


async def everyone(session: AsyncSession) -> list[Person]:
    return list((await session.exec(select(Person).order_by(Person.id))).all())


def directory(people: Iterable[Person]) -> dict[str, Person]:
    """Everyone by Slack id, and by e-mail in lower case. Of accounts with one e-mail, a member's wins."""
    by_address = {person.email.lower(): person for person in sorted(people, key=_may_act) if person.email}
    return by_address | {person.id: person for person in people}


def person_named(text: str, directory: Mapping[str, Person]) -> Person | None:
    return directory.get(text) or directory.get(text.lower())


def _may_act(person: Person) -> bool:
    return person.may_act


def people_with_name(people: Iterable[Person], words: str) -> list[Person]:
    """The people whom a typed name may mean: those with exactly this name or first name, or else with a name that
    begins so.
    """
    typed = " ".join(words.casefold().removeprefix("@").split())
    candidates = [(person, person.name.casefold()) for person in people] if typed else []
    exact = [person for person, name in candidates if typed in (name, name.partition(" ")[0])]
    return exact or [
        person for person, name in candidates if any(word.startswith(typed) for word in name.split())
    ]


LEADS = (
    select(Person).where(text("person.is_lead"), Person.standing == AccountKind.MEMBER).order_by(Person.name)
)
"""Built once, since building it takes longer than running it."""
