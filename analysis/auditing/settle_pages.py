"""Settling an audit: what two gave side by side, only where it differs; a third person decides, or the two together."""

from dataclasses import dataclass, replace

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.auditing import deciding
from analysis.auditing.blind_pages import ask_for_figures, open_sample
from analysis.auditing.comparing import cells_of
from analysis.auditing.designing import at_work, edition_of
from analysis.auditing.people import names_of
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import AGREED, THIRD, Codes, Settled, waits_for
from analysis.auditing.shown_passages import ShownPassage, codes_sent, fields_sent, key_of, show
from analysis.auditing.standing import Standing, Unit, standing_of
from analysis.coding.stances import stances
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("settling", __name__)

#: What is chosen: what one of the two gave (1 or 2), or something else that is ticked.
ONE, OTHER, ELSE = "1", "2", "else"


@dataclass(frozen=True)
class Side:
    """What one of the two gave, in words; what differs from the other is marked."""

    name: str
    sections: list[tuple[str, bool]]
    themes: list[tuple[str, bool]]
    stance: tuple[str, bool]


@dataclass(frozen=True)
class Card:
    """One passage on which two differ: side by side, what was decided, and what is typed."""

    shown: ShownPassage
    sides: list[Side]
    settled: str
    waiting: str
    reasons: list[tuple[str, str]]
    choice: str = ""
    typed: Codes | None = None
    reason: str = ""
    wrong: str = ""


@bp.get("/audit/<address>/settle")
@may("settle")
def look(address: str) -> str:
    """What is left to settle, response by response; with `?one=&other=`, only where these two were confused."""
    row = published_at(kept(), address)
    sample = at_work(kept(), row.id)
    standing = standing_of(kept(), sample) if sample else Standing({})
    cell = (request.args["one"], request.args.get("other", "")) if "one" in request.args else None
    units = [each for each in deciding.can_be_settled(standing) if not cell or _confused(standing, each, cell)]
    edition = edition_of(kept(), sample) if sample else None
    return render_template(
        "audit/settle_list.html",
        survey=definition_of(row),
        sample=sample,
        units=[(unit.id.hex(), len(standing.left(unit)), len(standing.to_settle(unit))) for unit in units],
        waiting=sum(not standing.coded(unit) for unit in standing.units.values()),
        ready=standing.open_draws(),
        cell=[_called(edition, code) for code in cell] if cell and edition else None,
    )


def _called(edition: Edition, code: str) -> str:
    return edition.section(code).title if code in edition.section_codes else _("Neither of these")


def _confused(standing: Standing, unit: Unit, cell: tuple[str, ...]) -> bool:
    for passage in unit.passages:
        given = [codes.sections for codes in standing.blind(unit, passage).values()]
        if len(given) == 2 and tuple(sorted(cell)) in set(cells_of(*given)):
            return True
    return False


@bp.get("/audit/<address>/settle/<unit_id>")
@may("settle")
def unit(address: str, unit_id: str) -> Response:
    """One response: the passages on which the two differ."""
    return _page(published_at(kept(), address), unit_id)


