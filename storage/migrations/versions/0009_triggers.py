"""Events that set off controls, and more than one performance of a control in a day.

Performances that the calendar asks for stay unique by control and period; one that an event set off is unique by
control and event.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The first schema left it without a name: PostgreSQL gave this one, and for SQLite it is made up by the convention.
UNNAMED = "occurrence_control_id_starts_on_ends_on_key"
CALENDAR = sa.text("trigger_id IS NULL")


def upgrade() -> None:
    op.add_column("control", sa.Column("triggered_by", sa.String(40), nullable=True))
    op.create_table(
        "trigger",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(60), nullable=True),
        sa.Column("person_id", sa.String(40), nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("discovered", sa.Boolean(), nullable=False),
        sa.Column("raised_by", sa.String(40), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(40), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "number"),
    )
    op.create_index("ix_trigger_happened_on", "trigger", ["happened_on"], unique=False)
    op.create_index(
        "uq_trigger_reference",
        "trigger",
        ["kind", "reference"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    convention = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
    with op.batch_alter_table("occurrence", naming_convention=convention) as occurrence:
        occurrence.add_column(sa.Column("trigger_id", sa.String(), nullable=True))
        occurrence.drop_constraint(UNNAMED, type_="unique")
        occurrence.create_unique_constraint("uq_occurrence_trigger", ["control_id", "trigger_id"])
        occurrence.create_foreign_key("fk_occurrence_trigger", "trigger", ["trigger_id"], ["id"])
    op.create_index("ix_occurrence_trigger_id", "occurrence", ["trigger_id"], unique=False)
    op.create_index(
        "uq_occurrence_period",
        "occurrence",
        ["control_id", "starts_on", "ends_on"],
        unique=True,
        sqlite_where=CALENDAR,
        postgresql_where=CALENDAR,
    )
