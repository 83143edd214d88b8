"""Translating a survey: source beside box, what is missing, what was outgrown; and as a spreadsheet, out and in."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import LANGUAGES, ngettext, spoken
from safekeeping.languages import gettext as _
from surveys.definition.translating import DRIFTED, Line, add_language, confirm, counted, lines_of, translate
from surveys.formats.losses import BadFile
from surveys.formats.opening import check_file
from surveys.formats.translation_sheet import read_sheet, write_sheet
from surveys.formats.workbooks import look_into
from surveys.writing.at_hand import AtHand, at_hand, languages_of
from surveys.writing.plain_wording import said
from surveys.writing.written import ChangedMeanwhile, take_step

bp = staff_blueprint("words", __name__)

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What people read before the first page; no page of the survey has an empty name.
BEFORE = ""
STEP = _("Translate")
MEANWHILE = _(
    "Somebody changed this survey while you wrote. Your words are still here, and nothing was overwritten. "
    "Look them over, then press Save again."
)
LONGEST = 2000


@bp.get("/write/<written_id>/words")
@may("write")
def languages(written_id: str) -> str:
    """The languages of a survey, how far each is, and adding one."""
    return _languages(at_hand(written_id))


def _languages(written: AtHand, problems: tuple[str, ...] = ()) -> str:
    tags = languages_of(written.tables)
    rows = [(spoken(tag), tag, counted(lines_of(written.tables, tag))) for tag in tags]
    source = written.tables.get("language", "en")
    others = [each for each in LANGUAGES.values() if each.tag not in (*tags, source)]
    return render_template(
        "launch/languages.html",
        step=STEP,
        written=written,
        rows=rows,
        others=others,
        source=spoken(source),
        problems=problems,
    )


@bp.post("/write/<written_id>/words")
@may("write")
def add(written_id: str) -> Response:
    """Add a language, then translate into it."""
    written, tag = at_hand(written_id), request.form.get("language", "")
    if tag not in LANGUAGES:
        return make_response(_languages(written, (_("Choose a language from the list."),)), 422)
    if add_language(written.tables, tag):
        take_step(kept(), written.row, written.tables, _("added the language {language}", language=spoken(tag).name))
    return _to("words.translate_into", written, tag)


@bp.get("/write/<written_id>/words/<language>")
@may("write")
def translate_into(written_id: str, language: str) -> str:
    """The texts of one page of the survey, each beside its translation."""
    return _texts(_with_language(written_id, language), language)


@bp.post("/write/<written_id>/words/<language>")
@may("write")
def save(written_id: str, language: str) -> Response:
    """Keep what was translated; “still right” also stands by one translation as it is."""
    written = _with_language(written_id, language)
    typed = {name[2:]: text for name, text in request.form.items() if name.startswith("t-")}
    too_long = [line for line in lines_of(written.tables, language) if len(typed.get(line.key, "")) > LONGEST]
    if too_long:
        said_so = _("{place}: this is longer than {longest} characters. Shorten it.")
        problems = [said_so.format(place=line.where, longest=LONGEST) for line in too_long]
        return make_response(_texts(written, language, typed, problems), 422)
    changed = translate(written.tables, language, typed)
    right = confirm(written.tables, language, [request.form["right"]]) if request.form.get("right") else 0
    try:
        if changed or right:
            take_step(kept(), written.row, written.tables, _what_was_done(changed, language), _seen())
    except ChangedMeanwhile:
        return make_response(_texts(at_hand(written_id), language, typed, [_(MEANWHILE)]), 422)
    return _to("words.translate_into", written, language, page=_page(written), saved=changed)


def _what_was_done(changed: int, language: str) -> str:
    if changed:
        return _("translated {number} into {language}", number=changed, language=spoken(language).name)
    return _("stood by a translation into {language}", language=spoken(language).name)


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isdigit() and len(seen) < 10 else 0


@bp.get("/write/<written_id>/words/<language>/sheet.xlsx")
@may("write")
def export(written_id: str, language: str) -> Response:
    """Every text as a spreadsheet, for a translator."""
    written = _with_language(written_id, language)
    response = make_response(write_sheet(lines_of(written.tables, language), language))
    response.headers["Content-Type"] = SHEET
    response.headers["Content-Disposition"] = f'attachment; filename="translation-{language}.xlsx"'
    return response


@bp.post("/write/<written_id>/words/<language>/sheet")
@may("write")
def take_in(written_id: str, language: str) -> Response:
    """Take a filled-in spreadsheet in, and report on each row that was left out."""
    written = _with_language(written_id, language)
    sent = request.files.get("sheet")
    if sent is None or not sent.filename:
        return make_response(
            _texts(written, language, None, [_("No file was chosen. Choose the sheet, then send.")]), 422
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "translation.xlsx"
            sent.save(path)
            check_file(path, ("xlsx",))
            look_into(path)
            read = read_sheet(path, lines_of(written.tables, language))
    except BadFile as fault:
        return make_response(_texts(written, language, None, fault.faults), 422)
    changed = translate(written.tables, language, read.texts)
    if changed:
        what = _("took in {number} translations into {language}", number=changed, language=spoken(language).name)
        take_step(kept(), written.row, written.tables, what)
    return make_response(
        render_template(
            "launch/taken_in.html",
            step=STEP,
            written=written,
            spoken_in=spoken(language),
            tag=language,
            changed=changed,
            read=read,
        )
    )


def _with_language(written_id: str, language: str) -> AtHand:
    written = at_hand(written_id)
    if language not in languages_of(written.tables):
        abort(404)
    return written


def _texts(written: AtHand, language: str, typed: dict[str, str] | None = None, problems: Any = ()) -> str:
    lines, page = lines_of(written.tables, language), _page(written)
    shown = [line for line in lines if line.page == page]
    return render_template(
        "launch/words.html",
        step=STEP,
        written=written,
        tag=language,
        spoken_in=spoken(language),
        counted=counted(lines),
        pages=list(_pages(written, lines)),
        page=page,
        lines=shown,
        typed=typed or {},
        drifted=DRIFTED,
        problems=problems,
        done=_saved(),
    )


def _saved() -> str:
    saved = request.args.get("saved", "")
    if not saved.isdigit() or len(saved) > 5:
        return ""
    if int(saved) == 0:
        return _("Saved. No words had changed.")
    return ngettext("Saved. One text changed.", "Saved. {number} texts changed.", int(saved))


def _page(written: AtHand) -> str:
    asked = request.values.get("page", BEFORE)
    return asked if asked in [name for name, _ in _titles(written)] else BEFORE


def _titles(written: AtHand) -> Iterator[tuple[str, str]]:
    yield BEFORE, _("Before the first page")
    for page in written.tables.get("page", ()):
        yield str(page.get("name", "")), said(page.get("title")) or str(page.get("name", ""))


def _pages(written: AtHand, lines: list[Line]) -> Iterator[tuple[str, str, int]]:
    """Each page with how many of its texts are not done."""
    for name, title in _titles(written):
        open_lines = counted(line for line in lines if line.page == name)
        yield name, title, sum(open_lines.values()) - open_lines["done"]


def _to(endpoint: str, written: AtHand, language: str, **more: Any) -> Response:
    return make_response(redirect(url_for(endpoint, written_id=written.id, language=language, **more), 303))
