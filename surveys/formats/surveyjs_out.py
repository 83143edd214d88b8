"""Write a survey as SurveyJS reads it (JSON), and say what that cannot hold."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.condition import Expression
from surveys.definition.parts import DEFAULT
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import AUDIENCE, KEEP_MONTHS, Page, Survey
from surveys.definition.wording import PIPED
from surveys.formats.foreign_logic import NotCarried
from surveys.formats.losses import Loss
from surveys.formats.surveyjs_logic import in_surveyjs
from surveys.formats.surveyjs_shapes import SHAPES, Writing

Json = dict[str, Any]


def write_surveyjs(survey: Survey, path: Path) -> tuple[Loss, ...]:
    """Write the survey to `path`, and say what was not carried over."""
    data, losses = surveyjs_of(survey)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return losses


def surveyjs_of(survey: Survey) -> tuple[Json, tuple[Loss, ...]]:
    """The survey as SurveyJS holds it, and what was not carried over."""
    writer = _Writer(survey)
    return writer.whole(), tuple(dict.fromkeys(writer.losses))


class _Writer(Writing):
    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.audiences = {audience.name for audience in survey.audiences}
        self.losses: list[Loss] = []

    def lose(self, place: str, what: str, instead: str) -> None:
        self.losses.append(Loss(place, what, instead))

    def whole(self) -> Json:
        survey = self.survey
        made: Json = {"title": self.text(survey.public_title, "public title"), "locale": survey.language}
        made["description"] = self.joined(survey.intro, "intro")
        values = [each for each in survey.calculated if self.condition([each.value], (), f"calculated “{each.name}”")]
        if values:
            made["calculatedValues"] = [
                {"name": each.name, "expression": in_surveyjs(each.value.tree)} for each in values
            ]
        made["pages"] = [self.page(page) for page in survey.pages]
        self.lose("survey", _("the title for staff, the address, the standard and the wave"), _("they are left out"))
        if survey.quoting:
            self.lose("quoting", _("which answer allows quotes"), _("it is left out"))
        if survey.quote_each:
            self.lose("quote_each", _("the question about each answer whether it may be quoted"), _("it is left out"))
        if survey.keep_months != KEEP_MONTHS:
            self.lose("keep_months", _("how long answers are kept"), _("it is left out"))
        return made

    def page(self, page: Page) -> Json:
        place = f"page “{page.name}”"
        made: Json = {"name": page.name, "title": self.text(page.title, place)}
        made |= self.shown(page.relevant, page.audiences, place)
        note = [{"type": "html", "name": f"{page.name}_note", "html": self.text(page.content_note, place)}]
        made["elements"] = note if page.content_note else []
        for question in page.questions:
            made["elements"] += self.question(question)
        return made

    def question(self, question: AnyQuestion) -> list[Json]:
        place = f"question “{question.name}”"
        made: list[Json] = SHAPES[question.kind](self, question, place)
        around = self.shown(question.relevant, question.audiences, place)
        for each in made:
            each |= around
        answer = next((each for each in made if each["type"] != "html"), None)
        if answer is not None:
            self.checks(answer, question, place)
        if question.interviewer_note or question.speaks_to or question.lineage:
            self.lose(place, _("what staff note of it (note, clauses, lineage)"), _("it is left out"))
        return made

    def checks(self, made: Json, question: AnyQuestion, place: str) -> None:
        said = [each for each in (question.hint, question.asked_because) if each]
        if said:
            made["description"] = self.joined(said, place)
        if question.required_because:
            made |= {"isRequired": True, "requiredErrorText": self.text(question.required_because, place)}
        if question.constraint and question.constraint_message:
            written = self.condition([question.constraint], (), place, question.name)
            message = self.text(question.constraint_message, place)
            made["validators"] = [{"type": "expression", "text": message, "expression": written}] if written else []
        chosen = getattr(question, "choice_filter", None)
        if chosen and (written := self.condition([chosen], (), place)):
            made["choicesVisibleIf"] = written

    def shown(self, relevant: Expression | None, audiences: Iterable[str], place: str) -> Json:
        written = self.condition([relevant] if relevant else [], tuple(audiences), place)
        return {"visibleIf": written} if written else {}

    def condition(self, conditions: list[Expression], audiences: tuple[str, ...], place: str, itself: str = "") -> str:
        """Conditions and audiences as one expression; empty where there is none or it cannot be written."""
        parts = [f"{{{AUDIENCE}}} anyof {list(audiences)}"] if audiences else []
        for each in conditions:
            try:
                parts.append(in_surveyjs(each.tree, itself))
            except NotCarried as fault:
                self.lose(
                    place,
                    _("“{words}” cannot be written: {fault}", words=each.text, fault=fault),
                    _("it is left out, and holds for everybody"),
                )
        return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)

    def text(self, wording: Mapping[str, str] | None, place: str) -> Any:
        """A wording by language; what single audiences read cannot be said there."""
        said = wording or {}
        if any(key.partition("-")[0] in self.audiences for key in said):
            self.lose(place, _("its words differ by audience"), _("everybody reads the words for everybody else"))
        kept = {key: _piped(text) for key, text in said.items() if key.partition("-")[0] not in self.audiences}
        return kept[DEFAULT] if set(kept) == {DEFAULT} else kept

    def joined(self, wordings: Iterable[Mapping[str, str]], place: str) -> Any:
        """Paragraphs as one text."""
        parts = list(wordings)
        keys = dict.fromkeys(key for part in parts for key in part)
        return self.text({key: "\n\n".join(part.get(key, part[DEFAULT]) for part in parts) for key in keys}, place)


def _piped(text: str) -> str:
    return PIPED.sub(lambda found: "{" + re.sub(r"_other$", "-Comment", found[1]) + "}", text)
