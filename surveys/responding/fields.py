"""The form of one page: its fields, what is wrong with what was sent, and the answers read from it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Field, RadioField, SelectMultipleField
from wtforms.form import BaseForm

from safekeeping.cookies import TokenForm
from safekeeping.languages import gettext as _
from surveys.definition.path import Path, PathPage
from surveys.definition.questions import NOT_SAID, AnyQuestion, PostcodeArea, ScaleGrid, answer_names
from surveys.definition.survey import Page
from surveys.definition.voice import Voice
from surveys.responding.dates import DateBoxes
from surveys.responding.inputs import NotSaid, Written, first_half
from surveys.responding.kinds import KINDS, html_id, html_name, is_offered
from surveys.responding.prepared import is_alike, is_untouched
from surveys.responding.ranking import Ranked

#: Kinds whose one field for words comes along with every form that it stands in.
SENT_ALWAYS = ("short-text", "long-text", "number", "postcode-area")


class PageForm(TokenForm):
    """The form of one page for one person. Beside its fields it checks what only the whole path can tell.

    `asked` are the questions that it has fields for, and `places` the names of those. `untaken` are questions that are
    not asked any more, and could not be taken if they were. `after` speaks for the path as it is with what was sent,
    once that is checked.
    """

    asked: ClassVar[tuple[AnyQuestion, ...]]
    places: ClassVar[Mapping[str, tuple[str, ...]]]
    voice: Voice
    after: Voice
    untaken: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be taken. What is required or limited is checked as things are after this page."""
        super().validate(extra_validators)
        self.after = self._read()
        for question in self.asked:
            self._check(question, self.after)
        if self.untaken:
            self.after = self._read()
        return not self.errors

    def _read(self) -> Voice:
        answers = read_answers(self, self.voice)
        return Voice(Path(self.voice.survey, answers, self.voice.path.today), self.voice.language)

    def _check(self, question: AnyQuestion, after: Voice) -> None:
        fields = fields_of(self, question)
        if not after.path.asks(question):
            if any(field.errors for field in fields):
                self.untaken = (*self.untaken, question.name)
            for field in fields:
                field.errors = []
        elif not any(field.errors for field in fields):
            self._check_whole(question, after)

    def _check_whole(self, question: AnyQuestion, after: Voice) -> None:
        """Required, within its limit, and not both said and not said."""
        must = question.required_because and is_offered(after, question)
        blank = _first_blank(self, question, after.path) if must else None
        if blank is not None:
            blank.errors = [_required(question, after)]
        elif _is_both(self, question):
            main = fields_of(self, question)[0]
            main.errors = [_("You wrote an answer and also chose “I would rather not say”. Keep one of them")]
        elif breaks_limit(question, after.path) and question.constraint_message:
            fields_of(self, question)[0].errors = [after.say(question.constraint_message)]


def _required(question: AnyQuestion, voice: Voice) -> str:
    reason = voice.say(question.required_because or {}).rstrip(".")
    if question.kind in ("short-text", "long-text", "number", "date", "postcode-area"):
        return _("Write an answer. {reason}", reason=reason)
    return _("Choose an answer. {reason}", reason=reason)


def _first_blank(form: PageForm, question: AnyQuestion, path: Path) -> Field | None:
    """The first field of a question that was left blank; in a grid each row counts."""
    answer, fields = path.answers.get(question.name), fields_of(form, question)
    if isinstance(question, ScaleGrid):
        return next((field for field in fields if not field.data), None)
    return fields[0] if answer is None and fields else None


def _is_both(form: PageForm, question: AnyQuestion) -> bool:
    """Whether something was written and the box for “I would rather not say” ticked as well."""
    ticked = field_named(form, html_name(question.name, NOT_SAID)) if question.personal else None
    if not isinstance(ticked, NotSaid) or not ticked.data:
        return False
    field = form[html_name(question.name)]
    return not field.is_blank if isinstance(field, DateBoxes) else bool(str(field.data or "").strip())


def breaks_limit(question: AnyQuestion, path: Path) -> bool:
    """Whether the answer on this path is beyond what the question allows."""
    if question.constraint is None:
        return False
    value = path.value(question.name)
    said = value is not None and path.answers.get(question.name) != NOT_SAID
    return said and not question.constraint.holds(path.env(itself=value))


def page_form(voice: Voice, page: PathPage, secret: bytes | None, typed: Any = None) -> PageForm:
    """The form of one page for one person: filled with `typed` (form data), else with the earlier answers.

    `voice` goes along the path as it is before this page is sent; `secret` is what its token follows from. Without one
    it has no token: whoever reads what was sent has looked at that before, and shows this form to nobody.
    """
    asked = asked_on(page, voice)
    shown: dict[str, Any] = {}
    for question in asked if typed is None else ():
        shown |= KINDS[question.kind].fill(voice.path.given, question)
    form = _form_class(voice, page, asked)(formdata=typed, data=shown, meta=_token_of(secret))
    form.voice = voice
    return form


