"""Indexes of the rows that the clock looks at each minute, however many are closed by then."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Name, table, columns and the condition of its rows.
INDEXES = (
    ("open_obligation_of_kind", "obligation", ["kind"], "state = 'open'"),
    ("open_obligation_of_person", "obligation", ["person_id"], "state = 'open'"),
    ("open_obligation_to_nag", "obligation", ["next_nag_at", "person_id"], "state = 'open'"),
    ("awaited_occurrence", "occurrence", ["due_on"], "state IN ('open', 'rejected')"),
    ("current_ownership", "ownership", ["control_id"], "state IN ('offered', 'accepted')"),
    ("leave_not_ended", "leave", ["ends_on"], "ended_at IS NULL"),
    ("person_who_leads", "person", ["id"], "is_lead"),
    ("digest_delivery", "delivery", ["recipient"], "kind = 'digest'"),
)


def upgrade() -> None:
    op.drop_index("ix_obligation_next_nag_at", "obligation")
    for name, table, columns, rows in INDEXES:
        op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
