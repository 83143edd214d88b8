"""A survey as one person reads it: for their audience, in their language, with earlier answers in the words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from safekeeping.languages import gettext as _
from surveys.definition.path import Path
from surveys.definition.questions import (
    APART,
    NOT_SAID,
    OTHER,
    VERDICTS,
    AnyQuestion,
    ClauseView,
    Consent,
    Date,
    Number,
    ScaleGrid,
    WithChoices,
    YesNo,
    written_part,
)
from surveys.definition.wording import fill, said_in
from surveys.expression.value import as_text

#: What stands in a text for an answer that was not given.
BLANK = "…"


class Voice:
    """Speaks a survey's words to whoever goes along `path`, in `language` (a tag)."""

    def __init__(self, path: Path, language: str) -> None:
        self.path, self.survey, self.language = path, path.survey, language

    def say(self, wording: Mapping[str, str]) -> str:
        """The wording for this person, with `${name}` filled in by what they answered."""
        return fill(self._said(wording)[0], self.answer)

    def is_foreign(self, wording: Mapping[str, str]) -> bool:
        """Whether the wording has no translation, so that it is read in the language it was written in."""
        return not self._said(wording)[1]

    def _said(self, wording: Mapping[str, str]) -> tuple[str, bool]:
        translated = None if self.language == self.survey.language else self.language
        return said_in(wording, self.path.audience, translated)

    def answer(self, name: str) -> str:
        """What was answered under this name, in words; a mark where nothing was."""
        source = self.survey.sources.get(name)
        value = self.path.value(name)
        if value is None or source is None:
            return BLANK
        if source.question is None or source.part:
            return as_text(value)
        if source.row:
            return self.points(source.question)[str(value)]
        return ", ".join(self.lines(source.question))

    def lines(self, question: AnyQuestion) -> list[str]:
        """The answer to a question as lines of text; none where it was left blank."""
        answers = self.path.answers
        if question.name not in answers:
            return []
        lines: Callable[[Voice, Any, Any], list[str]] = LINES.get(question.kind, _plain_lines)
        return lines(self, question, answers[question.name])

    def choices(self, question: AnyQuestion) -> list[tuple[str, str]]:
        """What this person may choose, as (stored value, label): also “other” and “I would rather not say”."""
        return [*CHOICES[question.kind](self, question), *self._beside(question)]

    def _beside(self, question: AnyQuestion) -> list[tuple[str, str]]:
        other = getattr(question, "other", None)
        also = [(OTHER, self.say(other))] if other else []
        return [*also, (NOT_SAID, _("I would rather not say"))] if question.personal else also

    def points(self, question: Any) -> dict[str, str]:
        """Stored value -> label of each point of a scale, with what stands apart from it."""
        labels = [self.say(label) for label in question.labels] or self._between_ends(question)
        apart = {APART: self.say(question.apart) if question.apart else _("I do not know")}
        return dict(zip(question.point_values, labels, strict=True)) | (apart if question.apart_offered else {})

    def _between_ends(self, question: Any) -> list[str]:
        low, high = (self.say(end) for end in question.ends)
        first, *between, last = question.point_values
        return [f"{first} – {low}", *between, f"{last} – {high}"]


def _audience_choices(voice: Voice, question: AnyQuestion) -> list[tuple[str, str]]:
    return [(audience.name, voice.say(audience.label)) for audience in voice.survey.audiences]


def _listed_choices(voice: Voice, question: WithChoices) -> list[tuple[str, str]]:
    return [(choice.value, voice.say(choice.label)) for choice in voice.path.choices(question)]


def _yes_no(voice: Voice, question: YesNo) -> list[tuple[str, str]]:
    yes, no = question.yes, question.no
    return [("yes", voice.say(yes) if yes else _("Yes")), ("no", voice.say(no) if no else _("No"))]


def _agree(voice: Voice, question: Consent) -> list[tuple[str, str]]:
    yes, no = question.yes, question.no
    return [("yes", voice.say(yes) if yes else _("Yes, I agree")), ("no", voice.say(no) if no else _("No"))]


def _verdicts(voice: Voice, question: ClauseView) -> list[tuple[str, str]]:
    said = (_("Keep it as it is"), _("Change it"), _("Remove it"), _("I am not sure"))
    return list(zip(VERDICTS, said, strict=True))


CHOICES: dict[str, Callable[[Voice, Any], list[tuple[str, str]]]] = {
    "audience": _audience_choices,
    "one-choice": _listed_choices,
    "several-choices": _listed_choices,
    "ranking": _listed_choices,
    "scale": lambda voice, question: list(voice.points(question).items()),
    "scale-grid": lambda voice, question: list(voice.points(question).items()),
    "yes-no": _yes_no,
    "consent": _agree,
    "clause-view": _verdicts,
}


def _plain_lines(voice: Voice, question: AnyQuestion, answer: Any) -> list[str]:
    return [_("I would rather not say") if answer == NOT_SAID and question.personal else str(answer)]


def _chosen_lines(voice: Voice, question: AnyQuestion, answer: Any) -> list[str]:
    """The labels of what was chosen, in the order of the page; then what was written beside it."""
    chosen = [answer] if isinstance(answer, str) else answer
    labels = [label for value, label in voice.choices(question) if value in chosen]
    part = written_part(question)
    written = voice.path.answers.get(part) if part else None
    return [*labels, str(written)] if written else labels


def _ranked_lines(voice: Voice, question: AnyQuestion, answer: Any) -> list[str]:
    labels = dict(voice.choices(question))
    if answer == NOT_SAID or answer == [NOT_SAID]:
        return [labels[NOT_SAID]]
    return [f"{place}. {labels[value]}" for place, value in enumerate(answer, 1)]


def _grid_lines(voice: Voice, question: ScaleGrid, answer: Any) -> list[str]:
    labels = voice.points(question) | {NOT_SAID: _("I would rather not say")}
    return [f"{voice.say(row.wording)}: {labels[answer[row.name]]}" for row in question.rows if row.name in answer]


def in_digits(number: float) -> str:
    """A number as a person writes it, read back as the same number: no exponent, no point without need."""
    return str(int(number)) if number == int(number) else str(number)


def _number_lines(voice: Voice, question: Number, answer: Any) -> list[str]:
    if answer == NOT_SAID:
        return _plain_lines(voice, question, answer)
    return [f"{in_digits(answer)} {voice.say(question.unit)}" if question.unit else in_digits(answer)]


#: How a date of each precision is written; the day is the first where it is not given.
PATTERNS = {10: "d MMMM y", 7: "MMMM y", 4: "y"}


def _date_lines(voice: Voice, question: Date, answer: Any) -> list[str]:
    if answer == NOT_SAID:
        return _plain_lines(voice, question, answer)
    day = date.fromisoformat((answer + "-01-01")[:10])
    return [format_date(day, PATTERNS[len(answer)], locale=_locale(voice.language))]


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


LINES: dict[str, Callable[[Voice, Any, Any], list[str]]] = {
    "audience": _chosen_lines,
    "one-choice": _chosen_lines,
    "several-choices": _chosen_lines,
    "ranking": _ranked_lines,
    "scale": _chosen_lines,
    "scale-grid": _grid_lines,
    "number": _number_lines,
    "date": _date_lines,
    "yes-no": _chosen_lines,
    "consent": _chosen_lines,
    "clause-view": _chosen_lines,
}
