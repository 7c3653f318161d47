"""When an occurrence was listed, and when it was waived: what a look back needs beside the times of evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("occurrence", sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("occurrence", sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True))
