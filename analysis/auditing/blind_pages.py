"""Coding an audit blind: one passage at a time in its answer, with no suggestion and nobody else's codes."""

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.auditing import blind_coding as blind
from analysis.auditing.agreeing_job import ask_to_agree
from analysis.auditing.designing import at_work, edition_of
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import Codes
from analysis.auditing.shown_passages import codes_sent, fields_sent, key_of, show
from analysis.code_books.versions import pinned
from analysis.coding.stances import stances
from analysis.findings.estimating_job import ask_to_estimate
from analysis.findings.waves.bridging_job import ask_for_shares
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("blind", __name__)

DECISIONS = frozenset({"save", "none"})


def open_sample(row: PublishedSurvey) -> AuditSample:
    """The audit or bridge of a survey that is being coded; what is not there is not there."""
    sample = at_work(kept(), row.id)
    if sample is None or sample.ended_at is not None:
        raise NoResultFound("no audit of this survey is open")
    return sample


def version_of(sample: AuditSample) -> int | None:
    """The number of the version of the code book that a sample is coded by."""
    found = pinned(kept(), sample.book)
    return found.number if found else None


@bp.get("/audit/<address>/code")
@may("code")
def next_passage(address: str) -> Response:
    """On to the next passage of this person's seats; to the overview where there is none."""
    passage = blind.next_passage(kept(), open_sample(published_at(kept(), address)), g.person.id)
    if passage is None:
        return make_response(redirect(url_for("audit.look", address=address, coded=1), 303))
    return make_response(redirect(url_for("blind.passage", address=address, passage_id=passage.id.hex()), 303))


@bp.get("/audit/<address>/code/last")
@may("code")
def last_passage(address: str) -> Response:
    """Back to the passage that this person coded last, to look again."""
    passage = blind.last_passage(kept(), open_sample(published_at(kept(), address)), g.person.id)
    if passage is None:
        return make_response(redirect(url_for("audit.look", address=address), 303))
    return make_response(redirect(url_for("blind.passage", address=address, passage_id=passage.id.hex()), 303))


@bp.get("/audit/<address>/code/<passage_id>")
@may("code")
def passage(address: str, passage_id: str) -> Response:
    """One passage, in its answer."""
    return _page(published_at(kept(), address), passage_id)


def _page(row: PublishedSurvey, passage_id: str, typed: Codes | None = None, wrong: str = "") -> Response:
    sample = open_sample(row)
    seat = blind.seat_at(kept(), sample, g.person.id, key_of(passage_id))
    own = blind.own_codes(kept(), seat, g.person.id)
    done, total = blind.passages_done(kept(), sample, g.person.id)
    page = render_template(
        "audit/blind.html",
        survey=definition_of(row),
        edition=edition_of(kept(), sample),
        shown=show(kept(), row, seat.passage, linked=True),
        given=typed or own,
        before=own is not None,
        stands=blind.stands(kept(), sample, seat.unit.draw),
        stances=stances(),
        bridge=version_of(sample) if sample.is_bridge else None,
        done=done,
        total=total,
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


@bp.post("/audit/<address>/code/<passage_id>")
@may("code")
def decide(address: str, passage_id: str) -> Response:
    """Record what this person gives, and go on to the next passage."""
    row = published_at(kept(), address)
    sample = open_sample(row)
    seat = blind.seat_at(kept(), sample, g.person.id, key_of(passage_id))
    how = request.form.get("decide", "")
    if how not in DECISIONS:
        abort(400)
    edition = edition_of(kept(), sample)
    codes = codes_sent(edition, fields_sent(), nothing=how == "none")
    if wrong := _fault(sample, seat, codes, how):
        return _page(row, passage_id, codes, wrong)
    _record(sample, seat, codes, edition)
    return make_response(redirect(url_for("blind.next_passage", address=address), 303))


def _fault(sample: AuditSample, seat: blind.Seat, codes: Codes, how: str) -> str:
    if blind.stands(kept(), sample, seat.unit.draw):
        return _("Everything in this draw is coded twice by now, so codes stand as they are. Settle where you differ.")
    if how == "save" and not codes.sections and not codes.themes:
        return _("Nothing is ticked yet, and nothing was kept. Tick a section, or press None of these.")
    return ""


def _record(sample: AuditSample, seat: blind.Seat, codes: Codes, edition: Edition) -> None:
    blind.record(kept(), seat, g.person.id, codes, edition, steady_now())
    if blind.stands(kept(), sample, seat.unit.draw):
        ask_to_agree(kept(), sample)
        ask_for_figures(sample)


def ask_for_figures(sample: AuditSample) -> None:
    """Let what rests on a sample be worked out anew: estimates on an audit; shares to compare by on a bridge."""
    if sample.is_bridge:
        ask_for_shares(kept(), sample.survey_id, sample.book)
    else:
        ask_to_estimate(kept(), sample.survey_id)
