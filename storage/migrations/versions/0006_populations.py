"""From which listing a control's samples are drawn, and which typical requests it serves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("control", sa.Column("population_of", sa.Text(), nullable=True))
    op.add_column("control", sa.Column("requests", sa.JSON(), nullable=True))
