"""Words and codes in figures, for who may see findings: shares of ten people or more, and never anybody's sentence."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from analysis.code_books.versions import edition_named
from analysis.reading.asking import titles_of
from analysis.reading.figures_kept import figures_of
from analysis.reading.found_pages import as_picture
from analysis.reading.picture import Matrix, in_words, picture
from analysis.reading.shown_figures import LISTS, MOST_SHOWN, TOGETHER, WORDS, Figures, marking
from analysis.reading.tables import ReadingFigures
from analysis.reading.together import Pair
from analysis.standard.edition import Edition
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.jobs import enqueue, latest
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("read_figures", __name__)

JOB = "count words"


def lists_called() -> dict[str, str]:
    """What can be listed."""
    return {"words": _("words"), "pairs": _("two-word phrases"), "little": _("all words, little ones too")}


@bp.get("/read/<address>/figures")
@may("find")
def look(address: str) -> str:
    """The figures as last counted, of one audience; and held against another where one is chosen."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    held = kept().get(ReadingFigures, row.id)
    job = latest(kept(), JOB, row.id.hex())
    view = _view(row, figures_of(held, current_app.extensions["vault"])) if held else {}
    return render_template(
        "read/figures.html",
        survey=survey,
        held=held,
        waits=job is not None and job.waits,
        audiences={**survey.audience_names(), TOGETHER: _("Together")},
        lists=lists_called(),
        **view,
    )


def _view(row: PublishedSurvey, figures: Figures) -> dict[str, Any]:
    edition = edition_named(kept(), definition_of(row).standard)
    group, against = _one_of("group", figures.bases), _one_of("against", figures.bases)
    kind, level = _one_of("list", LISTS) or WORDS, _one_of("level", edition.section_codes)
    group = group or [*figures.bases, ""][0]
    can_compare = against not in ("", TOGETHER, group) and group != TOGETHER
    matrix = _matrix(figures, edition, group, level) if group else None
    called = titles_of(edition)
    return {
        "figures": figures,
        "group": group,
        "against": against if can_compare else "",
        "kind": kind,
        "level": level,
        "edition": edition,
        "rows": list(figures.lists[kind].get(group, {}).items())[:MOST_SHOWN],
        "marks": marking(figures, kind, group, against) if can_compare else [],
        "matrix": matrix,
        "called": called,
        "words": in_words(matrix, called, "responses") if matrix else "",
    }


def _one_of(name: str, allowed: Any) -> str:
    return value if (value := request.args.get(name, "")) in allowed else ""


def _matrix(figures: Figures, edition: Edition, group: str, level: str) -> Matrix:
    """The shares that are shown, as a matrix. The share of those with either is worked out from shown shares alone."""
    codes = edition.section_codes
    if level:
        codes = tuple(theme.code for theme in edition.section(level).themes)
    singles = {code: figures.codes.get(group, {}).get(code) for code in codes}
    shown = figures.pairs.get(group, {})
    pairs = {both: _pair(both, share, singles) for both, share in shown.items() if set(both) <= set(codes)}
    return Matrix(codes, singles, pairs, figures.bases.get(group, 0), percent=True)


def _pair(both: tuple[str, str], share: int, singles: Mapping[str, int | None]) -> Pair:
    either = (singles[both[0]] or 0) + (singles[both[1]] or 0) - share
    return Pair(*both, share, share / either if either > 0 else 0.0, 0)


@bp.get("/read/<address>/figures.svg")
@may("find")
def drawn(address: str) -> Response:
    """Codes that stand together, as a picture of its own."""
    row = published_at(kept(), address)
    held = kept().get(ReadingFigures, row.id)
    view = _view(row, figures_of(held, current_app.extensions["vault"])) if held else {}
    if not view.get("matrix"):
        abort(404)
    return as_picture(picture(view["matrix"], view["called"], "responses"))


@bp.post("/read/<address>/figures")
@may("find")
def count(address: str) -> Response:
    """Count for the first time. Later the figures change with the answers, by ten people or more at once."""
    row = published_at(kept(), address)
    if kept().get(ReadingFigures, row.id) is None:
        enqueue(kept(), JOB, row.id.hex())
    return make_response(redirect(url_for("read_figures.look", address=row.address), 303))
