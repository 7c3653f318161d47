"""The days within which a control that is performed on event must be done."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("control", sa.Column("sla_days", sa.Integer(), nullable=True))
