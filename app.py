"""The front door: `create_app(settings)`, the `heard` command, and the only reader of the environment."""

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Never

import click
from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request
from flask.cli import AppGroup
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, NoResultFound
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from analysis.api.problems import problem
from analysis.auditing.audit_commands import audit_command
from analysis.commands import agreement_command, code_command, model_command
from analysis.findings.estimate_command import estimate_command
from analysis.findings.protecting.protect_commands import protect_command
from analysis.local_model.connecting import sent_to
from analysis.made import MADE
from analysis.reporting.report_commands import report_command
from analysis.revision import account_pages
from analysis.rooms import ROOMS as TOP_FLOOR
from analysis.standard.asked import standards_here, written_here
from analysis.work_command import work_command
from analysis.work_said import NEVER_STOPPED, SECRET
from analysis.worked_example import use_example
from safekeeping import database, guard, headers, health_pages, languages, logs, static_files
from safekeeping.allowances import Allowances, engine_beside
from safekeeping.codes import Effort
from safekeeping.cookies import cookie_name
from safekeeping.job_acts import retry_failed
from safekeeping.job_commands import jobs_command
from safekeeping.keeping_commands import backup_command, restore_command
from safekeeping.key_commands import keys_command
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.languages import gettext as _
from safekeeping.master_keys import NoKeys
from safekeeping.metrics import metrics_command
from safekeeping.move_command import move_command
from safekeeping.opening import Opened, open_installation, open_to_respond
from safekeeping.permissions import ROLES
from safekeeping.rooms import ROOMS as GROUND_FLOOR
from safekeeping.serving import is_handed, serve
from safekeeping.settings import BOTH, RESPOND, SETTINGS, STAFF, BadSetting, Settings, read_settings
from safekeeping.staff import add_staff, make_link
from safekeeping.staff_commands import staff_commands
from safekeeping.typed import TypedRequest
from safekeeping.upgrading import doctor_command, upgrade_command
from safekeeping.vault import Destroyed, load_vault
from surveys.definition.published import OPEN, check_keys, consultation_at, published
from surveys.example.load import load_example
from surveys.intake.sampling import open_some
from surveys.managing.commands import survey_command
from surveys.managing.shredding import shred_command
from surveys.responding import exit as leaving
from surveys.responding import pages as responding
from surveys.responding.gate import Gate, sizes_for
from surveys.responding.prepared import Prepared
from surveys.rooms import ROOMS as FIRST_FLOOR
from surveys.writing.written import consultation_written

ROOT = Path(__file__).resolve().parent
#: How a worker is started beside the server: a process of its own, so that pages load nothing only jobs need.
WORKER = (sys.executable, "-m", "app", "work")

#: The verbs of the desk, in the order the data flows: verb, address, the action it needs.
VERBS = (
    ("Collect", "/desk/collect", "collect"),
    ("Code", "/desk/code", "code"),
    ("Safeguard", "/desk/safeguard", "safeguard"),
    ("Find", "/desk/find", "find"),
    ("Revise", "/desk/revise", "revise"),
)

#: What both doors say, by status: title, then what is safe and what to do. English here; said in the page's language.
ERRORS = {
    400: (_("This page could not be read"), _("Go back, reload the page and try once more. Nothing you sent is lost.")),
    403: (_("This page is not open to you"), _("If you came here by a link, ask the person who gave it to you.")),
    404: (_("There is no page here"), _("Check the address, or start from the first page.")),
    405: (_("This page cannot be used that way"), _("Go back and use the buttons on the page.")),
    413: (_("That is too much to send at once"), _("Go back, shorten what you wrote, and try again.")),
    500: (_("Something went wrong on our side"), _("Nothing you sent is lost. Wait a minute, then try again.")),
}

#: Who asks, where HEARD_ORGANISATION does not say: here so that translators find it.
UNNAMED = _("the team running this survey")


