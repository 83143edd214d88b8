"""Read a SurveyJS definition (JSON): pages, panels, questions and their logic."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import SHORT_NAME
from surveys.definition.survey import AUDIENCE
from surveys.expression.tree import Reference
from surveys.formats.drafting import MUST, Draft
from surveys.formats.foreign_logic import Known
from surveys.formats.losses import Imported, bad
from surveys.formats.opening import open_text
from surveys.formats.piping import pipe
from surveys.formats.surveyjs_checks import Checks
from surveys.formats.surveyjs_choices import EVERYWHERE, Made
from surveys.formats.surveyjs_kinds import KINDS, NOT_CARRIED
from surveys.formats.surveyjs_reading import Reading, listed, said

#: How SurveyJS shows an answer in a text.
PIPED = re.compile(r"(?<!\$)\{([A-Za-z_][^{}]{0,80})\}")
DEEPEST, MOST = 40, 2_000
#: Settings of the whole survey that change only how SurveyJS shows it.
LOOKS = frozenset(
    "$schema logo logoPosition logoWidth logoHeight logoFit showProgressBar progressBarType progressBarLocation "
    "showQuestionNumbers questionTitleLocation questionErrorLocation widthMode width fitToContainer headerView "
    "showTitle showPageTitles theme themeVariables backgroundImage pageNextText pagePrevText completeText "
    "startSurveyText focusFirstQuestionAutomatic showNavigationButtons showPrevButton questionsOnPageMode "
    "checkErrorsMode textUpdateMode requiredText requiredMark clearInvisibleValues autoGrowComment locale title "
    "description pages elements questions calculatedValues showCompletedPage showTOC tocLocation".split()
)
PAGE_KEYS = frozenset("name title description visibleIf elements questions navigationTitle showQuestionNumbers".split())


def read_surveyjs(path: Path) -> Imported:
    """The survey in the JSON file at `path`, and what was not carried over. Raises `BadFile`."""
    opened = open_text(path, ("json",))
    imported = surveyjs_from(_loaded(opened.text, path.name), path.name)
    return Imported(imported.tables, (*opened.losses, *imported.losses))


def _loaded(text: str, file: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as fault:
        raise bad(
            file, _("line {lineno}", lineno=fault.lineno), _("this is not valid JSON; export the survey again")
        ) from None
    except (RecursionError, ValueError):
        raise bad(file, "", _("it is nested too deeply or holds too long a number; export the survey again")) from None
    if not isinstance(data, dict):
        raise bad(file, "", "it holds no survey; a SurveyJS survey begins with {")
    if too_deep(data):
        raise bad(
            file, "", _("parts lie more than {deepest} deep inside one another; simplify the survey", deepest=DEEPEST)
        )
    return data


def too_deep(data: Any) -> bool:
    """Whether parts lie too deep inside one another to be read."""
    waiting = [(data, 1)]
    while waiting:
        part, level = waiting.pop()
        if level > DEEPEST:
            return True
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting.extend((each, level + 1) for each in inside if isinstance(each, dict | list))
    return False


def surveyjs_from(data: dict[str, Any], file: str) -> Imported:
    """The survey in SurveyJS's `data`. Raises `BadFile`."""
    if is_design_of_something_else(data):
        raise bad(file, "", _("it has no “pages” or “elements”; check that it is a SurveyJS survey"))
    return _Reader(data, file).read()


def is_design_of_something_else(data: dict[str, Any]) -> bool:
    """Whether there is nothing in it that SurveyJS would show."""
    return not any(isinstance(data.get(key), list) for key in ("pages", "elements", "questions"))


