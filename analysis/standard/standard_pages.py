"""Standards to be read: all there are, one edition with its clauses, how one is read in another, and files of them."""

import importlib
from collections.abc import Sequence
from datetime import date

from flask import Response, abort, g, make_response, render_template, request

from analysis.code_books.here import is_theirs
from analysis.standard.browsing import counted, fitting, shown_ids
from analysis.standard.clauses import StandardText
from analysis.standard.edition import UnknownEdition
from analysis.standard.held_editions import HeldEdition, editions_of, names_here, newest_edition
from analysis.standard.lineage import gone_since, pasts
from analysis.standard.reading_across import mapping_of
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day
from safekeeping.staff import Staff

bp = staff_blueprint("standards", __name__)

DONE = {"kept": _("It is kept. The editions before it are as they were.")}
#: Part of a clause -> what it is called.
PARTS_SAID = {
    "number": _("number"),
    "title": _("title"),
    "wording": _("wording"),
    "purpose": _("purpose"),
    "evidence": _("evidence sought"),
    "guidance": _("guidance"),
    "aims": _("aims"),
    "stages": _("stages"),
    "codes": _("codes"),
}
#: Ending -> what a file of it is for.
FILES_SAID = {
    "xlsx": _("Workbook (.xlsx), to fill in the wording and bring it back"),
    "csv": _("Plain rows (.csv)"),
}


@bp.get("/standards")
@may("see home")
def listed() -> str:
    """Every standard here, with its editions."""
    found = [_editions(name) for name in names_here(kept(), g.person.organisation_id)]
    return render_template(
        "standards/list.html",
        standards=found,
        counted=counted,
        published=published_said,
        mapped={each[-1].text.name for each in found if mapping_of(each[-1].text.name)},
    )


def _editions(name: str) -> list[HeldEdition]:
    return editions_of(kept(), g.person.organisation_id, name)


@bp.get("/standards/<name>")
@may("see home")
def look(name: str) -> str:
    """The newest edition of a standard."""
    return _page(_editions(name) or abort(404), -1)


@bp.get("/standards/<name>/<int:number>")
@may("see home")
def one_edition(name: str, number: int) -> str:
    """Any edition."""
    editions = _editions(name)
    return _page(editions, place_of(editions, number))


def place_of(editions: Sequence[HeldEdition], number: int) -> int:
    """Where the edition of that number stands among them; 404 where it is not there."""
    found = [place for place, each in enumerate(editions) if each.text.edition == number]
    return found[0] if found else abort(404)


def _page(editions: Sequence[HeldEdition], place: int) -> str:
    shown, text = editions[place], editions[place].text
    before = editions[place - 1] if place % len(editions) else None
    stage = _chosen(request.args.get("stage", ""), [each.code for each in text.stages])
    aim = _chosen(request.args.get("aim", ""), [each.code for each in text.aims])
    by = kept().get(Staff, shown.row.made_by) if shown.row and shown.row.made_by else None
    return render_template(
        "standards/look.html",
        held=shown,
        text=text,
        editions=editions,
        newest=editions[-1].text.edition,
        by=by.name if by else "",
        before=before.text if before else None,
        pasts=pasts(text, before.text) if before else {},
        gone=gone_since(text, before.text) if before else (),
        shown=shown_ids(text, stage, aim),
        fitting=len(fitting(text, stage, aim)),
        chosen={"stage": stage, "aim": aim},
        aims={each.code: each.title for each in text.aims},
        stages={each.code: each.title for each in text.stages},
        counts=counted(text),
        book=text.frame if is_theirs(text.frame) else "",
        mapped=mapping_of(text.name) is not None,
        parts_said={name: _(said) for name, said in PARTS_SAID.items()},
        files={ending: _(said) for ending, said in FILES_SAID.items()},
        published=published_said(text),
        done=_(DONE[request.args["done"]]) if request.args.get("done") in DONE else "",
    )


def _chosen(code: str, known: Sequence[str]) -> str:
    return code if code in known else ""


def published_said(text: StandardText) -> str:
    """When an edition was published, as people write it: a year, or a day; empty where nobody said."""
    try:
        return plain_day(date.fromisoformat(text.published))
    except ValueError:
        return text.published


@bp.get("/standards/<name>/across")
@may("see home")
def across(name: str) -> str:
    """In which section of another standard each of its own is read, and why."""
    mapping = mapping_of(name) or abort(404)
    try:
        of, to = (newest_edition(kept(), g.person.organisation_id, each).text for each in (mapping.of, mapping.to))
    except UnknownEdition:
        abort(404)
    places = [placed.clause.number for placed in to.walk() if not placed.above]
    return render_template(
        "standards/across.html",
        of=of,
        to=to,
        rows=[(placed, mapping.row_of(placed)) for placed in of.standards()],
        numbers=to.by_number(),
        place={number: place for place, number in enumerate(places, 1)},
    )


@bp.get("/standards/<name>/<int:number>/<ending>")
@may("see home")
def as_file(name: str, number: int, ending: str) -> Response:
    """An edition as rows. The writers are loaded when one is asked for."""
    editions = _editions(name)
    text = editions[place_of(editions, number)].text
    if ending not in FILES_SAID:
        abort(404)
    found = importlib.import_module("analysis.standard.bringing.files").WRITERS[ending]
    response = make_response(found.write(text))
    response.headers["Content-Type"] = found.media
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-edition-{number}.{ending}"'
    return response