def _token_of(secret: bytes | None) -> dict[str, Any]:
    return {"csrf": False} if secret is None else {"csrf_context": secret}


def _form_class(voice: Voice, page: PathPage, asked: list[AnyQuestion]) -> type[PageForm]:
    """The class of a page's form; made once where the page reads the same for everybody of an audience."""
    if not _is_alike(voice, page):
        return _made_class(voice, asked)
    key = ("form", page.page.name, voice.language, voice.path.audience, tuple(question.name for question in asked))
    remembered = voice.survey.remembered
    if key not in remembered:
        remembered[key] = _made_class(voice, asked)
    form_class: type[PageForm] = remembered[key]
    return form_class


def _is_alike(voice: Voice, page: PathPage) -> bool:
    remembered, key = voice.survey.remembered, ("alike", page.page.name)
    if key not in remembered:
        remembered[key] = is_alike(page.page) and is_alike(voice.survey.public_title)  # the title stands on each page
    return bool(remembered[key])


def _made_class(voice: Voice, asked: list[AnyQuestion]) -> type[PageForm]:
    fields: dict[str, Any] = {}
    places = {}
    for question in asked:
        own = KINDS[question.kind].fields(question, voice)
        places[question.name] = tuple(own)
        fields |= own
    for name, field in fields.items():
        field.kwargs["id"] = html_id(name)
    return type("AskedForm", (PageForm,), {**fields, "asked": tuple(asked), "places": places})


def place_of(voice: Voice, page: PathPage) -> tuple[Any, ...] | None:
    """What a page that nobody has touched depends on, beside the version; None where it depends on more than that."""
    if not _is_alike(voice, page) or not is_untouched(page, voice.path):
        return None
    names = tuple(question.name for question in page.questions)
    pages = voice.path.pages
    return voice.language, voice.path.audience, page.page.name, names, pages.index(page), len(pages)


def asked_on(page: PathPage, voice: Voice) -> list[AnyQuestion]:
    """The questions of a page that have anything to ask."""
    return [question for question in page.questions if is_offered(voice, question)]


def field_named(form: TokenForm, name: str) -> Field | None:
    """The field of that name, if the form has it."""
    found: Field | None = form._fields.get(name)
    return found


def fields_of(form: PageForm, question: AnyQuestion) -> list[Field]:
    """The fields of one question, its own first."""
    return [form[name] for name in form.places.get(question.name, ())]


def read_answers(form: PageForm, voice: Voice) -> dict[str, Any]:
    """All answers after this page: earlier ones, with those of the page replaced or taken away.

    A question with a field that cannot be taken (see `form.errors`) stays as it was.
    """
    given = voice.path.given
    merged = dict(given)
    for question in form.asked:
        if any(field.errors for field in fields_of(form, question)):
            continue
        for name in answer_names(question):
            merged.pop(name, None)
        merged |= KINDS[question.kind].read(form, question, given)
    return merged


def answered_texts(page: PathPage, voice: Voice) -> dict[str, list[str]]:
    """What fields for words show for earlier answers. Browsers send such a field always, also where it is blank."""
    asked = [question for question in asked_on(page, voice) if question.kind in SENT_ALWAYS]
    shown = [(name, value) for each in asked for name, value in KINDS[each.kind].fill(voice.path.given, each).items()]
    return {name: [value] for name, value in shown if isinstance(value, str)}


def read_typed(form: PageForm, voice: Voice) -> dict[str, Any]:
    """As `read_answers`, and with texts that are too long: they come along to be shortened later, not lost."""
    merged = read_answers(form, voice)
    written = [field for field in form if isinstance(field, Written) and field.errors and field.data]
    return merged | {field.name.removeprefix("q-"): field.data for field in written}


def as_sent(page: Page, sent: Any) -> dict[str, list[str]]:
    """What was typed on a page (form data), field by field, to stand there again; no second half of a postcode."""
    typed = {name: sent.getlist(name) for name in sent if name.startswith("q-")}
    for question in page.questions:
        name = html_name(question.name)
        if isinstance(question, PostcodeArea) and name in typed:
            typed[name] = [first_half(text) or text for text in typed[name]]
    return typed


def faulty_fields(form: BaseForm) -> list[Field]:
    """The fields that cannot be taken, in the order of the page."""
    return [field for field in form if field.errors]


def first_id(field: Field) -> str:
    """What a link to the field leads to: its first button or box, or the field itself."""
    if isinstance(field, DateBoxes):
        return f"{field.id}-{(field.faulty or tuple(field.boxes))[0]}"
    if isinstance(field, RadioField | SelectMultipleField) and not getattr(field, "is_list", False):
        return f"{field.id}-0"
    if isinstance(field, Ranked) and field.rest and not field.ranked:
        return field.button("next", field.rest[0][0])
    return "main" if field.name == "token" else str(field.id)
