"""Seed words: one box for each section and theme of the consultation's standard."""

from collections.abc import Mapping

from flask import Response, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.versions import edition_named
from analysis.learning.seeds import LONGEST, MOST, SeedWords, read_typed, row_of, seeds_of
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.vault import random_id
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("seeds", __name__)


@bp.get("/code/<address>/seeds")
@may("code")
def look(address: str) -> Response:
    """The seeds as they are."""
    row = published_at(kept(), address)
    seeds = seeds_of(kept(), row.consultation_id, definition_of(row).standard)
    return _page(row, {code: "\n".join(phrases) for code, phrases in seeds.items()}, {})


def _page(row: PublishedSurvey, typed: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    survey = definition_of(row)
    page = render_template(
        "desk/seeds.html",
        survey=survey,
        edition=edition_named(kept(), survey.standard),
        typed=typed,
        faults=faults,
        most=MOST,
        longest=LONGEST,
        done=_("They are kept. Suggestions are being made anew.") if request.args.get("done") else "",
    )
    return make_response(page, 422 if faults else 200)


@bp.post("/code/<address>/seeds")
@may("code")
def keep(address: str) -> Response:
    """Keep them, and have suggestions made anew; or say what is wrong, with the boxes as they were typed."""
    row = published_at(kept(), address)
    edition = edition_named(kept(), definition_of(row).standard)
    read = read_typed(request.form, edition)
    if read.faults:
        return _page(row, request.form, read.faults)
    phrases = {code: list(each) for code, each in read.seeds.items()}
    of_it = row_of(kept(), row.consultation_id, edition.name)
    if of_it is None:
        of_it = SeedWords(id=random_id(), consultation_id=row.consultation_id, standard=edition.name)
        kept().add(of_it)
    of_it.phrases, of_it.staff_id, of_it.kept_at = phrases, g.person.id, steady_now()
    note("seeds", address, phrases=sum(map(len, phrases.values())))
    enqueue(kept(), "take in", row.id.hex())
    return make_response(redirect(url_for("seeds.look", address=address, done=1), 303))
