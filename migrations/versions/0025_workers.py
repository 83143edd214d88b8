"""Many workers: whose turn it is, which claim is on, parts of a job, and an index of who waits to be mixed."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

AT_WORK = sa.text("state IN ('running', 'parted')")
ADDED = ("turn", "stop_asked", "claim", "part_of", "outcome")


def upgrade() -> None:
    """Forward: whatever a worker was doing waits to be done again."""
    op.add_column("job", sa.Column("turn", sa.String(200), nullable=False, server_default=""))
    op.add_column("job", sa.Column("stop_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("job", sa.Column("claim", sa.LargeBinary(), nullable=True))
    op.add_column("job", sa.Column("part_of", sa.LargeBinary(), nullable=True))
    op.add_column("job", sa.Column("outcome", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE job SET turn = substr(argument, 1, 32)")
    op.execute("UPDATE job SET state = 'queued', attempts = 0 WHERE state = 'running'")
    op.create_index("ix_job_part_of", "job", ["part_of"])
    op.create_index("ix_job_at_work", "job", ["turn"], unique=True, sqlite_where=AT_WORK, postgresql_where=AT_WORK)
    op.create_index("ix_intake_survey_id", "intake", ["survey_id"])


def downgrade() -> None:
    """Back: parts are gone, and the job they were of begins again."""
    op.drop_index("ix_intake_survey_id", "intake")
    op.execute("DELETE FROM job WHERE part_of IS NOT NULL")
    op.execute("UPDATE job SET state = 'queued', attempts = 0 WHERE state IN ('running', 'parted')")
    op.execute("UPDATE job SET state = 'done' WHERE state = 'stopped'")
    op.drop_index("ix_job_at_work", "job")
    op.drop_index("ix_job_part_of", "job")
    with op.batch_alter_table("job") as batch:
        for name in ADDED:
            batch.drop_column(name)
