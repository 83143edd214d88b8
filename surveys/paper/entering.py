"""Two entries of one form side by side: where they differ, and what is settled between them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.path import PathPage
from surveys.definition.published import Open
from surveys.definition.questions import AnyQuestion, answer_names
from surveys.paper.forms import FIRST, PAPER, PHONE, SECOND, Entered, PaperEntry, PaperForm

#: What may be chosen where two entries differ.
BLANK, OTHER = "blank", "other"
CHOSEN = ("first", "second", OTHER, BLANK)
#: How far a form is.
BEGUN, ONCE, TWICE, DIFFERING, CALL = "begun", "once", "twice", "differing", "call"


@dataclass(frozen=True)
class Difference:
    """A question that the two entries answer differently, and both answers as lines of text."""

    question: AnyQuestion
    wording: str
    first: list[str]
    second: list[str]


def differences(target: Open, first: Entered, second: Entered) -> list[Difference]:
    """Every question that is answered differently, in the order of the survey; spaces do not count."""
    one, other = first.path(target).answers, second.path(target).answers
    voices = first.voice(target), second.voice(target)
    return [
        Difference(question, voices[0].say(question.wording), voices[0].lines(question), voices[1].lines(question))
        for question in target.survey.questions
        if _part(one, question) != _part(other, question)
    ]


def _part(answers: Mapping[str, Any], question: AnyQuestion) -> dict[str, Any]:
    """What was answered to one question, as it is compared."""
    return {name: _plain(answers[name]) for name in answer_names(question) if name in answers}


def _plain(answer: Any) -> Any:
    return " ".join(answer.split()) if isinstance(answer, str) else answer


def settled(
    target: Open, entries: tuple[Entered, Entered], chosen: Mapping[str, str], typed: Mapping[str, Any]
) -> Entered:
    """What both entries agree on, and for each question in `chosen` what was chosen; `typed` are the third answers."""
    first, second = entries
    one, other = first.path(target).answers, second.path(target).answers
    sources: dict[str, Mapping[str, Any]] = {"first": one, "second": other, OTHER: typed, BLANK: {}}
    answers = dict(one)
    for question in target.survey.questions:
        source = sources.get(chosen.get(question.name, ""))
        if source is not None:
            for name in answer_names(question):
                answers.pop(name, None)
                answers |= {name: source[name]} if name in source else {}
    return first.with_answers(answers)


def newly_asked(target: Open, entries: tuple[Entered, ...], now: Entered) -> PathPage | None:
    """The first page with a question that neither entry came by: a third answer may lead where nobody has been."""
    been = {question.name for each in entries for page in each.path(target).pages for question in page.questions}
    pages = now.path(target).pages
    return next((page for page in pages if any(answer_names(q) and q.name not in been for q in page.questions)), None)


def state(form: PaperForm, entries: Mapping[int, PaperEntry], differing: bool) -> str:
    """How far a form is."""
    done = sum(entry.done for number, entry in entries.items() if number in (FIRST, SECOND))
    if form.way == PHONE:
        return CALL
    return {0: BEGUN, 1: ONCE}.get(done, DIFFERING if differing else TWICE)


def counted(states: list[str]) -> dict[str, int]:
    """How many forms are how far, with none left out."""
    return {each: Counter(states)[each] for each in (BEGUN, ONCE, TWICE, DIFFERING, CALL)}


#: How a question is read over the telephone, by its kind.
ALOUD = {
    "several-choices": _("Read the question, then the choices one by one, and wait for a yes or a no after each."),
    "scale-grid": _(
        "Read the question and the choices once, then each line. Repeat the choices when they are asked for."
    ),
    "ranking": _("Read the question, then all choices slowly. Ask which comes first, then which comes next."),
    "number": _("Read the question. If they give a range, ask for one number, and take what they say."),
    "date": _("Read the question. A part of the date is enough where they do not remember."),
    "short-text": _("Read the question. Write their words, not yours."),
    "long-text": _("Read the question and wait. Write their words, not yours, and read them back before going on."),
    "postcode-area": _("Read the question. Ask for the first half only, and stop them kindly if they go on."),
    "information": _("Read this out as it stands."),
    "clause-view": _("Read the clause slowly, and once more if they like. Then read the choices."),
}
CHOICES_ALOUD = _(
    "Read the question, then each choice. Do not read “I do not know” or “I would rather not say”: "
    "tick them only if they say so themselves."
)


def read_aloud(question: AnyQuestion) -> str:
    """How the question is read over the telephone."""
    return _(ALOUD.get(question.kind, CHOICES_ALOUD))


def today() -> date:
    """The day on which an entry begins, for what is worked out from dates."""
    return datetime.now(UTC).date()


def resume_at(target: Open, entered: Entered) -> str | None:
    """The first page on which nothing is entered yet; None where there is none."""
    path = entered.path(target)
    given = path.answers
    for page in path.pages:
        names = {name for question in page.questions for name in answer_names(question)}
        if names and not names & set(given):
            return page.page.name
    return None


def next_number(form: PaperForm, entries: Mapping[int, PaperEntry]) -> int | None:
    """Which entry comes next; None where there is nothing left to type in."""
    wanted = (FIRST, SECOND) if form.way == PAPER else (FIRST,)
    return next((number for number in wanted if number not in entries or not entries[number].done), None)