def _page(row: PublishedSurvey, unit_id: str, wrong: Card | None = None) -> Response:
    sample = open_sample(row)
    standing = standing_of(kept(), sample)
    here = _unit(standing, unit_id)
    others = [each.id for each in deciding.left_to_settle(standing) if each.id > here.id]
    page = render_template(
        "audit/settle.html",
        survey=definition_of(row),
        edition=edition_of(kept(), sample),
        stances=stances(),
        cards=[_card(row, sample, standing, here, each, wrong) for each in standing.to_settle(here)],
        pair=g.person.id in here.pair,
        following=others[0].hex() if others else "",
        longest=deciding.LONGEST_REASON,
        done="done" in request.args and not wrong,
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


def _unit(standing: Standing, unit_id: str) -> Unit:
    found = standing.units.get(key_of(unit_id))
    if found is None or found not in deciding.can_be_settled(standing):
        abort(404)
    return found


def _card(
    row: PublishedSurvey, sample: AuditSample, standing: Standing, here: Unit, passage: bytes, wrong: Card | None = None
) -> Card:
    if wrong and wrong.shown.id == passage.hex():
        return wrong
    blind, decisions = standing.blind(here, passage), standing.decisions.get(passage, [])
    why = deciding.reasons(kept(), current_app.extensions["vault"].office, here).get(passage, [])
    names = names_of(kept(), {*blind, *(person for person, _why in why)})
    edition = edition_of(kept(), sample)
    pending = waits_for(blind, decisions)
    settled = standing.settled(here, passage)
    return Card(
        show(kept(), row, kept().get_one(Passage, passage)),
        _sides(edition, blind, names),
        _settled_said(edition, settled, names) if settled else "",
        _waiting_said(edition, pending[0].codes, names[pending[0].by], names[pending[1]]) if pending else "",
        [(names[person], said) for person, said in why],
        typed=pending[0].codes if pending else None,
        choice=ELSE if pending else "",
    )


def _sides(edition: Edition, blind: dict[bytes, Codes], names: dict[bytes, str]) -> list[Side]:
    (one, gave), (other, gave_too) = blind.items()
    return [_side(edition, names[one], gave, gave_too), _side(edition, names[other], gave_too, gave)]


def _side(edition: Edition, name: str, gave: Codes, against: Codes) -> Side:
    titles = {theme.code: theme.title for section in edition.sections for theme in section.themes}
    return Side(
        name,
        [(edition.section(code).title, code not in against.sections) for code in edition.in_order(gave.sections)],
        [(titles[code], code not in against.themes) for code in edition.theme_codes if code in gave.themes],
        (stances().get(gave.stance, _("no stance given")), gave.stance != against.stance),
    )


def _in_words(edition: Edition, codes: Codes) -> str:
    sections = ", ".join(edition.section(code).title for code in edition.in_order(codes.sections))
    themes = ", ".join(code for code in edition.theme_codes if code in codes.themes)
    stance = stances().get(codes.stance, "")
    return "; ".join(filter(None, (sections or _("None of these"), themes, stance)))


def _settled_said(edition: Edition, settled: Settled, names: dict[bytes, str]) -> str:
    codes = _in_words(edition, settled.codes)
    if settled.how == AGREED:
        return _("Settled as {codes}.", codes=codes)
    known = {**names_of(kept(), settled.by), **names}
    by = ", ".join(known[each] for each in settled.by)
    if settled.how == THIRD:
        return _("Settled as {codes}, by {name}.", codes=codes, name=by)
    return _("Settled as {codes}, by both: {name}.", codes=codes, name=by)


def _waiting_said(edition: Edition, codes: Codes, by: str, other: str) -> str:
    words = _in_words(edition, codes)
    return _("{name} proposes {codes}. It is settled once {other} decides the same.", name=by, codes=words, other=other)


@bp.post("/audit/<address>/settle/<unit_id>")
@may("settle")
def decide(address: str, unit_id: str) -> Response:
    """Decide on one passage of a response, with the reason."""
    row = published_at(kept(), address)
    sample = open_sample(row)
    standing = standing_of(kept(), sample)
    here = _unit(standing, unit_id)
    passage = key_of(request.form.get("passage", ""))
    if passage not in standing.to_settle(here):
        abort(404)
    edition = edition_of(kept(), sample)
    chosen = _chosen(edition, list(standing.blind(here, passage).values()))
    reason = " ".join(request.form.get("reason", "").split())
    wrong = _fault(chosen, reason)
    if chosen is None or wrong:
        card = _card(row, sample, standing, here, passage)
        typed = codes_sent(edition, fields_sent())
        choice = request.form.get("choice", "")
        return _page(row, unit_id, replace(card, choice=choice, typed=typed, reason=reason, wrong=wrong))
    office = current_app.extensions["vault"].office
    deciding.decide(kept(), office, (here.id, passage), g.person.id, chosen, edition, reason, steady_now())
    if not deciding.left_to_settle(standing_of(kept(), sample)):
        ask_for_figures(sample)
    note("settled", address, as_one_of_the_pair=int(g.person.id in here.pair))
    return make_response(redirect(url_for("settling.unit", address=address, unit_id=unit_id, done=1), 303))


def _chosen(edition: Edition, given: list[Codes]) -> Codes | None:
    choice = request.form.get("choice", "")
    if choice in (ONE, OTHER):
        return given[int(choice) - 1]
    return codes_sent(edition, fields_sent()) if choice == ELSE else None


def _fault(chosen: Codes | None, reason: str) -> str:
    if chosen is None:
        return _("Choose what counts: what one of the two gave, or something else.")
    if not reason:
        return _("Say why, in a few words. Whoever reads the audit later wants to know.")
    if len(reason) > deciding.LONGEST_REASON:
        return _("Shorten the reason to at most {number} letters.", number=deciding.LONGEST_REASON)
    return ""
