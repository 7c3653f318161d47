"""Open deliveries have an index of their own, so that sent ones cost the sender nothing; budgets keep a learnt pace."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'sending', 'unknown')")
LEASED = sa.text("lease_until IS NOT NULL")
FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    op.drop_index("ix_delivery_not_before", table_name="delivery")
    op.drop_index("ix_delivery_state", table_name="delivery")
    _index("open_delivery", ["kind", "not_before", "queued_at"], OPEN)
    _index("leased_delivery", ["lease_until"], LEASED)
    _index("failed_delivery", ["queued_at"], FAILED)
    op.drop_table("rate_budget")
    op.create_table(
        "rate_budget",
        sa.Column("method", sa.String(60), nullable=False),
        sa.Column("per_minute", sa.Float(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minute_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("calls_before", sa.Integer(), nullable=False),
        sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("method"),
    )


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "delivery", columns, unique=False, sqlite_where=where, postgresql_where=where)
