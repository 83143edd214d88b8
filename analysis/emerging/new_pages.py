"""What is new: passages that no theme fits, in groups to name or to set aside, and what was said once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from analysis.coding.tables import Passage
from analysis.emerging.candidates import (
    LONGEST_NAME,
    CandidateTheme,
    Emerged,
    EmergingGroups,
    KeptGroup,
    candidates,
    emerged,
    name_group,
    put_back,
)
from safekeeping.database import in_parts, kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import enqueue, latest
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.intake.read import ReadResponse, read_one
from surveys.intake.tables import Response as Answered

bp = staff_blueprint("new_themes", __name__)

TYPICAL = 3
AT_ONCE = 25  # passages said once, on one page


@dataclass(frozen=True)
class Shown:
    """One passage as the page shows it: its words, and where it is coded."""

    id: str
    words: str


@dataclass(frozen=True)
class ShownGroup:
    """One group: what marks it, and its passages, some of them typical."""

    mark: str
    group: KeptGroup
    typical: list[Shown]
    others: list[Shown]


@bp.get("/code/<address>/new")
@may("code")
def look(address: str) -> Response:
    """The groups as last found."""
    return _page(published_at(kept(), address))


def _page(row: PublishedSurvey, wrong: str = "", about: str = "", name: str = "") -> Response:
    held = kept().get(EmergingGroups, row.id)
    keys = current_app.extensions["vault"]
    found = emerged(held, keys) if held else None
    opener = keys.opener(row.id)
    named = candidates(kept(), row.id)
    done = {passage_id.hex() for _row, passages in named for passage_id in passages}
    part = max(request.args.get("part", 0, int), 0)
    once = [each for each in found.once if each not in done] if found else []
    job = latest(kept(), "find new", row.id.hex())
    page = render_template(
        "desk/new_themes.html",
        survey=definition_of(row),
        found=found,
        groups=[_shown(each, opener) for each in _left(found, done)],
        once=_words(once[part * AT_ONCE : (part + 1) * AT_ONCE], opener),
        once_count=len(once),
        part=part,
        more=len(once) > (part + 1) * AT_ONCE,
        named=[(each, _words([id.hex() for id in passages], opener)) for each, passages in named],
        waits=job is not None and job.waits,
        wrong=wrong,
        about=about,
        name=name,
        longest=LONGEST_NAME,
    )
    return make_response(page, 422 if wrong else 200)


def _left(found: Emerged | None, done: set[str]) -> list[KeptGroup]:
    """The groups of which nothing was named or set aside yet."""
    return [group for group in found.groups if not done & set(group.passages)] if found else []


def _shown(group: KeptGroup, opener: Opener) -> ShownGroup:
    words = _words(group.passages, opener)
    return ShownGroup(group.mark, group, words[:TYPICAL], words[TYPICAL:])


def _words(passages: Sequence[str], opener: Opener) -> list[Shown]:
    """The passages with their words; what is gone meanwhile is left out. Only those of this survey are read."""
    ids = [bytes.fromhex(each) for each in passages]
    of_it = select(Passage).join(Answered, Answered.id == Passage.response_id)
    of_it = of_it.where(Answered.survey_id == opener.survey_id)
    rows = {row.id: row for some in in_parts(ids) for row in kept().scalars(of_it.where(Passage.id.in_(some)))}
    whole = {each: read_one(kept(), each, opener) for each in {row.response_id for row in rows.values()}}
    return [Shown(id.hex(), _said(rows[id], whole[rows[id].response_id])) for id in ids if id in rows]


def _said(row: Passage, response: ReadResponse) -> str:
    return str(response.answers[row.question])[row.start : row.end]


@bp.post("/code/<address>/new")
@may("code")
def act(address: str) -> Response:
    """Look anew, name a group, set one aside, or put one back."""
    row = published_at(kept(), address)
    chosen = ACTS.get(request.form.get("act", ""))
    if chosen is None:
        abort(400)
    return chosen(row)


def _back(row: PublishedSurvey) -> Response:
    return make_response(redirect(url_for("new_themes.look", address=row.address), 303))


def _find(row: PublishedSurvey) -> Response:
    enqueue(kept(), "find new", row.id.hex())
    return _back(row)


def _name(row: PublishedSurvey) -> Response:
    name = " ".join(request.form.get("name", "").split())
    group = _chosen(row)
    if not name or len(name) > LONGEST_NAME:
        wrong = _("Give the group a name of at most {number} letters. Nothing was named.", number=LONGEST_NAME)
        return _page(row, wrong, group.mark, name)
    name_group(kept(), row.id, group.passages, name, g.person.id, datetime.now(UTC))
    note("named theme", row.address, passages=len(group.passages))
    return _back(row)


def _aside(row: PublishedSurvey) -> Response:
    name_group(kept(), row.id, _chosen(row).passages, "", g.person.id, datetime.now(UTC))
    return _back(row)


def _chosen(row: PublishedSurvey) -> KeptGroup:
    """The group that the form is about. One that has changed since the page was made is not there any more."""
    held = kept().get(EmergingGroups, row.id)
    found = emerged(held, current_app.extensions["vault"]) if held else None
    groups = {group.mark: group for group in found.groups} if found else {}
    return groups.get(request.form.get("group", "")) or abort(404)


def _put_back(row: PublishedSurvey) -> Response:
    try:
        candidate = bytes.fromhex(request.form.get("candidate", ""))
    except ValueError:
        abort(404)
    back: CandidateTheme = put_back(kept(), row.id, candidate)
    if back.name:
        note("named theme", row.address, taken_back=1)
    return _back(row)


ACTS = {"find": _find, "name": _name, "aside": _aside, "back": _put_back}
