"""Data files: freeze the answers, choose what they hold about people, have them made, and fetch them."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from analysis.exchange.forms import CODED_FORMS, NEED_WORDS
from analysis.sharing.formats import FORMS
from analysis.sharing.frozen import chosen_plan, full_plan
from analysis.sharing.made_files import (
    ALL_WORDS,
    LASTS,
    NO_WORDS,
    QUOTABLE,
    Export,
    export_of,
    exports_of,
    opened_file,
)
from analysis.sharing.making import ROWS
from analysis.sharing.variables import WHY_LEFT_OUT, LeftOut, Variable
from analysis.sharing.wave import (
    MOST_CHOSEN,
    CannotFreeze,
    Wave,
    bind,
    choose,
    fewer_said,
    freeze,
    member_count,
    waves_of,
)
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import Job, enqueue, latest
from safekeeping.languages import gettext as _
from safekeeping.vault import CannotOpen
from surveys.definition.published import GONE, PublishedSurvey, definition_of, published_at
from surveys.definition.survey import AUDIENCE
from surveys.intake.rounding import rounded

bp = staff_blueprint("share", __name__)

DONE = {
    "frozen": _("The answers are frozen. Choose what the files may hold about people."),
    "chosen": _("Chosen. What has to be withheld is being worked out; reload this page to see it."),
    "asked": _("The file is being made. Reload this page to see how far it is."),
    "lost": _(
        "That file is gone: the database was interrupted, and made files do not outlast that. No answer is lost. The "
        "file is being made again, the same. Reload this page to see how far it is."
    ),
    "waits": _(
        "A key-holder has to agree before the file is made. Ask one to look at “Words asked for”, under Collect."
    ),
}
#: Every form, those of the data file first.
EVERY_FORM = FORMS | CODED_FORMS
WORDS = {
    NO_WORDS: _("None"),
    QUOTABLE: _("What may be quoted, as its writers said"),
    ALL_WORDS: _("Everything, for coding elsewhere. A key-holder must agree first."),
}


@dataclass(frozen=True)
class Fetched:
    """One file that was asked for, and how far it is."""

    export: Export
    wave: Wave
    forms: str
    words: str
    job: Job | None

    @property
    def state(self) -> str:
        """`ready`, `waits`, `failed` or `making`."""
        if self.export.sealed_key:
            return "ready"
        if self.export.waits:
            return "waits"
        return "failed" if self.job and self.job.state == "failed" else "making"


@dataclass(frozen=True)
class Frozen:
    """One wave as its page shows it. `loses` is (what, how many rows lose it) once that is worked out."""

    wave: Wave
    about: int
    fewer: str
    offered: tuple[Variable, ...]
    left_out: tuple[LeftOut, ...]
    loses: tuple[tuple[str, int], ...] | None
    job: Job | None


@bp.get("/share/<address>")
@may("export")
def look(address: str) -> str:
    """The frozen answers, what their files would hold, and the files asked for."""
    row = published_at(kept(), address)
    return _page(row, _wanted(waves_of(kept(), row.id)), done=_done(request.args.get("done", "")))


def _done(what: str) -> str:
    return _(DONE[what]) if what in DONE else ""


def _wanted(waves: Sequence[Wave]) -> Wave | None:
    number = request.args.get("wave", 0, int)
    return next((wave for wave in waves if wave.number == number), waves[-1] if waves else None)


def _page(row: PublishedSurvey, wave: Wave | None, done: str = "", wrong: str = "", ticked: Sequence[str] = ()) -> str:
    return render_template(
        "share/share.html",
        survey=definition_of(row),
        row=row,
        gone=row.state in GONE,
        waves=waves_of(kept(), row.id),
        frozen=_frozen(wave) if wave else None,
        files=_files(row),
        forms=EVERY_FORM,
        words=WORDS,
        why=WHY_LEFT_OUT,
        most=MOST_CHOSEN,
        done=done,
        wrong=wrong,
        ticked=ticked,
    )


def _frozen(wave: Wave) -> Frozen:
    left, plan = member_count(kept(), wave.id), full_plan(kept(), wave)
    chosen = chosen_plan(kept(), wave)
    names = {each.question: each.text for each in chosen.about_person}
    loses = None
    if wave.weighed is not None:
        loses = tuple((names.get(name, ""), count) for name, count in wave.weighed.items() if name in (ROWS, *names))
    return Frozen(
        wave,
        rounded(left),
        fewer_said(wave, left),
        tuple(each for each in plan.about_person if each.question != AUDIENCE),
        chosen.left_out,
        loses,
        latest(kept(), "weigh", wave.id.hex()),
    )


def _files(row: PublishedSurvey) -> list[Fetched]:
    return [
        Fetched(
            export,
            wave,
            ", ".join(_(EVERY_FORM[name].name) for name in export.forms if name in EVERY_FORM),
            _(WORDS[export.words]),
            latest(kept(), "export", export.id.hex()),
        )
        for export, wave in exports_of(kept(), row.id)
    ]


def _back(address: str, wave: Wave, done: str) -> Response:
    return make_response(redirect(url_for("share.look", address=address, wave=wave.number, done=done), 303))


@bp.post("/share/<address>/freeze")
@may("export")
def freeze_now(address: str) -> Response:
    """Freeze the answers that count now."""
    row = published_at(kept(), address)
    day = steady_now().astimezone(ZoneInfo(g.person.zone)).date()
    try:
        wave = freeze(kept(), row, current_app.extensions["vault"].office.mac, day)
    except CannotFreeze as fault:
        return make_response(_page(row, _wanted(waves_of(kept(), row.id)), wrong=str(fault)), 422)
    note("froze", address, wave=wave.number)
    enqueue(kept(), "weigh", wave.id.hex(), turn=row.id.hex())
    return _back(address, wave, "frozen")


def _wave(row: PublishedSurvey, number: int) -> Wave:
    """The wave of that number. Raises `sqlalchemy.exc.NoResultFound`."""
    return kept().scalars(select(Wave).where(Wave.survey_id == row.id, Wave.number == number)).one()


@bp.post("/share/<address>/<int:number>/choose")
@may("export")
def choose_about(address: str, number: int) -> Response:
    """Choose what the files are to hold about people."""
    row = published_at(kept(), address)
    wave = _wave(row, number)
    offered = [each.question for each in full_plan(kept(), wave).about_person if each.question != AUDIENCE]
    ticked = [name for name in offered if name in request.form.getlist("about")]
    try:
        choose(wave, ticked)
    except ValueError as fault:
        return make_response(_page(row, wave, wrong=str(fault), ticked=ticked), 422)
    enqueue(kept(), "weigh", wave.id.hex(), turn=row.id.hex())
    return _back(address, wave, "chosen")


@bp.post("/share/<address>/<int:number>/make")
@may("export")
def make_file(address: str, number: int) -> Response:
    """Ask for a file; one with everything people wrote waits for a second person."""
    row = published_at(kept(), address)
    wave = _wave(row, number)
    forms = [name for name in EVERY_FORM if name in request.form.getlist("form")]
    words = request.form.get("words", NO_WORDS)
    if words not in WORDS:
        abort(400)
    wrong = _why_not(wave, forms, words)
    if wrong:
        return make_response(_page(row, wave, wrong=wrong, ticked=forms), 422)
    bind(waves_of(kept(), row.id), wave)
    export = _asked_for(wave, forms, words)
    if export.waits:
        note("asked for words", address, wave=wave.number)
        return _back(address, wave, "waits")
    enqueue(kept(), "export", export.id.hex(), turn=row.id.hex())
    return _back(address, wave, "asked")


def _why_not(wave: Wave, forms: Sequence[str], words: str) -> str:
    if not forms:
        return _("Tick at least one form for the file.")
    if words == NO_WORDS and NEED_WORDS & set(forms):
        return _("A coded project holds people’s own words. Choose which of them may go along, or untick it.")
    if wave.weighed is None and not wave.bound:
        return _(
            "What has to be withheld is still being worked out. Reload this page and look at it first: once a file is "
            "made, the choice of what it holds about people stays."
        )
    return ""


def _asked_for(wave: Wave, forms: list[str], words: str) -> Export:
    """The same file is made once, whoever asks again."""
    same = select(Export).where(Export.wave_id == wave.id, Export.words == words)
    found = [each for each in kept().scalars(same) if each.forms == forms and each.sealed_key is None]
    if found:
        return found[0]
    export = Export(wave_id=wave.id, forms=forms, words=words, asked_by=g.person.id, asked_at=steady_now())
    kept().add(export)
    kept().flush()
    return export


@bp.post("/share/<address>/file/<export_id>")
@may("export")
def fetch(address: str, export_id: str) -> Response:
    """The file, while it is there; each time is in the trail."""
    row = published_at(kept(), address)
    try:
        export, wave = export_of(kept(), row.id, bytes.fromhex(export_id))
    except ValueError:
        abort(404)
    if export.sealed_key is None or export.asked_at < steady_now() - LASTS:
        abort(404)
    try:
        pieces = opened_file(current_app.extensions["drafts_engine"], export, current_app.extensions["vault"].office)
    except CannotOpen:
        return _again(row, export, wave)
    note("exported", address, wave=wave.number, forms="+".join(export.forms), words=export.words or "none")
    response = Response(pieces, mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={row.address}-frozen-{wave.number}.zip"
    response.headers["Content-Length"] = str(export.length)
    return response


def _again(row: PublishedSurvey, export: Export, wave: Wave) -> Response:
    """A crash of the database empties the store that the file was in. It is made again, as it was asked for."""
    export.sealed_key, export.length = None, 0
    enqueue(kept(), "export", export.id.hex(), turn=row.id.hex())
    return _back(row.address, wave, "lost")