class _Reader:
    """Two rounds: first every question gets its name and values, then conditions are read, which may name any."""

    def __init__(self, data: dict[str, Any], file: str) -> None:
        self.data, self.file = data, file
        self.draft = Draft(str(data.get("locale") or "en"), sorted(_languages(data)))
        self.reading = Reading(self.draft, {})
        self.logic = Checks(self.reading)
        self.waiting: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = []
        self.audiences: list[dict[str, Any]] = []

    def read(self) -> Imported:
        self.intro()
        pages = [(page, self.questions(page)) for page in self.pages()]
        self.logic.copy_choices()
        self.calculated()
        for element, question, conditions in self.waiting:
            self.logic.apply(element, question, conditions)
        for page, questions in pages:
            place = f"page “{page.get('name', '')}”"
            title = self.draft.wording(said(page.get("title")), place)
            relevant = self.reading.condition([str(page["visibleIf"])], place) if page.get("visibleIf") else ""
            self.draft.page(title, questions, str(page.get("name") or ""), relevant)
            self.unknown(page, PAGE_KEYS, place)
        self.unknown(self.data, LOOKS, "survey")
        pipe([self.draft.pages, self.draft.intro], PIPED, self.reading.known, self.draft.losses)
        title = next(iter(said(self.data.get("title")).values()), "")
        return self.draft.finish(self.file, title, self.audiences)

    def pages(self) -> list[dict[str, Any]]:
        return listed(self.data, "pages") or [self.data | {"title": None, "visibleIf": None, "name": ""}]

    def intro(self) -> None:
        wording = self.draft.wording(said(self.data.get("description")), "description")
        self.draft.intro = [wording] if wording else []

    def questions(self, page: dict[str, Any]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        if page is not self.data and said(page.get("description")):
            made += self.heading({"name": f"{page.get('name', '')}_intro", "title": page["description"]})
        for element, conditions in self.flat(page, []):
            made += self.element(element, conditions)
        return made

    def flat(self, part: dict[str, Any], above: list[str]) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """The elements without the panels they lie in, each with the conditions of those panels."""
        for element in listed(part, "elements", "questions"):
            conditions = above + [str(element[key]) for key in ("visibleIf", "enableIf") if element.get(key)]
            if element.get("enableIf"):
                place = f"question “{element.get('name', '')}”"
                self.draft.lose(
                    place, _("it is shown, and locked until it may be answered"), _("it is hidden until then")
                )
            if element.get("type") != "panel":
                yield element, conditions
                continue
            place = f"panel “{element.get('name', '')}”"
            self.draft.lose(place, _("questions are grouped in a box"), _("they stand one after the other"))
            if said(element.get("title")) or said(element.get("description")):
                yield {"type": "html", "name": element.get("name"), "html": _both(element)}, conditions
            yield from self.flat(element, conditions)

    def heading(self, element: dict[str, Any]) -> list[dict[str, Any]]:
        return self.element({"type": "html", "name": element["name"], "html": element["title"]}, [])

    def element(self, element: dict[str, Any], conditions: list[str]) -> list[dict[str, Any]]:
        if len(self.waiting) >= MOST:
            raise bad(self.file, "", _("it has more than {most} questions; split it", most=f"{MOST:,}"))
        kind = str(element.get("type", "text"))
        place = f"question “{element.get('name', '')}”"
        if kind not in KINDS:
            what = NOT_CARRIED.get(kind, f"“{kind[:40]}” is a kind of question that is not known here")
            self.draft.lose(place, what, _("the question is left out"))
            return []
        made: list[Made] = KINDS[kind](self.reading, element, place)
        if element.get("name") == AUDIENCE and len(self.waiting) == 0 and not conditions and made:
            self.who_answers(made[0].table, place)
        for each in made:
            self.reading.tables[each.table["name"]] = each.table
            self.waiting.append((element if each.checks else {}, each.table, conditions))
            if each.table["kind"] != "information":
                self.required(element, each.table, place)
        used = made[0].uses | EVERYWHERE if made else frozenset(element)
        self.unknown(element, used, place)
        return [each.table for each in made]

    def who_answers(self, table: dict[str, Any], place: str) -> None:
        """The first question, if it is called so and its values can be short names, asks who is answering."""
        values = [each["value"] for each in table.get("choices", ())]
        if table["kind"] != "one-choice" or not all(re.fullmatch(SHORT_NAME, each) for each in values):
            return
        self.audiences = [
            {"name": each["value"], "label": each["label"], "plural": _default(each["label"])}
            for each in table.pop("choices")
        ]
        self.reading.known[AUDIENCE] = Known(Reference(AUDIENCE), "audience", {each: each for each in values})
        for key in set(table) - {"wording", "hint"}:
            del table[key]
        table |= {"name": AUDIENCE, "kind": "audience", "required_because": MUST}
        self.draft.losses = [each for each in self.draft.losses if each.place != place]
        self.draft.lose(place, _("it asks who is answering"), _("its choices became the audiences of the survey"))

    def required(self, element: dict[str, Any], table: dict[str, Any], place: str) -> None:
        if element.get("isRequired"):
            table["required_because"] = self.draft.wording(said(element.get("requiredErrorText")), place, MUST) or MUST

    def calculated(self) -> None:
        for each in listed(self.data, "calculatedValues"):
            raw = str(each.get("name", ""))
            place = f"calculated value “{raw}”"
            name = self.draft.name(raw or "calculated", place)
            value = self.reading.condition([str(each.get("expression", ""))], place, "it is left out")
            if value:
                self.draft.calculated.append({"name": name, "value": value})
                self.reading.known[raw] = Known(Reference(name))
        for name, expression, place in self.reading.expressions:
            value = self.reading.condition([expression], place, "it is left out")
            if value:
                self.draft.calculated.append({"name": name, "value": value})

    def unknown(self, part: dict[str, Any], used: frozenset[str], place: str) -> None:
        left = [key for key in part if key not in used and part[key] not in (None, False, "", [], {})]
        if left:
            named = ", ".join(f"“{key[:40]}”" for key in left[:20])
            self.draft.lose(
                place, _("settings of SurveyJS that have no equal here ({named})", named=named), _("they are left out")
            )


def _default(label: Any) -> str:
    return str(label["default"] if isinstance(label, dict) else label)


def _both(panel: dict[str, Any]) -> dict[str, str]:
    title, more = said(panel.get("title")), said(panel.get("description"))
    keys = dict.fromkeys([*title, *more])
    return {key: "\n".join(text for text in (title.get(key), more.get(key)) if text) for key in keys}


def _languages(data: Any) -> set[str]:
    """The languages its texts are in: keys beside “default”."""
    found: set[str] = set()
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and "default" in part and all(isinstance(each, str) for each in part.values()):
            found |= set(part) - {"default"}
        elif isinstance(part, dict | list):
            waiting.extend(part.values() if isinstance(part, dict) else part)
    return found
