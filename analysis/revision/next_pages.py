"""The next edition: what it is built from, what does not fit, both editions side by side, files; and publishing it."""

from datetime import date

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.reporting.document import Report
from analysis.reporting.formats import FORMS
from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.edition_building import GAPS
from analysis.revision.edition_diff import SAME, ClauseChange, changes_between
from analysis.revision.edition_report import FATES_SAID, FIELDS_SAID, clean_edition, compared_editions, counts_of
from analysis.revision.next_editions import (
    MOST_REASON,
    CannotPublish,
    NextEdition,
    build_next,
    publish_next,
    published_next,
)
from analysis.revision.numbering import CLOSED, KEPT
from analysis.standard.clauses import Clause
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.organisations import Organisation

bp = staff_blueprint("next_edition", __name__)

#: Files of an edition: the edition alone, or beside the one before; and the forms both come in.
KINDS = ("edition", "changes")
FILE_FORMS = ("docx", "html")
GAPS_SAID = {
    KEPT: _("Keep gaps: the number of a removed clause is not given again"),
    CLOSED: _("Close gaps: count through where clauses were added or removed"),
}


@bp.get("/revise/<key>/next")
@may("revise")
def look(key: str) -> str:
    """The next edition as it stands, beside the one under revision; `?show=all` shows also what stays as it was."""
    return _page(cycle_here(key))


def _page(here: CycleHere, wrong: str = "") -> str:
    gaps = _gaps()
    made = build_next(kept(), here.row, gaps)
    changes = changes_between(made.old, made.new)
    whole = request.args.get("show") == "all"
    return render_template(
        "revise/next.html",
        here=here,
        made=made,
        counts=counts_of(changes),
        sections=_sections(made, [each for each in changes if whole or each.fate != SAME]),
        whole=whole,
        gaps=gaps,
        gaps_said={name: _(said) for name, said in GAPS_SAID.items()},
        fates={name: _(said) for name, said in FATES_SAID.items()},
        fields={name: _(said) for name, said in FIELDS_SAID.items()},
        there=made.new.placed(),
        before=made.old.placed(),
        published=published_next(kept(), here.row),
        most=MOST_REASON,
        wrong=wrong,
        done=request.args.get("done") == "published",
    )


def _gaps() -> str:
    chosen = request.values.get("gaps", KEPT)
    return chosen if chosen in GAPS else KEPT


def _sections(made: NextEdition, changes: list[ClauseChange]) -> list[tuple[Clause, list[ClauseChange]]]:
    """Each section of either edition with its clauses that are shown; their changes in the order of the new one."""
    sections = {each.id: each for each in (*made.old.clauses, *made.new.clauses)}
    found: dict[str, list[ClauseChange]] = {each: [] for each in sections}
    for change in changes:
        found[change.here.section.id].append(change)
    return [(sections[each], mine) for each, mine in found.items() if mine]


@bp.get("/revise/<key>/next/<kind>.<form>")
@may("revise")
def fetch(key: str, kind: str, form: str) -> Response:
    """The edition, or what changed in it, as a file."""
    if kind not in KINDS or form not in FILE_FORMS:
        abort(404)
    here = cycle_here(key)
    made = build_next(kept(), here.row, _gaps())
    response = Response(FORMS[form].write(_written(here, made, kind)), content_type=FORMS[form].kind)
    name = f"{made.new.name}-{made.new.edition}-{kind}.{FORMS[form].ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _written(here: CycleHere, made: NextEdition, kind: str) -> Report:
    published = published_next(kept(), here.row)
    day = (published and published.published_on) or _today()
    draft = published is None
    if kind == "edition":
        return clean_edition(made.new, g.person.organisation, day, draft=draft)
    return compared_editions(made.old, made.new, g.person.organisation, day, draft=draft)


@bp.post("/revise/<key>/next/publish")
@may("revise")
def publish(key: str) -> Response:
    """Publish it for good, and end the cycle. Only what was looked at is published."""
    here = cycle_here(key)
    made = build_next(kept(), here.row, _gaps())
    try:
        if request.form.get("seen") != made.new.sha256:
            raise CannotPublish(
                _("Something was decided since you opened this page. Look at the edition as it is now.")
            )
        row = publish_next(kept(), here.row, made, _today(), g.person.id, request.form.get("reason", ""))
    except CannotPublish as fault:
        return make_response(_page(here, wrong=str(fault)), 422)
    note("published edition", f"{row.name} {row.number}", troubles=len(made.must))
    return make_response(redirect(url_for("next_edition.look", key=key, done="published"), 303))


def _today() -> date:
    organisation = kept().get_one(Organisation, g.person.organisation_id)
    return organisation.local(steady_now()).date()
