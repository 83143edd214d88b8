"""How many passages need a person: what the machine may decide alone, with a promise, and the way to the others."""

from collections.abc import Callable

from flask import abort, current_app, render_template, request

from analysis.code_books.versions import edition_named
from analysis.coding.abstention import NEVER
from analysis.learning.deciding import DOUBT, ERRORS, USUAL, Decided, Side, least
from analysis.learning.weighing import weigh
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("needs_person", __name__)

#: What may be asked for in the address: percent -> share.
OFFERED = {f"{share:.0%}".removesuffix("%"): share for share in ERRORS}


@bp.get("/code/<address>/needs-a-person")
@may("code")
def look(address: str) -> str:
    """What needs a person at the error asked for, and why."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    asked = request.args.get("wrong", f"{USUAL:.0%}".removesuffix("%"))
    if asked not in OFFERED:
        abort(404)
    edition = edition_named(kept(), survey.standard)
    error = OFFERED[asked]
    found = weigh(kept(), row.id, edition, error, current_app.extensions["vault"].opener(row.id))
    return render_template(
        "desk/needs_person.html",
        survey=survey,
        edition=edition,
        audiences=survey.audience_names(),
        found=found,
        asked=asked,
        offered={percent: least(share) for percent, share in OFFERED.items()},
        least=least(error),
        doubt=round(DOUBT * 100),
        why=_why(error),
        exact_why=_exact_why(error),
    )


def _why(error: float) -> Callable[[Decided, str], str]:
    """What to say of a line: why the machine decides as much as it does and no more."""

    def said(table: Decided, code: str) -> str:
        (line,) = (each for each in table.lines if each.code == code)
        return f"{_yes(line.present, error)} {_no(line.absent, error)}"

    return said


def _yes(side: Side, error: float) -> str:
    if side.decides:
        return _("It says yes from {percent} % on.", percent=round(side.limit * 100))
    if side.audited < least(error):
        return _(
            "It never says yes: only {number} in the audit look like that, and {least} are needed.",
            number=side.audited,
            least=least(error),
        )
    return _("It never says yes: where it was surest in the audit, it was wrong too often or too seldom tried.")


def _no(side: Side, error: float) -> str:
    if side.decides:
        return _("It says no up to {percent} %.", percent=round((1 - side.limit) * 100))
    if side.audited < least(error):
        return _(
            "It never says no: only {number} in the audit look like that, and {least} are needed.",
            number=side.audited,
            least=least(error),
        )
    return _("It never says no: where it was surest in the audit, it was wrong too often or too seldom tried.")


def _exact_why(error: float) -> Callable[[Decided], str]:
    """The same of whole sets at once."""

    def said(table: Decided) -> str:
        if table.exact_side.limit < NEVER:
            return _("It decides where it is {percent} % sure or more.", percent=round(table.exact_side.limit * 100))
        if table.audited < least(error):
            return _(
                "{least} in the audit are needed, and there are {number}.", least=least(error), number=table.audited
            )
        return _("Where it was surest in the audit, it was wrong too often or too seldom tried.")

    return said
