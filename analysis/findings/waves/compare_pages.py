"""Find: two consultations side by side."""

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from analysis.findings.estimates_kept import estimates_of
from analysis.findings.kept_tables import said
from analysis.findings.shown import ShownTable
from analysis.findings.waves.bridging_job import ask_for_shares, making_shares
from analysis.findings.waves.comparing import Comparison, books_of, compare_waves, reasons
from analysis.findings.waves.wave_shares import KeptShares, shares_of
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.writing.at_hand import published_for

bp = staff_blueprint("compare", __name__)

#: How the making of shares stands.
NOT_ASKED, WAITS, NOT_MADE = "not asked", "waits", "not made"


@bp.get("/find/<address>/compare")
@may("find")
def compare(address: str) -> str:
    """The consultations to compare this one with, or, with `with` given, the comparison; that one is the earlier."""
    row = published_at(kept(), address)
    wanted = request.args.get("with", "")
    earlier = _other(row, wanted) if wanted else None
    found = compare_waves(kept(), earlier, row, _shares, _made) if earlier else None
    return render_template(
        "findings/compare.html",
        survey=definition_of(row),
        others=[(each.address, definition_of(each).title) for each in _others(row)],
        chosen=wanted,
        found=found,
        reasons=reasons(found) if found else [],
        making=_making(earlier, row, found) if earlier and found else "",
    )


@bp.post("/find/<address>/compare")
@may("find")
def make(address: str) -> Response:
    """Have the shares made that can be compared although the code books of the two differ."""
    row = published_at(kept(), address)
    earlier = _other(row, request.form.get("with", ""))
    books = books_of(kept(), earlier, row)
    if books is None or books[0].sha256 == books[1].sha256:
        abort(400)
    ask_for_shares(kept(), earlier.id, books[1].sha256)
    ask_for_shares(kept(), row.id, books[0].sha256)
    note("asked to compare", address, earlier=earlier.address)
    there = url_for("compare.compare", address=address)
    return make_response(redirect(f"{there}?with={earlier.address}", 303))


def _others(row: PublishedSurvey) -> list[PublishedSurvey]:
    return [each for each in published_for("find") if each.id != row.id]


def _other(row: PublishedSurvey, address: str) -> PublishedSurvey:
    """The consultation of that address, if its findings may be seen; what is not there is not there."""
    return next((each for each in _others(row) if each.address == address), None) or abort(404)


def _making(earlier: PublishedSurvey, row: PublishedSurvey, found: Comparison) -> str:
    """How the making of shares stands; empty where the code books are the same, so that none are needed."""
    if found.books is None or found.books[0].sha256 == found.books[1].sha256:
        return ""
    jobs = [
        making_shares(kept(), survey.id, book.sha256)
        for survey, book in zip((earlier, row), reversed(found.books), strict=True)
    ]
    if any(job is not None and job.waits for job in jobs):
        return WAITS
    return NOT_ASKED if found.made or None in jobs else NOT_MADE


def _shares(row: PublishedSurvey) -> ShownTable | None:
    """The shares of a survey by audience, as they were last made."""
    held = estimates_of(kept(), row.id, current_app.extensions["vault"])
    return said(held.tables[0]) if held and held.tables else None


def _made(row: PublishedSurvey, against: str) -> KeptShares | None:
    """The shares made to be compared with what was coded by that version, in the language spoken now."""
    held = shares_of(kept(), row.id, against, current_app.extensions["vault"])
    if held is None:
        return None
    bridge = said(held.bridge) if held.bridge else None
    return KeptShares(held.book, said(held.own), bridge, held.made_from)
