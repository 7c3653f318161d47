"""Counting a window's occurrences reads this index alone."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_occurrence_window",
        "occurrence",
        ["ends_on", "control_id", "state", "grace_days", "due_on", "performed_on", "label"],
        unique=False,
    )
