"""One row of a file as somebody's answers: each cell through the fields of the public door, then along the path."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from safekeeping.languages import gettext as _
from surveys.definition.path import Path
from surveys.definition.questions import AnyQuestion, Information, ScaleGrid, WithChoices, answer_names
from surveys.definition.retelling import retold
from surveys.definition.survey import AUDIENCE
from surveys.definition.voice import Voice
from surveys.importing.brought import Brought, Row
from surveys.importing.cells import LEFT_OUT, NOT_LISTED, Typed, Typing, short
from surveys.importing.plan import Reader
from surveys.responding.fields import breaks_limit
from surveys.responding.kinds import KINDS

#: What is said of a cell.
NOT_ASKED = _("this question is not asked of people who answered as this row does, so the answer is left out")
NOTHING_IN_IT = _("nothing in it can be taken in")
NOBODY_SAID = _("it does not say who answered")
NOT_AMONG_THEM = _("“{answer}” under “{column}” is none of those who are asked")
#: What `Line.why` may be: kept in English, because jobs go through long files.
SAID_OF_CELLS = (NOT_ASKED, NOTHING_IN_IT, NOBODY_SAID, NOT_AMONG_THEM, NOT_LISTED, LEFT_OUT)
#: How many fields that were read before are remembered, and up to which length of what was typed.
REMEMBERED, SHORT = 20_000, 200


@dataclass(frozen=True)
class Line:
    """One thing that is not taken in as it stands: its row, its column (empty: the whole row), and why."""

    row: int
    column: str
    why: str

    @property
    def said(self) -> str:
        """Why, in the language spoken now."""
        return retold(self.why, SAID_OF_CELLS)


@dataclass
class Answered:
    """What became of a row: its answers, or why it does not come in; what was lost; what was required and is blank."""

    answers: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    lost: list[Line] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)


class Answering:
    """Reads rows of a file as answers."""

    def __init__(self, reader: Reader, brought: Brought) -> None:
        self.reader, self.brought, self.survey = reader, brought, reader.survey
        self.typing = Typing(reader, brought)
        self.today = date.fromisoformat(reader.plan.day)
        self._remembered: dict[Any, tuple[dict[str, Any], dict[str, str]]] = {}

    def row(self, row: Row) -> Answered:
        """What becomes of this row."""
        done = Answered()
        audience = self._audience(row, done)
        if done.refused:
            return done
        answers: dict[str, Any] = {AUDIENCE: audience} if audience else {}
        for question in self.survey.questions:
            if question.name in self.reader.places and not isinstance(question, Information):
                answers |= self._question(question, row, answers, done)
        return self._along(answers, row, done)

    def _audience(self, row: Row, done: Answered) -> str:
        if len(self.survey.audiences) == 1:
            return self.survey.audiences[0].name
        for place, slot in self.reader.places.get(AUDIENCE, []):
            text = row.cells[place].strip()
            found = self.reader.value(slot, text) if text else ""
            if found:
                return found
            if text:
                done.refused = NOT_AMONG_THEM.format(answer=short(text), column=self._column(place))
                return ""
        if not self.reader.plan.audience:
            done.refused = NOBODY_SAID
        return self.reader.plan.audience

    def _column(self, place: int) -> str:
        return self.brought.columns[place]

    def _question(self, question: AnyQuestion, row: Row, before: dict[str, Any], done: Answered) -> dict[str, Any]:
        typed = self.typing.question(question, row)
        if not typed.fields and not typed.lost:
            return {}
        found, errors = self._read(question, typed, before) if typed.fields else ({}, {})
        first = self.reader.places[question.name][0][0]
        lost = [*typed.lost, *((typed.source.get(name, first), why) for name, why in errors.items())]
        done.lost += [Line(row.number, self._column(place), why) for place, why in lost]
        return found

    def _read(
        self, question: AnyQuestion, typed: Typed, before: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The answers in these fields, and what is wrong with each field that cannot be taken."""
        voice = Voice(Path(self.survey, before, self.today), self.survey.language)
        offered = (
            tuple(each.value for each in voice.path.choices(question)) if isinstance(question, WithChoices) else ()
        )
        key = (question.name, tuple(typed.fields), offered, voice.path.audience)
        if key in self._remembered:
            return self._remembered[key]
        found = _through_fields(question, voice, typed)
        if len(self._remembered) < REMEMBERED and sum(len(text) for _name, text in typed.fields) <= SHORT:
            self._remembered[key] = found
        return found

    def _along(self, answers: dict[str, Any], row: Row, done: Answered) -> Answered:
        """Keep what is on the path and within its limits; say what is not."""
        path = self._within_limits(answers, row, done)
        for name in answers.keys() - {AUDIENCE}:
            if path.answers.get(name) != answers[name]:
                done.lost.append(Line(row.number, self._column(self._place_of(name)), NOT_ASKED))
        done.answers = {name: answer for name, answer in path.answers.items() if name != AUDIENCE}
        done.blank = [
            each.name
            for page in path.pages
            for each in page.questions
            if each.required_because and each.name not in path.answers and each.name != AUDIENCE
        ]
        if not done.answers:
            done.refused = NOTHING_IN_IT
        elif path.audience:
            done.answers[AUDIENCE] = path.audience
        return done

    def _within_limits(self, answers: dict[str, Any], row: Row, done: Answered) -> Path:
        path = Path(self.survey, answers, self.today)
        for question in self._limited:
            if question.name in path.answers and path.asks(question) and breaks_limit(question, path):
                said = Voice(path, self.survey.language).say(question.constraint_message or {})
                done.lost.append(Line(row.number, self._column(self._place_of(question.name)), said))
                for name in answer_names(question):
                    answers.pop(name, None)
                path = Path(self.survey, answers, self.today)
        return path

    @cached_property
    def _limited(self) -> list[AnyQuestion]:
        return [question for question in self.survey.questions if question.constraint is not None]

    def _place_of(self, name: str) -> int:
        """The column that an answer came from; of several, the first."""
        for columns in self.reader.places.values():
            for place, slot in columns:
                if name == slot.key:
                    return place
        question = self.survey.asked(name)
        return self.reader.places[question.name if question else name][0][0]


def _through_fields(question: AnyQuestion, voice: Voice, typed: Typed) -> tuple[dict[str, Any], dict[str, str]]:
    form = BaseForm(KINDS[question.kind].fields(question, voice))
    form.process(MultiDict(typed.fields))
    form.validate()
    errors = {each.name: str(each.errors[0]) for each in form if each.errors}
    if errors and not isinstance(question, ScaleGrid):
        return {}, errors
    for each in form:
        each.data = None if each.errors else each.data
    return KINDS[question.kind].read(form, question, {}), errors  # type: ignore[arg-type]
