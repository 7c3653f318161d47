"""Indexes of the rows that a tick looks at: what is open, awaited or current, and who leads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _partial("ix_obligation_open", "obligation", ["kind"], "state = 'open'")
    _partial("ix_occurrence_awaited", "occurrence", ["due_on"], "state IN ('open', 'rejected')")
    _partial("ix_ownership_current", "ownership", ["control_id"], "state IN ('offered', 'accepted')")
    _partial("ix_delivery_digest", "delivery", ["recipient", "queued_at"], "kind = 'digest'")
    op.create_index(
        "ix_person_lead",
        "person",
        ["id"],
        sqlite_where=sa.text("is_lead IS 1"),
        postgresql_where=sa.text("is_lead IS true"),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
