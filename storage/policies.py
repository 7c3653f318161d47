"""Policies, their versions, and who acknowledged which exact text."""

import hashlib
from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import row_by_key
from storage.record.recorded import Recorded
from storage.terms import VersionState


class Policy(Recorded, table=True):
    __tablename__ = "policy"
    id: str = Field(primary_key=True, max_length=60)
    title: str
    owner_role: str


class PolicyVersion(Recorded, table=True):
    """The text as it was proposed; ``text_hash`` is the SHA-256 of its UTF-8 bytes, in hex."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("policy_id", "version"),)
    id: str = id_field()
    policy_id: str = Field(foreign_key="policy.id", index=True)
    version: str = Field(max_length=20)
    text: str = Field(sa_type=Text)
    text_hash: str = Field(max_length=64)
    summary: str = Field(sa_type=Text)
    consent: str = Field(sa_type=Text)
    due_days: int
    state: VersionState = term(VersionState, VersionState.DRAFT)
    proposed_at: datetime
    published_by: str | None = None
    published_at: datetime | None = None


class Acknowledgement(Recorded, table=True):
    """One person's agreement to one text, with the sentence of consent and the message whose button they pressed."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("version_id", "person_id"),)
    id: str = id_field()
    version_id: str = Field(foreign_key="policy_version.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    text_hash: str = Field(max_length=64)
    consent: str = Field(sa_type=Text)
    at: datetime
    channel: str | None = None
    message_ts: str | None = None


async def policies(session: AsyncSession) -> list[Policy]:
    return list((await session.exec(select(Policy).order_by(Policy.title))).all())


async def policies_by_id(session: AsyncSession) -> dict[str, Policy]:
    return {policy.id: policy for policy in await policies(session)}


async def policy_version(
    session: AsyncSession, version_id: str, *, to_change: bool = False
) -> PolicyVersion | None:
    return await row_by_key(session, PolicyVersion, version_id, to_change=to_change)


async def draft_versions(session: AsyncSession) -> list[PolicyVersion]:
    rows = select(PolicyVersion).where(PolicyVersion.state == VersionState.DRAFT)
    return list((await session.exec(rows.order_by(PolicyVersion.policy_id))).all())


async def versions_of(session: AsyncSession, policy_id: str) -> list[PolicyVersion]:
    rows = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return list((await session.exec(rows.order_by(col(PolicyVersion.proposed_at)))).all())


async def published_versions(session: AsyncSession) -> list[PolicyVersion]:
    rows = select(PolicyVersion).where(PolicyVersion.state == VersionState.PUBLISHED)
    return list((await session.exec(rows.order_by(PolicyVersion.policy_id))).all())


async def acknowledgement(session: AsyncSession, version_id: str, person_id: str) -> Acknowledgement | None:
    rows = select(Acknowledgement).where(
        Acknowledgement.version_id == version_id, Acknowledgement.person_id == person_id
    )
    return (await session.exec(rows)).first()


async def acknowledgement_by_id(session: AsyncSession, ack_id: str) -> Acknowledgement | None:
    return await session.get(Acknowledgement, ack_id)


async def acknowledgements_of(session: AsyncSession, version_id: str) -> list[Acknowledgement]:
    rows = select(Acknowledgement).where(Acknowledgement.version_id == version_id)
    return list((await session.exec(rows)).all())


async def last_acknowledged_version(
    session: AsyncSession, policy_id: str, person_id: str
) -> PolicyVersion | None:
    """The newest version of this policy that the person has acknowledged."""
    rows = (
        select(PolicyVersion)
        .join(Acknowledgement, col(Acknowledgement.version_id) == PolicyVersion.id)
        .where(PolicyVersion.policy_id == policy_id, Acknowledgement.person_id == person_id)
        .order_by(col(Acknowledgement.at).desc())
    )
    return (await session.exec(rows)).first()


def text_hash(text: str) -> str:
    """SHA-256, in hex, of the UTF-8 bytes: it identifies the exact text that a person acknowledges."""
    return hashlib.sha256(text.encode()).hexdigest()
