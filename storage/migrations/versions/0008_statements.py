"""What evidence states of a full listing: how many items, by which query, as of when; and evidence without a file."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("kind", sa.String(length=40), nullable=True))
    op.add_column("evidence", sa.Column("item_count", sa.Integer(), nullable=True))
    op.add_column("evidence", sa.Column("query", sa.Text(), nullable=True))
    op.add_column("evidence", sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
