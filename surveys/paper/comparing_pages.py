"""Two entries of one form side by side: only what differs, settled one by one, then sent."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Response, abort, g, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from safekeeping.cookies import TokenForm
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import speaking
from surveys.definition.path import PathPage
from surveys.definition.published import Open
from surveys.definition.questions import AnyQuestion, answer_names
from surveys.definition.voice import Voice
from surveys.paper.entering import CHOSEN, OTHER, Difference, newly_asked, next_number, settled
from surveys.paper.entry_pages import throw
from surveys.paper.forms import FIRST, SECOND, SETTLED, Entered, begin_entry, send
from surveys.paper.sitting import Elsewhere, Form, after_press, elsewhere, go_to, in_language, load_form
from surveys.responding.fields import page_form, read_answers
from surveys.responding.rendering import asked_questions

bp = staff_blueprint("comparing", __name__)
bp.register_error_handler(Elsewhere, elsewhere)

NOT_SETTLED = _("Choose which answer stands on the sheet, write another one, or leave it blank.")


@dataclass(frozen=True)
class Comparison:
    """A form of which both entries are done."""

    of: Form
    entries: tuple[Entered, Entered]
    target: Open

    @cached_property
    def voice(self) -> Voice:
        """How the form reads to whoever made the first entry."""
        return self.entries[0].voice(self.target)

    @cached_property
    def differing(self) -> list[Difference]:
        """Where the entries differ, in the language of the sheet."""
        with speaking(self.voice.language):
            return self.of.differing

    def alone(self, question: AnyQuestion) -> PathPage:
        """A page with this question only."""
        return PathPage(self.target.survey.page_of[question.name], (question,))

    def thirds(self, typed: Any) -> dict[str, TokenForm]:
        """Name -> the fields for an answer that neither entry has."""
        questions = [each.question for each in self.differing]
        with speaking(self.voice.language):
            return {each.name: page_form(self.voice, self.alone(each), g.secret, typed) for each in questions}

    def picked(self) -> dict[str, str]:
        """Name -> which answer was chosen, as the form was sent."""
        return {each.question.name: request.form.get(f"pick-{each.question.name}", "") for each in self.differing}


def _load(address: str, form_id: str) -> Comparison:
    of = load_form(address, form_id)
    if next_number(of.form, of.entries) is not None:
        raise Elsewhere(of.to("enter.form"))
    first = of.entered(FIRST)
    return Comparison(of, (first, of.entered(SECOND)), of.target(first))


@bp.get("/enter/<address>/<form_id>/compare")
@may("enter")
def compare(address: str, form_id: str) -> str:
    """Where the two entries differ."""
    both = _load(address, form_id)
    return _render(both, both.thirds(MultiDict()), {})


def _render(both: Comparison, forms: dict[str, TokenForm], faults: dict[str, str]) -> str:
    questions = [each.question for each in both.differing]
    with speaking(both.voice.language):
        asked = {each.name: asked_questions(both.voice, both.alone(each), forms[each.name]) for each in questions}
    return render_template(
        "paper/compare.html",
        of=both.of,
        survey=both.target.survey,
        voice=both.voice,
        say=both.voice.say,
        differing=both.differing,
        asked=asked,
        in_their_language=in_language(both.voice.language),
        picked=both.picked(),
        faults=faults,
    )


@bp.post("/enter/<address>/<form_id>/compare")
@may("enter")
def settle(address: str, form_id: str) -> Response:
    """Send what is settled; ask again about what is not."""
    both, go = _load(address, form_id), request.form.get("go", "")
    if go == "throw":
        return throw(address, both.of.form)
    forms, picked = both.thirds(request.form), both.picked()
    if ":" in go:
        return make_response(_render(both, both.thirds(_pressed(forms, go)), {}))
    faults = {name: fault for name in picked if (fault := _fault(picked[name], forms[name], both.voice.language))}
    if faults:
        return make_response(_render(both, forms, faults), 422)
    typed = {name: answer for each in both.differing for name, answer in _typed(each.question, forms, both).items()}
    return _send(both, settled(both.target, both.entries, picked, typed))


def _pressed(forms: dict[str, TokenForm], button: str) -> MultiDict[str, str]:
    """All that was typed, and what a button inside one of the forms changed."""
    found = next((typed for form in forms.values() if (typed := after_press(form, button)) is not None), None)
    return abort(400) if found is None else found


def _fault(picked: str, form: TokenForm, language: str) -> str:
    if picked not in CHOSEN:
        return _(NOT_SETTLED)
    with speaking(language):
        if picked != OTHER or form.validate():
            return ""
    return next((str(field.errors[0]) for field in form if field.errors), _(NOT_SETTLED))


def _typed(question: AnyQuestion, forms: dict[str, TokenForm], both: Comparison) -> dict[str, Any]:
    """The third answer to one question."""
    read = read_answers(forms[question.name], both.voice)
    return {name: read[name] for name in answer_names(question) if name in read}


def _send(both: Comparison, now: Entered) -> Response:
    """Send, unless what was settled leads to questions that nobody has entered: those come first."""
    opened, of = newly_asked(both.target, both.entries, now), both.of
    if opened is None:
        send(kept(), both.target, of.form, now)
        return go_to("enter.forms", address=of.row.address, said="sent")
    begin_entry(kept(), of.row, (of.form, SETTLED), g.person.id, now)
    return of.to("typing.page", number=SETTLED, page=opened.page.name, check=1)
