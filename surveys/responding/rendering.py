"""What the public door shows: a page of questions, the answers to check, the introduction.

Nothing here knows of drafts or cookies, so that a preview at the desk, a person who writes answers in for somebody,
and `heard survey render` show the very same pages.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import render_template
from markupsafe import Markup
from wtforms import Field

from safekeeping.cookies import TokenForm
from safekeeping.languages import speaking, spoken
from surveys.definition.parts import Wording
from surveys.definition.path import Path, PathPage
from surveys.definition.questions import APART, OTHER, AnyQuestion, Information, free_texts, written_part
from surveys.definition.quotable import in_own_words
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.responding.fields import asked_on, fields_of
from surveys.responding.kinds import html_id, html_name


@dataclass(frozen=True)
class Asked:
    """One question on a page. `macro` is the name of its template, `id` what a link to it leads to.

    `fields` are its fields, the first its own; `written` is the text beside it (what “other” is, or why); `say` writes
    what else the question holds.
    """

    question: AnyQuestion
    id: str
    macro: str
    wording: Markup
    hint: Markup
    because: Markup
    fields: list[Field]
    written: Field | None
    labels: dict[str, Markup]
    say: Callable[[Wording], Markup]
    is_new: bool = False

    @property
    def field(self) -> Field:
        """The question's own field."""
        return self.fields[0]


@dataclass(frozen=True)
class Shown:
    """One question and its answer, as lines of text. No lines: it was left blank.

    `quote` is the name of the answer where people are asked whether its words may be quoted.
    """

    wording: Markup
    lines: list[str]
    quote: str = ""


@dataclass(frozen=True)
class ShownPage:
    """One page on the check page."""

    name: str
    title: Markup
    answers: list[Shown]


def tongue(voice: Voice, wording: Mapping[str, str] | None) -> Markup:
    """The wording in HTML. One without a translation says which language it is in and where its lines begin."""
    if not wording:
        return Markup()
    said = voice.say(wording)
    if not voice.is_foreign(wording):
        return Markup.escape(said)
    written = spoken(voice.survey.language)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(written.tag, written.direction, said)


def _wordings(voice: Voice, question: AnyQuestion) -> Iterator[tuple[str, Wording | None]]:
    """Stored value -> wording of what can be chosen, as far as the definition says it."""
    if question.kind == "audience":
        yield from ((audience.name, audience.label) for audience in voice.survey.audiences)
    yield from ((choice.value, choice.label) for choice in getattr(question, "choices", ()))
    yield from ((str(point), label) for point, label in enumerate(getattr(question, "labels", ()), 1))
    yield from ((OTHER, getattr(question, "other", None)), (APART, getattr(question, "apart", None)))
    yield from (("yes", getattr(question, "yes", None)), ("no", getattr(question, "no", None)))
    yield from ((row.name, row.wording) for row in getattr(question, "rows", ()))


def _labels(voice: Voice, question: AnyQuestion) -> dict[str, Markup]:
    """Of what has no translation: stored value or row -> its label in HTML."""
    given = [(value, wording) for value, wording in _wordings(voice, question) if wording]
    return {value: tongue(voice, wording) for value, wording in given if voice.is_foreign(wording)}


def asked_questions(voice: Voice, page: PathPage, form: TokenForm, opened: tuple[str, ...] = ()) -> list[Asked]:
    """The questions of a page as its templates need them; `opened` are the names of those that are new on it."""
    return [_asked(voice, question, form, opened) for question in asked_on(page, voice)]


def _asked(voice: Voice, question: AnyQuestion, form: TokenForm, opened: tuple[str, ...]) -> Asked:
    part = written_part(question)
    return Asked(
        question=question,
        id=html_id(html_name(question.name)),
        macro=question.kind.replace("-", "_"),
        wording=tongue(voice, question.wording),
        hint=tongue(voice, question.hint),
        because=tongue(voice, question.asked_because),
        fields=fields_of(form, question),
        written=form[html_name(part)] if part else None,
        labels=_labels(voice, question),
        say=partial(tongue, voice),
        is_new=question.name in opened,
    )


def page_words(
    voice: Voice, page: PathPage, form: TokenForm, opened: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """What the template of a page needs. `more` goes along: problem, trial, changing, address."""
    pages = voice.path.pages
    return {
        **survey_words(voice),
        "page": page.page,
        "form": form,
        "asked": asked_questions(voice, page, form, opened),
        "opened": opened,
        "step": pages.index(page) + 1,
        "steps": len(pages),
        "first": page == pages[0],
        "must": any(question.required_because for question in page.questions),
        **more,
    }


def survey_words(voice: Voice) -> dict[str, Any]:
    """What every template of a survey needs."""

    def say(wording: Mapping[str, str] | None) -> Markup:
        return tongue(voice, wording)

    return {"survey": voice.survey, "voice": voice, "say": say, "languages": voice.survey.all_languages}


def render_page(voice: Voice, page: PathPage, form: TokenForm, opened: tuple[str, ...] = (), **more: Any) -> str:
    """One page of questions, in the voice's language."""
    with speaking(voice.language):
        return render_template("responding/page.html", **page_words(voice, page, form, opened, **more))


def render_check(voice: Voice, form: TokenForm, answers: Markup, problem: str = "", **more: Any) -> str:
    """The page with `answers`, rendered by `render_answers`, before they are sent."""
    with speaking(voice.language):
        words = {**survey_words(voice), "answers": answers, "form": form, "problem": problem}
        return render_template("responding/check.html", **words | more)


def render_answers(voice: Voice, ticked: Collection[str] = ()) -> Markup:
    """Every answer on the person's path, to be looked over: just what would be sent. Those `ticked` may be quoted."""
    with speaking(voice.language):
        words = {"pages": shown_answers(voice), "ticked": ticked}
        return Markup(render_template("responding/_answers.html", **words))  # noqa: S704  # a template escapes


def render_intro(survey: Survey, language: str, **more: Any) -> str:
    """What stands before the first question."""
    with speaking(language):
        words = survey_words(Voice(Path(survey, {}), language))
        return render_template("responding/intro.html", **words, **more)


def shown_answers(voice: Voice) -> list[ShownPage]:
    """Every question on the path with what was answered, page by page."""
    pages = [
        (page, [each for each in page.questions if not isinstance(each, Information)]) for page in voice.path.pages
    ]
    own = in_own_words(voice.path)
    return [
        ShownPage(page.page.name, tongue(voice, page.page.title), [_shown(voice, each, own) for each in questions])
        for page, questions in pages
        if questions
    ]


def _shown(voice: Voice, question: AnyQuestion, in_own: list[str]) -> Shown:
    """A reason that was written without a verdict is sent too, so it is shown."""
    part = written_part(question)
    alone = voice.path.answers.get(part) if part else None
    own = [name for name in free_texts(question) if name in in_own]
    lines = voice.lines(question) or ([str(alone)] if alone else [])
    return Shown(tongue(voice, question.wording), lines, own[0] if own and voice.survey.quote_each else "")
