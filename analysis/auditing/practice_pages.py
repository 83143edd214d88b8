"""Practising for whoever is new: settled passages, coded blind, then compared with what they were settled as."""

from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.auditing import practising
from analysis.auditing.blind_pages import DECISIONS
from analysis.auditing.designing import edition_of, newest_sample
from analysis.auditing.label_tables import Practice
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import Codes
from analysis.auditing.shown_passages import codes_sent, fields_sent, key_of, show
from analysis.auditing.standing import Standing, standing_of
from analysis.coding.stances import stances
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("practice", __name__)


@bp.get("/audit/<address>/practice")
@may("code")
def look(address: str) -> str:
    """How to practise; the exercise that is begun, or what came of it."""
    row = published_at(kept(), address)
    sample = newest_sample(kept(), row.id)
    begun = practising.newest_practice(kept(), sample, g.person.id) if sample else None
    standing = standing_of(kept(), sample) if sample else Standing({})
    return render_template(
        "audit/practice.html",
        survey=definition_of(row),
        fit=len(practising.fit_for(standing, g.person.id)),
        fewest=practising.FEWEST,
        usual=practising.USUAL,
        begun=begun,
        **(_result(row, sample, begun, standing) if sample and begun else {}),
    )


def _result(row: PublishedSurvey, sample: AuditSample, begun: Practice, standing: Standing) -> dict[str, Any]:
    """How far the exercise is; and, once it is done, where it differs from what was settled."""
    passages, given = practising.passages_of(kept(), begun), practising.given(kept(), begun)
    left = [each for each in passages if each.id not in given]
    if left:
        return {"left": len(left), "total": len(passages)}
    edition = edition_of(kept(), sample)
    found = practising.compared(kept(), begun, standing)
    same = {what: sum(what not in each.differs for each in found) for what in ("sections", "themes", "stance")}
    differing = [
        (
            show(kept(), row, kept().get_one(Passage, each.passage_id)),
            _said(edition, each.given),
            _said(edition, each.settled),
        )
        for each in found
        if each.differs
    ]
    return {"left": 0, "total": len(found), "same": same, "differing": differing}


def _said(edition: Edition, codes: Codes) -> list[str]:
    titles = {theme.code: theme.title for section in edition.sections for theme in section.themes}
    sections = [edition.section(code).title for code in edition.in_order(codes.sections)] or [_("None of these")]
    themes = [titles[code] for code in edition.theme_codes if code in codes.themes]
    return [*sections, *themes, stances().get(codes.stance, _("no stance given"))]


@bp.post("/audit/<address>/practice")
@may("code")
def begin(address: str) -> Response:
    """Begin an exercise."""
    row = published_at(kept(), address)
    sample = newest_sample(kept(), row.id)
    if sample is None:
        abort(404)
    fit = practising.fit_for(standing_of(kept(), sample), g.person.id)
    if len(fit) < practising.FEWEST:
        abort(400)
    practising.begin(kept(), sample, g.person.id, fit[: practising.USUAL], steady_now())
    return make_response(redirect(url_for("practice.next_passage", address=address), 303))


@bp.get("/audit/<address>/practice/next")
@may("code")
def next_passage(address: str) -> Response:
    """On to the next passage of the exercise, or to what came of it."""
    _row, _sample, begun = _begun(address)
    given = practising.given(kept(), begun)
    left = [each for each in practising.passages_of(kept(), begun) if each.id not in given]
    if not left:
        return make_response(redirect(url_for("practice.look", address=address), 303))
    return make_response(redirect(url_for("practice.passage", address=address, passage_id=left[0].id.hex()), 303))


def _begun(address: str) -> tuple[PublishedSurvey, AuditSample, Practice]:
    row = published_at(kept(), address)
    sample = newest_sample(kept(), row.id)
    begun = practising.newest_practice(kept(), sample, g.person.id) if sample else None
    if sample is None or begun is None:
        raise NoResultFound("no exercise is begun")
    return row, sample, begun


@bp.get("/audit/<address>/practice/<passage_id>")
@may("code")
def passage(address: str, passage_id: str) -> Response:
    """One passage of the exercise."""
    return _page(address, passage_id)


def _page(address: str, passage_id: str, wrong: str = "", typed: Codes | None = None) -> Response:
    row, sample, begun = _begun(address)
    every = practising.passages_of(kept(), begun)
    here = _here(every, passage_id)
    given = practising.given(kept(), begun)
    page = render_template(
        "audit/blind.html",
        survey=definition_of(row),
        edition=edition_of(kept(), sample),
        shown=show(kept(), row, here),
        given=typed or given.get(here.id),
        before=here.id in given,
        stands=here.id in given,
        stances=stances(),
        done=len(given),
        total=len(every),
        practice=True,
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


def _here(every: list[Passage], passage_id: str) -> Passage:
    found = {each.id: each for each in every}.get(key_of(passage_id))
    if found is None:
        abort(404)
    return found


@bp.post("/audit/<address>/practice/<passage_id>")
@may("code")
def decide(address: str, passage_id: str) -> Response:
    """Keep what is given to a passage of the exercise, once."""
    _row, sample, begun = _begun(address)
    here, edition = _here(practising.passages_of(kept(), begun), passage_id), edition_of(kept(), sample)
    how = request.form.get("decide", "")
    if how not in DECISIONS:
        abort(400)
    codes = codes_sent(edition, fields_sent(), nothing=how == "none")
    if here.id in practising.given(kept(), begun):
        return _page(address, passage_id, _("You have coded this one already."))
    if how == "save" and not codes.sections | codes.themes:
        wrong = _("Nothing is ticked yet, and nothing was kept. Tick a section, or press None of these.")
        return _page(address, passage_id, wrong, codes)
    practising.record(kept(), begun, here.id, codes, edition, steady_now())
    return make_response(redirect(url_for("practice.next_passage", address=address), 303))
