"""The programs' door: JSON to read, for who shows a token. It keeps no session, sets no cookie and changes nothing."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from pydantic import BaseModel

from analysis.api import reading, shapes
from analysis.api.openapi import description
from analysis.api.operations import DOOR, OPERATIONS, USUALLY_AT_ONCE, Operation, read_parameters
from analysis.api.problems import Refusal
from analysis.api.rate import WAIT, Rate
from analysis.findings.tables import Findings, Made, opened
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import ASKED_FOR
from safekeeping.organisations import show_only
from safekeeping.tokens import PREFIX, bearer_of
from surveys.definition.published import GONE, PublishedSurvey, SurveyVersion, published_at

bp = Blueprint("api", __name__, url_prefix=DOOR)

SENT = re.compile(r"bearer +([\x21-\x7e]{1,200})", re.ASCII | re.IGNORECASE)
NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
CHALLENGE = 'Bearer realm="Heard"'
IN_ADDRESS = (
    "A token must never stand in an address: servers and programs write those down. End this token at the desk, make "
    "another, and send it as “Authorization: Bearer …”."
)
NOT_MADE_YET = "No figures have been made for this survey yet. They are made when ten answers are there."


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    state.app.extensions["api_rate"] = Rate(allowances=state.app.extensions["allowances"])


def offered(name: str) -> Callable[[Callable[..., BaseModel]], Callable[..., BaseModel]]:
    """Put a page at the address that the table gives it, behind the scope that the table gives it."""
    operation = OPERATIONS[name]

    def mark(page: Callable[..., BaseModel]) -> Callable[..., BaseModel]:
        @wraps(page)
        def answered(**parts: str) -> Response:
            _let_in(operation)
            return _as_json(page(**parts).model_dump_json())

        setattr(answered, ASKED_FOR, operation.asked_for)
        bp.add_url_rule(
            operation.rule, name, answered, methods=["GET"], merge_slashes=False, provide_automatic_options=False
        )
        return page

    return mark


def _let_in(operation: Operation) -> None:
    """Refuse, or let this request see what its token covers. Whether something exists is asked last."""
    if PREFIX in request.query_string.decode("latin-1").lower() or "access_token" in request.args:
        raise Refusal(400, IN_ADDRESS)
    sent = SENT.fullmatch(request.headers.get("Authorization", ""))
    bearer = bearer_of(kept(), sent[1], steady_now()) if sent else None
    if bearer is None:
        raise Refusal(401, WWW_Authenticate=CHALLENGE)
    if not current_app.extensions["api_rate"].allows(bearer.token_id):
        raise Refusal(429, Retry_After=str(WAIT))
    if operation.scope not in bearer.scopes:
        raise Refusal(403)
    if request.accept_mimetypes and not request.accept_mimetypes["application/json"]:
        raise Refusal(406)
    try:
        g.parameters = read_parameters(operation, list(request.args.items(multi=True)))
    except ValueError as fault:
        raise Refusal(400, str(fault)) from None
    show_only(kept(), bearer.visible)


def _as_json(text: str) -> Response:
    """The answer, or 304 for who has it already."""
    mark = hashlib.sha256(text.encode()).hexdigest()[:32]
    same = request.if_none_match.contains_weak(mark)
    answer = Response(status=304) if same else Response(text, content_type="application/json")
    answer.set_etag(mark)
    return answer


@bp.get("/openapi.json", merge_slashes=False, provide_automatic_options=False)
def openapi() -> Response:
    """The description of this door, for anybody: there is nothing in it but the code's own shape."""
    return _as_json(description())


@offered("surveys")
def surveys() -> shapes.Surveys:
    """Which surveys there are, by address."""
    count = _count()
    rows = reading.some_surveys(kept(), g.parameters.get("after", ""), count + 1)
    shown = rows[:count]
    return shapes.Surveys(
        surveys=reading.as_surveys(kept(), shown),
        next=f"{DOOR}/surveys?after={shown[-1].address}&limit={count}" if len(rows) > count else None,
    )


def _count() -> int:
    return int(g.parameters.get("limit", USUALLY_AT_ONCE))


def _made(row: PublishedSurvey) -> tuple[Findings | None, Made | None]:
    """The findings as last made, if they were and their answers are still kept."""
    found = None if row.state in GONE else kept().get(Findings, row.id)
    return found, opened(found, current_app.extensions["vault"]) if found else None


@offered("progress")
def progress(address: str) -> shapes.Progress:
    """How many have answered, in all and of each audience."""
    row = published_at(kept(), address)
    return reading.as_progress(row, *_made(row))


@offered("findings")
def findings(address: str) -> shapes.Findings:
    """The figures of a survey."""
    row = published_at(kept(), address)
    found, made = _made(row)
    if found is None or made is None:
        raise Refusal(404, NOT_MADE_YET)
    return reading.as_findings(row, found, made)


@offered("versions")
def versions(address: str) -> shapes.Versions:
    """The published versions of a survey, the first one first."""
    row, count = published_at(kept(), address), _count()
    rows = reading.some_versions(kept(), row.id, int(g.parameters.get("after", 0)), count + 1)
    shown = rows[:count]
    further = f"{DOOR}/surveys/{row.address}/versions?after={shown[-1].number}&limit={count}" if rows[count:] else None
    return shapes.Versions(versions=tuple(map(reading.as_version, shown)), next=further)


@offered("definition")
def definition(address: str, number: str) -> shapes.Definition:
    """What one version asked. Raises `NoResultFound` where there is no such version."""
    row = published_at(kept(), address)
    if not NUMBER.fullmatch(number):
        raise Refusal(404)
    return reading.as_definition(row.address, kept().get_one(SurveyVersion, (row.id, int(number))))
