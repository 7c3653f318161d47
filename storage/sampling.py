"""Self-assessments: samples that leads drew as an auditor would, and what was found in them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field
from storage.locks import row_by_key
from storage.record.recorded import Recorded


class SelfAssessment(Recorded, table=True):
    """A sample of a Type 2 window, drawn by ``seed`` from occurrences whose period ended before ``day``.

    ``day`` is a date in the company's zone. ``digest`` is the SHA-256 of the populations. ``drawn`` has for each
    population its control and cadence, its size and the ids of the sampled occurrences. ``findings`` has values of
    `AuditFinding` by occurrence id, only for occurrences with findings. ``files`` counts the stored files of the
    sample; ``files_read_at`` is empty until we have compared them with their hashes.
    """

    __tablename__ = "self_assessment"
    id: str = id_field()
    examination_id: str = Field(foreign_key="examination.id")
    made_by: str = Field(foreign_key="person.id")
    made_at: datetime = Field(index=True)
    day: date
    starts_on: date
    ends_on: date
    seed: str = Field(max_length=20)
    population: int
    digest: str = Field(max_length=64)
    drawn: list[dict[str, Any]] = Field(sa_type=JSON)
    findings: dict[str, list[str]] = Field(sa_type=JSON)
    files: int
    files_read_at: datetime | None = None


async def self_assessment(
    session: AsyncSession, assessment_id: str, *, to_change: bool = False
) -> SelfAssessment | None:
    return await row_by_key(session, SelfAssessment, assessment_id, to_change=to_change)


async def newest_self_assessments(session: AsyncSession, most: int) -> list[SelfAssessment]:
    rows = select(SelfAssessment).order_by(col(SelfAssessment.made_at).desc(), SelfAssessment.id)
    return list((await session.exec(rows.limit(most))).all())


async def earlier_same_sample(session: AsyncSession, assessment: SelfAssessment) -> SelfAssessment | None:
    """The last earlier self-assessment with the same seed and the same populations, and so with the same sample."""
    rows = select(SelfAssessment).where(
        SelfAssessment.seed == assessment.seed,
        SelfAssessment.digest == assessment.digest,
        SelfAssessment.made_at < assessment.made_at,
    )
    return (await session.exec(rows.order_by(col(SelfAssessment.made_at).desc()).limit(1))).first()


async def assessment_to_read(session: AsyncSession) -> SelfAssessment | None:
    """The oldest self-assessment whose files we have not read yet."""
    rows = select(SelfAssessment).where(col(SelfAssessment.files_read_at).is_(None))
    return (await session.exec(rows.order_by(col(SelfAssessment.made_at)).limit(1))).first()
