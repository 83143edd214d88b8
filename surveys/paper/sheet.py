"""A survey as a paper questionnaire: numbered questions, boxes and lines, and who answers what in words."""

from dataclasses import dataclass, replace
from itertools import groupby

from safekeeping.languages import SOURCE, speaking
from safekeeping.languages import gettext as _
from surveys.definition.parts import Wording
from surveys.definition.questions import AnyQuestion, answer_names
from surveys.definition.survey import Page, Survey
from surveys.paper.only_if import quoted, ticked
from surveys.paper.routing import SEVERAL, Gate, PaperVoice, Routing, gate
from surveys.paper.shapes import SHAPES, Shape

#: The most choices that are named where people are sent on; more are “anything else”.
NAMED = 3
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Way:
    """Who answers what follows; `language` where it is not that of the paper."""

    text: str = ""
    language: str = ""


OPEN = Way()


@dataclass(frozen=True)
class Item:
    """One question on paper. `before` and `after` are routing; `also` is how other audiences read it."""

    question: AnyQuestion
    number: int | None
    wording: str
    hint: str
    why: str
    shape: Shape
    also: tuple[tuple[str, str], ...] = ()
    before: Way = OPEN
    after: str = ""


@dataclass(frozen=True)
class Section:
    """One page of the survey on paper."""

    title: str
    note: str
    before: Way
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire. `letter` tells audiences apart without naming them; empty where it is for all."""

    title: str
    letter: str
    language: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]


def sheet(survey: Survey, audience: str = "", language: str = "", large: bool = False) -> Sheet:
    """The paper for one audience (empty: for everybody), in a language of the survey (empty: its own)."""
    language = language or survey.language
    if len(survey.audiences) == 1:
        audience = survey.audiences[0].name
    pages = _pages(survey, audience)
    asked = [question for _page, questions in pages for question, _gate in questions if answer_names(question)]
    voice = PaperVoice(survey, audience, language, {each.name: at for at, each in enumerate(asked, 1)})
    printing = _Printing(voice, large)
    return Sheet(
        voice.say(survey.public_title),
        letter_of(survey, audience),
        language,
        tuple(voice.say(paragraph) for paragraph in survey.intro),
        tuple(printing.sections(pages)),
    )


def letter_of(survey: Survey, audience: str) -> str:
    """The letter that stands on paper for an audience."""
    names = [each.name for each in survey.audiences]
    return LETTERS[names.index(audience) % len(LETTERS)] if audience in names and len(names) > 1 else ""


Gated = list[tuple[AnyQuestion, Gate]]
Pages = list[tuple[tuple[Page, Gate], Gated]]


def _pages(survey: Survey, audience: str) -> Pages:
    """The pages and questions that somebody who holds this paper could be asked."""
    found: Pages = []
    for page in survey.pages:
        page_gate = gate(survey, page, audience)
        asked = [(each, gate(survey, each, audience)) for each in page.questions if not (audience and _who(each))]
        open_to = [(question, its) for question, its in asked if its is not None]
        if page_gate is not None and open_to:
            found.append(((page, page_gate), open_to))
    return found


def _who(question: AnyQuestion) -> bool:
    """Whether it asks who is answering; on paper for one audience that is known."""
    return question.kind == "audience"


class _Printing:
    """Puts the parts of one questionnaire together."""

    def __init__(self, voice: PaperVoice, large: bool) -> None:
        self.voice, self.large, self.routing = voice, large, Routing(voice)
        self.last = max(voice.numbers.values(), default=0)
        #: Question name -> where its answers send people on, as found when the run after it is reached.
        self.sent_on: dict[str, str] = {}

    def sections(self, pages: Pages) -> list[Section]:
        """Every page; pages that follow each other under the same gate are routed together."""
        done: list[Section] = []
        for its, together in groupby(pages, key=lambda each: each[0][1]):
            run = list(together)
            numbers = [self.number(question) for _page, questions in run for question, _gate in questions]
            before = self.before(its, [number for number in numbers if number])
            for place, ((page, _gate), questions) in enumerate(run):
                done.append(self.section(page, questions, OPEN if place else before))
        return [self.with_ways(section) for section in done]

    def with_ways(self, section: Section) -> Section:
        """The section with the ways onward that were found while later ones were put together."""
        items = tuple(replace(each, after=self.sent_on.get(each.question.name, "")) for each in section.items)
        return replace(section, items=items)

    def section(self, page: Page, questions: Gated, before: Way) -> Section:
        """One page, its questions grouped under their gates."""
        items: list[Item] = []
        for its, together in groupby(questions, key=lambda each: each[1]):
            run = [question for question, _gate in together]
            words = self.before(its, [number for each in run if (number := self.number(each))])
            items += [self.item(each, OPEN if place else words) for place, each in enumerate(run)]
        note = self.voice.say(page.content_note) if page.content_note else ""
        return Section(self.voice.say(page.title), note, before, tuple(items))

    def number(self, question: AnyQuestion) -> int | None:
        return self.voice.numbers.get(question.name)

    def before(self, its: Gate, numbers: list[int]) -> Way:
        """Who answers the questions of these numbers, and where everybody else goes on.

        What cannot be said in the language of the paper is wholly in English, never half of it.
        """
        if its.open:
            return OPEN
        when = self.routing.when(its)
        if when is not None:
            return Way(self._led(its, numbers, when))
        with speaking(SOURCE):
            said = self._led(its, numbers, self.routing.in_english(its))
        return Way(said, "" if self.voice.language == SOURCE else SOURCE)

    def _led(self, its: Gate, numbers: list[int], when: str) -> str:
        if not numbers:
            return _("Read this only if {when}.", when=when)
        first, last = numbers[0], numbers[-1]
        if first == last:
            return _("Answer question {number} only if {when}.", number=first, when=when)
        only = _("Answer questions {first} to {last} only if {when}.", first=first, last=last, when=when)
        if self._send_on(its, first, last):
            return only
        otherwise = _("Otherwise, please go to {place}.", place=self.place(last + 1))
        return f"{only} {otherwise}"

    def place(self, number: int) -> str:
        return _("question {number}", number=number) if number <= self.last else _("the end of the form")

    def _send_on(self, its: Gate, first: int, last: int) -> bool:
        """Say after the question just before a run which of its answers lead past the run."""
        simple = None if its.audiences else ticked(its.tree)
        question = self.voice.survey.question(simple.name) if simple else None
        if simple is None or question is None or question.kind in SEVERAL or self.number(question) != first - 1:
            return False
        if not self.routing.named[simple.name].choices:
            return False
        on = [label for value, label in self.voice.choices(question) if value not in simple.values]
        said = quoted(on) if len(on) <= NAMED else _("anything else")
        self.sent_on[question.name] = _(
            "If you ticked {answers}, please go to {place}.", answers=said, place=self.place(last + 1)
        )
        return True

    def item(self, question: AnyQuestion, before: Way) -> Item:
        """One question."""
        voice = self.voice
        default, also = self._wordings(question.wording)
        return Item(
            question,
            self.number(question),
            default,
            voice.say(question.hint) if question.hint else "",
            voice.say(question.asked_because) if question.asked_because else "",
            SHAPES[question.kind](voice, question, self.large),
            also,
            before,
        )

    def _wordings(self, wording: Wording) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The wording, and on paper for everybody the wordings of those who are asked in other words."""
        default, survey = self.voice.say(wording), self.voice.survey
        if self.voice.path.audience:
            return default, ()
        theirs: dict[str, list[str]] = {}
        for each in survey.audiences:
            said = PaperVoice(survey, each.name, self.voice.language, self.voice.numbers).say(wording)
            theirs.setdefault(said, []).append(f"“{self.voice.say(each.label)}”")
        return default, tuple((_(" or ").join(who), said) for said, who in theirs.items() if said != default)
