"""Looking at a survey as each audience reads it, with the reasons why something is shown."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request, url_for

from safekeeping.guard import desk_form, may, staff_blueprint
from safekeeping.headers import POLICY
from safekeeping.languages import gettext as _
from safekeeping.languages import speak
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.definition.why import explain
from surveys.launching.preview_samples import Sample, answers_from, fields_from, samples
from surveys.responding.fields import page_form, read_answers
from surveys.responding.rendering import render_answers, render_check, render_intro, render_page
from surveys.writing.at_hand import AtHand, at_hand
from surveys.writing.problems import problems

bp = staff_blueprint("preview", __name__)

PREVIEW = _("Preview")
#: What stands before and after the pages of a survey; no page is named so.
INTRO, CHECK = "-intro", "-check"
AROUND = {INTRO: _("Before the first page"), CHECK: _("Looking over the answers")}
#: Button of a respondent's page -> how many pages on it leads.
MOVES = {"back": -1, "start": 1, "continue": 1, "skip": 1}
#: How it can be looked at: what it is called, and how wide the frame is.
SCREENS = {"phone": (_("Phone"), "360"), "desk": (_("Desktop"), "100%")}
FRAMES = f"{POLICY}; frame-src 'self'"
#: Only this one endpoint may stand in a frame, and only in one of ours.
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@bp.get("/write/<written_id>/preview")
@may("write")
def preview(written_id: str) -> Response:
    """A page of the survey in a frame, for an audience, in a language, with sample answers; and the reasons."""
    written = at_hand(written_id)
    survey = written.survey
    if survey is None:
        return _not_yet(written)
    voice = _voice(survey)
    asked = {name: request.args[name] for name in ("screen", "page") if name in request.args}
    shown = render_template(
        "launch/preview.html",
        step=PREVIEW,
        written=written,
        survey=survey,
        voice=voice,
        screens=SCREENS,
        screen=asked.get("screen") if asked.get("screen") in SCREENS else "phone",
        page=_page(survey),
        around=AROUND,
        samples=_samples(survey, voice),
        reasons=explain(voice.path),
        in_source=Voice(voice.path, survey.language),
        frame=f"{url_for('preview.frame', written_id=written_id)}?{request.query_string.decode('ascii', 'ignore')}",
    )
    response = make_response(shown)
    response.headers["Content-Security-Policy"] = FRAMES
    return response


@bp.get("/write/<written_id>/frame")
@may("write")
def frame(written_id: str) -> Response:
    """The page itself, as respondents get it."""
    written = at_hand(written_id)
    if written.survey is None:
        return _framed(
            make_response(render_template("launch/frame_empty.html", why=_("Something must be mended first.")))
        )
    return _framed(make_response(_shown(written.survey)))


@bp.post("/write/<written_id>/frame")
@may("write")
def go_on(written_id: str) -> Response:
    """The buttons inside the frame lead on as they do for respondents; of what was answered there, samples are made."""
    survey = at_hand(written_id).survey
    if survey is None:
        return frame(written_id)
    go, _colon, where = request.form.get("go", "").partition(":")
    path, grown = _answered(survey)
    asked = request.args.to_dict(flat=False) | fields_from(survey, path.given)
    names = [INTRO, *(each.page.name for each in path.pages), CHECK]
    step = 0 if grown else MOVES.get(go, 0)
    asked["page"] = [where if go == "change" else _beside(names, _page(survey), step)]
    asked |= {"language": [where]} if go == "language" else {}
    return make_response(redirect(f"{request.path}?{urlencode(asked, doseq=True)}", 303))


def _answered(survey: Survey) -> tuple[Path, bool]:
    """The way of the same person after what they answered in the frame, and whether it opened more on that page."""
    voice = _voice(survey)
    page = voice.path.page(_page(survey))
    if page is None:
        return voice.path, False
    answers = read_answers(page_form(voice, page, g.secret, request.form), voice)
    path = Path(survey, answers, _today())
    after = path.page(page.page.name)
    return path, after is not None and len(after.questions) > len(page.questions)


def _beside(names: list[str], here: str, step: int) -> str:
    at = names.index(here) + step if here in names else 0
    return names[min(max(at, 0), len(names) - 1)]


def _shown(survey: Survey) -> str:
    voice, asked = _voice(survey), _page(survey)
    page = voice.path.page(asked)
    if page is None and asked not in AROUND:
        return render_template("launch/frame_empty.html", why=_("These people do not come to this page."))
    speak(voice.language)
    if asked == INTRO:
        return render_intro(survey, voice.language, form=desk_form())
    if page is None:
        return render_check(voice, desk_form(), render_answers(voice))
    return render_page(voice, page, page_form(voice, page, g.secret))


def _framed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _not_yet(written: AtHand) -> Response:
    to_mend = problems(written.tables, written.faults)
    return make_response(render_template("launch/not_yet.html", step=PREVIEW, written=written, to_mend=to_mend), 422)


def _voice(survey: Survey) -> Voice:
    """Speaks to the person that the address of the page describes."""
    language = request.args.get("in", request.args.get("language", ""))
    return Voice(
        Path(survey, answers_from(survey, request.args), _today()),
        language if language in survey.all_languages else survey.language,
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _page(survey: Survey) -> str:
    """The name of the page to show; what is not there is as if it were not asked for.

    The links to other languages, which stand before the first page, say `in` and nothing else.
    """
    asked = request.args.get("page", INTRO if "in" in request.args else "")
    return asked if survey.page(asked) or asked in AROUND else survey.pages[0].name


def _samples(survey: Survey, voice: Voice) -> list[tuple[Sample, Any]]:
    """Each sample with what is chosen in it now."""
    return [(sample, request.args.getlist(sample.field)) for sample in samples(survey, voice)]
