"""Waivers, and by which of them an occurrence is waived."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.String(length=24), primary_key=True),
        sa.Column("control_id", sa.String(), sa.ForeignKey("control.id"), nullable=False),
        sa.Column("occurrence_id", sa.String(), sa.ForeignKey("occurrence.id"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.String(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
    )
    for column in ("control_id", "occurrence_id", "state"):
        op.create_index(f"ix_waiver_{column}", "waiver", [column])
    op.add_column("occurrence", sa.Column("waiver_id", sa.String(length=24), nullable=True))