def settings_from_environment() -> Settings:
    """The settings of this process. Raises `BadSetting`."""
    return read_settings(os.environ, ROOT)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Without `settings` they are read from the environment.

    Raises `BadSetting` or `NoKeys`; nothing is half-started.
    """
    settings = settings or settings_from_environment()
    app = database.CommittingFlask("heard", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.request_class = TypedRequest
    app.extensions["settings"] = settings
    app.extensions["code_effort"] = Effort()
    app.extensions["prepared"] = Prepared()
    app.extensions["respondent_cookie"] = cookie_name("s", settings.over_https)
    app.extensions["staff_cookie"] = cookie_name("d", settings.over_https)
    logs.init_app(app)
    headers.init_app(app, settings.over_https)
    database.init_app(app, settings.database, settings.drafts, settings.connections)
    allowances = app.extensions["allowances"] = Allowances(engine_beside(app.extensions["drafts_engine"]))
    app.extensions["gate"] = Gate(sizes=sizes_for(settings.busiest_hour), allowances=allowances)
    languages.init_app(app)
    static_files.init_app(app)
    app.register_blueprint(health_pages.bp)
    if settings.door != STAFF:
        _add_rooms(app, (leaving.bp, responding.bp, account_pages.bp))
    if settings.door != RESPOND:  # no key is loaded where nobody signs in
        keys = make_key_engine(settings.keystore, app.extensions["engine"], settings.connections)
        app.extensions["vault"] = load_vault(settings.keys, Keystore(keys))
        app.extensions["standards"] = standards_here
        app.extensions["written standards"] = written_here
        guard.init_app(app, address=consultation_at, written_id=consultation_written)
        _add_rooms(app, (*GROUND_FLOOR, *FIRST_FLOOR, *TOP_FLOOR))
    _add_error_pages(app)
    _add_words(app, settings)
    return app


def _add_rooms(app: Flask, rooms: Iterable[Blueprint]) -> None:
    for room in rooms:
        app.register_blueprint(room)


def _add_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, _error_page)
    for gone in (NoResultFound, Destroyed):
        app.register_error_handler(gone, lambda fault: _error_page(NotFound()))
    app.register_error_handler(Exception, _fault_page)


def _add_words(app: Flask, settings: Settings) -> None:
    @app.context_processor
    def _words() -> dict[str, object]:
        return {
            "helpline": settings.helpline,
            "helplines": settings.helplines,
            "organisation": _(settings.organisation),
            "public_address": settings.public_address,
            "desk_verbs": VERBS,
            "sent_to": sent_to(settings),
        }


def _error_page(fault: HTTPException) -> Response:
    """One page per kind of error, each door in its own dress."""
    if fault.code is not None and fault.code < 400:
        return make_response(fault.get_response())
    if headers.is_for_programs(request.path) and "api" in current_app.blueprints:
        return problem(fault)
    title, words = ERRORS.get(fault.code or 500, ERRORS[500])
    at_the_desk = headers.is_staff(request.path) and "sign_in" in current_app.blueprints
    door = "desk" if at_the_desk else "responding"
    return make_response(render_template(f"{door}/error.html", title=_(title), words=_(words)), fault.code or 500)


def _fault_page(fault: Exception) -> Response:
    """What nobody foresaw: the log keeps the kind and the place, the person reads what is safe."""
    logs.log.error("fault in a page", exc_info=fault)
    return _error_page(InternalServerError())


# The command ---------------------------------------------------------------------------------------


@click.group(
    cls=AppGroup,
    context_settings={"obj": settings_from_environment},
    help="Heard: consultation surveys, coding and evidence for service standards.",
    epilog="Settings are read from the environment: " + ", ".join(setting.name for setting in SETTINGS) + ".",
)
def heard() -> None:
    """The `heard` command."""


def main() -> None:
    """Run the command. A setting or key that is wrong is one sentence and exit status 2."""
    try:
        heard(prog_name="heard")
    except (BadSetting, NoKeys) as fault:
        _refuse(str(fault))
    except (DatabaseError, PermissionError) as fault:
        where = "HEARD_DATABASE, HEARD_KEYSTORE or HEARD_INSTANCE"
        _refuse(f"{where} cannot be used: {str(fault).splitlines()[0]}. Check all three.")


def _refuse(why: str) -> Never:
    click.echo(f"Heard cannot start. {why}", err=True)
    sys.exit(2)


heard.add_command(code_command)
heard.add_command(agreement_command)
heard.add_command(estimate_command)
heard.add_command(protect_command)
heard.add_command(model_command)
heard.add_command(survey_command)
for command in (keys_command, metrics_command, *staff_commands(check_keys)):
    heard.add_command(command)
for command in (backup_command(check_keys, open_some), restore_command(open_some), move_command(check_keys, open_some)):
    heard.add_command(command)
for examining in (doctor_command, upgrade_command):
    heard.add_command(examining(check_keys))
heard.add_command(audit_command(lambda: open_installation(settings_from_environment())))
heard.add_command(jobs_command(lambda: open_installation(settings_from_environment()), NEVER_STOPPED, SECRET))
heard.add_command(report_command(lambda: open_installation(settings_from_environment())))
survey_command.add_command(shred_command(lambda: open_installation(settings_from_environment()), MADE))


def _open(settings: Settings) -> Opened:
    """The installation, ready. Raises `NoKeys` where the keys do not fit what is there."""
    opened = open_installation(settings)
    with database.session_for(opened.engine) as session:
        check_keys(session, opened.vault)
    return opened


def _print_addresses(settings: Settings, engine: Engine) -> None:
    with database.session_for(engine) as session:
        person = add_staff(session, "Researcher", ROLES)
        code = make_link(session, person, datetime.now(UTC)).hex()
        addresses = [f"{settings.public_address}/{row.address}" for row in published(session) if row.state == OPEN]
    click.echo("\nHeard is ready.")
    for address in addresses:
        click.echo(f"  Answer the survey:        {address}")
    click.echo(f"  Work at the desk:         {settings.public_address}{headers.STAFF_DOOR}/")
    click.echo(f"  Sign in there once with:  {settings.public_address}{headers.STAFF_DOOR}/sign-in/{code}")
    click.echo("  Stop with Ctrl-C.\n")


@heard.command("run", with_appcontext=False)
@click.option("--example", is_flag=True, help="Load the worked example first, once.")
@click.option("--door", type=click.Choice((BOTH, RESPOND, STAFF)), help="Whom to let in; HEARD_DOOR says so too.")
def run_command(example: bool, door: str | None) -> None:
    """Set up what is missing, then serve. With `--door respond` take answers only, without any key that opens them."""
    if door:
        os.environ["HEARD_DOOR"] = door
    settings = settings_from_environment()
    if settings.door == RESPOND:
        open_to_respond(settings).dispose()
        click.echo(f"\nHeard takes answers at {settings.public_address}. Stop with Ctrl-C.")
    else:
        _set_up(settings, example)
    serve(settings, "app:create_app", WORKER, handed=is_handed(os.environ))


def _set_up(settings: Settings, example: bool) -> None:
    opened = _open(settings)
    with database.session_for(opened.engine) as session:
        retry_failed(session)
        loaded = example and load_example(session, opened.vault, datetime.now(UTC))
    if loaded:
        click.echo("Coding the worked example. This happens once and takes a minute or two.")
        subprocess.run([*WORKER, "--once", "--example"], check=True)  # noqa: S603
        use_example(opened.engine, opened.vault, datetime.now(UTC))
    _print_addresses(settings, opened.engine)
    opened.close()


heard.add_command(work_command(create_app, WORKER))


if __name__ == "__main__":
    main()
