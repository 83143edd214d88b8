"""Organisations, consultations, accounts with a second factor, roles per consultation, and the trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection, text

from safekeeping.database import Utc
from safekeeping.vault import random_id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Columns that say where a row belongs. No foreign keys: SQLite could not drop them again, going back.
BELONGS = (("staff", "organisation_id"), ("survey", "consultation_id"), ("written_survey", "consultation_id"))
MADE = ("trail", "known_browser", "recovery_code", "reset_wish", "held_role", "consultation", "organisation")


def upgrade() -> None:
    """Forward: what is there belongs to one organisation, and each survey to a consultation of its own."""
    _organisations()
    _accounts()
    _trail()
    _refuse_changes(op.get_bind())
    _fill(op.get_bind())
    op.drop_table("staff_role")


def _id(
    name: str = "id", to: str = "", key: str = "", ondelete: str | None = None, nullable: bool = False
) -> sa.Column[bytes]:
    points = [sa.ForeignKey(f"{to}.id", name=key, ondelete=ondelete)] if to else []
    return sa.Column(name, sa.LargeBinary(), *points, nullable=nullable)


def _organisations() -> None:
    op.create_table(
        "organisation",
        _id(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("trying_out", sa.Boolean(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
    )
    op.create_table(
        "consultation",
        _id(),
        _id("organisation_id", "organisation", "fk_consultation_organisation_id_organisation"),
        sa.Column("name", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consultation"),
    )
    for table, column in BELONGS:
        op.add_column(table, sa.Column(column, sa.LargeBinary(), nullable=True))
    op.add_column("written_survey", sa.Column("asked_by", sa.LargeBinary(), nullable=True))
    op.add_column("written_survey", sa.Column("asked_at", sa.Integer(), nullable=True))


def _accounts() -> None:
    for column in (
        sa.Column("password", sa.String(200), nullable=False, server_default=""),
        sa.Column("second_factor", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tried_at", Utc(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("staff", column)
    op.add_column("staff_session", sa.Column("confirmed_at", Utc(), nullable=True))
    op.add_column("staff_session", sa.Column("words_at", Utc(), nullable=True))
    op.add_column("staff_session", sa.Column("words_of", sa.LargeBinary(), nullable=True))
    op.add_column("staff_session", sa.Column("setting_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "held_role",
        _id(),
        _id("staff_id", "staff", "fk_held_role_staff_id_staff", "CASCADE"),
        sa.Column("role", sa.String(20), nullable=False),
        _id("consultation_id", "consultation", "fk_held_role_consultation_id_consultation", "CASCADE", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_held_role"),
    )
    op.create_index("ix_held_role_staff_id", "held_role", ["staff_id"])
    op.create_table(
        "known_browser",
        _id("fingerprint"),
        _id("staff_id", "staff", "fk_known_browser_staff_id_staff", "CASCADE"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_known_browser"),
    )
    op.create_index("ix_known_browser_staff_id", "known_browser", ["staff_id"])
    op.create_table(
        "recovery_code",
        _id("fingerprint"),
        _id("staff_id", "staff", "fk_recovery_code_staff_id_staff", "CASCADE"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"])
    op.create_table(
        "reset_wish",
        _id("staff_id", "staff", "fk_reset_wish_staff_id_staff", "CASCADE"),
        _id("asked_by", "staff", "fk_reset_wish_asked_by_staff", "CASCADE"),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_reset_wish"),
    )


def _trail() -> None:
    op.create_table(
        "trail",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        _id("organisation_id", nullable=True),
        _id("actor_id", nullable=True),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trail"),
    )


def _refuse_changes(connection: Connection) -> None:
    """The database itself refuses to change or delete a row of the trail."""
    said = "the trail is only ever added to"
    if connection.dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER trail_no_{act.lower()} BEFORE {act} ON trail BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_refuses()"
    )
    op.execute("CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail EXECUTE FUNCTION trail_refuses()")


def _fill(connection: Connection) -> None:
    """What there is: one organisation, a consultation for each survey, its trial and its correction, and the roles."""
    surveys = connection.execute(text("SELECT id, address, state FROM survey")).all()
    written = connection.execute(text("SELECT id, survey_id, trial_id FROM written_survey")).all()
    staff = connection.execute(text("SELECT id FROM staff")).scalars().all()
    if not (surveys or written or staff):
        return
    organisation = random_id()
    connection.execute(
        text(
            "INSERT INTO organisation (id, name, zone, language, trying_out, made_at) "
            "VALUES (:id, 'Our organisation', 'Europe/London', 'en', :trying_out, CURRENT_TIMESTAMP)"
        ),
        {"id": organisation, "trying_out": False},
    )
    connection.execute(text("UPDATE staff SET organisation_id = :id"), {"id": organisation})
    of_survey: dict[bytes, bytes] = {}
    for survey_id, address, state in surveys:
        if state != "trial":
            of_survey[survey_id] = _consultation(connection, organisation, address)
    for written_id, survey_id, trial_id in written:
        consultation = of_survey.get(survey_id) or _consultation(connection, organisation, "A survey being written")
        _point(connection, "written_survey", written_id, consultation)
        if trial_id:
            of_survey[trial_id] = consultation
    for survey_id, consultation in of_survey.items():
        _point(connection, "survey", survey_id, consultation)
    _carry_roles(connection)


def _carry_roles(connection: Connection) -> None:
    """Authors could publish, and administrators looked after people."""
    held = text("INSERT INTO held_role (id, staff_id, role) VALUES (:id, :staff_id, :role)")
    for staff_id, role in connection.execute(text("SELECT staff_id, role FROM staff_role")).all():
        for each in (role, "publisher") if role == "author" else (role,):
            connection.execute(held, {"id": random_id(), "staff_id": staff_id, "role": each})


def _consultation(connection: Connection, organisation: bytes, name: str) -> bytes:
    made = random_id()
    row = {"id": made, "organisation": organisation, "name": name}
    put = text("INSERT INTO consultation (id, organisation_id, name) VALUES (:id, :organisation, :name)")
    connection.execute(put, row)
    return made


def _point(connection: Connection, table: str, row_id: bytes, consultation: bytes) -> None:
    change = text(f"UPDATE {table} SET consultation_id = :consultation WHERE id = :id")  # noqa: S608 (two known names)
    connection.execute(change, {"consultation": consultation, "id": row_id})


def downgrade() -> None:
    """Back: everybody's roles count everywhere again, and the trail is gone."""
    op.create_table(
        "staff_role",
        _id("staff_id", "staff", "fk_staff_role_staff_id_staff", "CASCADE"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "role", name="pk_staff_role"),
    )
    op.execute("INSERT INTO staff_role (staff_id, role) SELECT DISTINCT staff_id, role FROM held_role")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION trail_refuses() CASCADE")
    for column in ("setting_up", "words_of", "words_at", "confirmed_at"):
        op.drop_column("staff_session", column)
    for column in ("asked_at", "asked_by"):
        op.drop_column("written_survey", column)
    for table, column in BELONGS:
        op.drop_column(table, column)
    for column in ("gone", "tried_at", "tries", "last_step", "second_factor", "password"):
        op.drop_column("staff", column)
    for table in MADE:
        op.drop_table(table)
