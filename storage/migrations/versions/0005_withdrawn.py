"""When an occurrence was withdrawn, because no schedule asks for it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("occurrence", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
