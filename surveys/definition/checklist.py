"""What to look at before a survey is published: each point with its state, what it is and what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.check_logic import needs
from surveys.definition.clauses import Standard
from surveys.definition.discretion import seen_by_others, telling_words
from surveys.definition.minutes import in_minutes, seconds
from surveys.definition.parts import DEFAULT
from surveys.definition.path import is_for
from surveys.definition.questions import AnyQuestion, ClauseView
from surveys.definition.reading_age import hard_words, reading_age
from surveys.definition.survey import AUDIENCE, Page, Survey
from surveys.definition.texts import texts_in, texts_on
from surveys.definition.translating import DRIFTED, MISSING, counted, lines_of

GOOD, LOOK, MUST = "good", "look at this", "must be mended"
#: Many people who are under strain read as they did at eleven or twelve.
OLDEST_READER = 12
#: Few people finish what takes longer.
MOST_MINUTES = 20
SHOWN_WORDS = 5


@dataclass(frozen=True)
class Item:
    """One point of the list. `page`, `question` and `language` name the place it leads to."""

    state: str
    about: str
    what: str
    remedy: str = ""
    page: str = ""
    question: str = ""
    language: str = ""


@dataclass(frozen=True)
class Checked:
    """What is looked at: the survey, its tables, and the standards there are."""

    survey: Survey
    tables: Mapping[str, Any]
    standards: Mapping[str, Standard] = field(default_factory=dict)


def checklist(checked: Checked) -> list[Item]:
    """Every point, what must be mended first."""
    found = [item for look in LOOKS for item in look(checked)]
    order = (MUST, LOOK, GOOD)
    return sorted(found, key=lambda item: order.index(item.state))


def blocks(items: list[Item]) -> bool:
    """Whether something must be mended before publishing."""
    return any(item.state == MUST for item in items)


def _coverage(checked: Checked) -> Iterator[Item]:
    survey, about = checked.survey, _("The standard")
    standard = checked.standards.get(survey.standard)
    if standard is None:
        listed = ", ".join(checked.standards)
        what = _("There is no standard “{standard}” here.", standard=survey.standard)
        yield Item(MUST, about, what, _("Choose one of: {standards}.", standards=listed))
        return
    asked = {section for question in survey.questions for section in sections_of(question, standard)}
    for code, title in standard.sections.items():
        if code not in asked:
            remedy = _("Add one, or say of an existing question that it speaks to this section.")
            yield Item(LOOK, about, _("No question speaks to “{title}”.", title=title), remedy)
    if asked >= set(standard.sections):
        what = _("There is a question for each of the {number} sections.", number=len(standard.sections))
        yield Item(GOOD, about, what)


def sections_of(question: AnyQuestion, standard: Standard) -> set[str]:
    """The sections that a question speaks to: by its own words, or by the clause it shows."""
    sections = {clause.code: clause.section for clause in standard.clauses}
    named = [*question.speaks_to, *([question.clause] if isinstance(question, ClauseView) else ())]
    return {sections.get(code, code) for code in named} & set(standard.sections)


def _reach(checked: Checked) -> Iterator[Item]:
    """Faults have been looked for before; here is what only audiences leave unreachable."""
    survey, found = checked.survey, False
    for page in survey.pages:
        for question in page.questions:
            if not any(is_for(page.audiences, who) and is_for(question.audiences, who) for who in _who(survey)):
                found = True
                what = _(
                    "Nobody is asked “{question}”: its audiences never come to its page.", question=_said(question)
                )
                remedy = _("Give page and question an audience that both have.")
                yield Item(MUST, _("Reach"), what, remedy, page.name, question.name)
    if not found:
        yield Item(GOOD, _("Reach"), _("Somebody can reach every question."))


def _who(survey: Survey) -> list[str]:
    return list(survey.audience_names())


def _later(checked: Checked) -> Iterator[Item]:
    survey, found = checked.survey, False
    places = {page.name: at for at, page in enumerate(survey.pages)}
    needed = needs(survey)
    for question in survey.questions:
        page = survey.page_of[question.name]
        for name in sorted(needed[question.name]):
            asked = survey.page_of.get(name)
            if asked and places[asked.name] > places[page.name]:
                found = True
                other = survey.question(name)
                hangs = _("“{question}” hangs on a later question: “{other}”.")
                what = hangs.format(question=_said(question), other=_said(other) if other else name)
                remedy = _("Put the one that decides first, or people will be asked it after they have gone past.")
                yield Item(LOOK, _("Order"), what, remedy, page.name, question.name)
    if not found:
        yield Item(GOOD, _("Order"), _("Every condition asks for something that was asked before."))


def _translations(checked: Checked) -> Iterator[Item]:
    for language in checked.survey.languages:
        found = counted(lines_of(dict(checked.tables), language))
        missing, drifted = found[MISSING], found[DRIFTED]
        if missing:
            what = ngettext("{number} text is not translated.", "{number} texts are not translated.", missing)
            yield _translation(language, what, _("Until then they are shown as they were written."))
        if drifted:
            what = ngettext(
                "{number} text changed after the translation was made.",
                "{number} texts changed after the translation was made.",
                drifted,
            )
            yield _translation(language, what, _("Translate again, or say that the translation is still right."))
        if not missing and not drifted:
            yield Item(GOOD, _("Translations"), _("Everything is translated."), language=language)


def _translation(language: str, what: str, remedy: str) -> Item:
    return Item(LOOK, _("Translations"), what, remedy, language=language)


def _personal(checked: Checked) -> Iterator[Item]:
    survey = checked.survey
    silent = [each for each in survey.questions if each.personal and not each.asked_because]
    for question in silent:
        what = _("“{question}” is personal and does not say why you ask.", question=_said(question))
        remedy = _("Say what the answer is used for. People answer more often when they know.")
        yield Item(LOOK, _("Personal questions"), what, remedy, survey.page_of[question.name].name, question.name)
    if not silent and any(question.personal for question in survey.questions):
        yield Item(GOOD, _("Personal questions"), _("Each says why it is asked."))


def _discretion(checked: Checked) -> Iterator[Item]:
    """Titles stand on the screen and in the browser's history; the first page is seen before anybody chose to go on."""
    found = False
    for said, page, text in seen_by_others(checked.survey):
        words = telling_words(text)
        if words:
            found = True
            listed = ", ".join(f"“{word}”" for word in words)
            what = ngettext(
                "{words} stands in {place}. Others can see it on the screen.",
                "{words} stand in {place}. Others can see it on the screen.",
                len(words),
                words=listed,
                place=said,
            )
            yield Item(LOOK, _("Discretion"), what, _("Use words that give nothing away."), page)
    if not found:
        yield Item(GOOD, _("Discretion"), _("Nothing in titles, or before people start, names the subject."))


def _reading(checked: Checked) -> Iterator[Item]:
    survey, found = checked.survey, False
    for page in survey.pages:
        age, text = _oldest(survey, page)
        if age > OLDEST_READER:
            found = True
            words = ", ".join(hard_words(text, survey.language)[:SHOWN_WORDS])
            reads = _("The page “{title}” reads like a text for people of {age}.")
            what = reads.format(title=page.title[DEFAULT], age=f"{age:.0f}")
            remedy = _("Shorten sentences; look at: {words}.", words=words or _("long sentences"))
            yield Item(LOOK, _("Plain words"), what, remedy, page.name)
    if not found and reading_age("a " * 10, survey.language) is not None:
        what = _("No page needs more than the reading of a {age}-year-old.", age=OLDEST_READER)
        yield Item(GOOD, _("Plain words"), what)


def _oldest(survey: Survey, page: Page) -> tuple[float, str]:
    """The highest reading age of what an audience reads on a page, and that text. Most audiences read the same."""
    of_page = [wording for _place, wording in texts_on(page)]
    read = ("\n".join(wording.get(who, wording[DEFAULT]) for wording in of_page) for who in [DEFAULT, *_who(survey)])
    ages = [(reading_age(text, survey.language) or 0.0, text) for text in dict.fromkeys(read)]
    return max(ages, key=lambda each: each[0])


def _length(checked: Checked) -> Iterator[Item]:
    survey = checked.survey
    estimates = {who: _seconds(survey, who) for who in _who(survey)}
    longest = max(estimates, key=lambda who: estimates[who])
    low, high = in_minutes(estimates[longest])
    whose = survey.audience_names()[longest].lower()
    takes = _("It takes {low} to {high} minutes for {audience}, if they are asked everything.")
    what = takes.format(low=low, high=high, audience=whose)
    if high > MOST_MINUTES:
        remedy = _("Beyond {number} minutes many people stop. Take out what you can.", number=MOST_MINUTES)
        yield Item(LOOK, _("Length"), what, remedy)
    else:
        yield Item(GOOD, _("Length"), what)


def _seconds(survey: Survey, audience: str) -> float:
    asked = [
        question
        for page in survey.pages
        for question in page.questions
        if is_for(page.audiences, audience) and is_for(question.audiences, audience)
    ]
    return sum(_seconds_of(survey, question, audience) for question in asked)


def _seconds_of(survey: Survey, question: AnyQuestion, audience: str) -> float:
    words = sum(len(wording.get(audience, wording[DEFAULT]).split()) for wording in texts_in(question))
    choices = len(survey.audiences if question.name == AUDIENCE else getattr(question, "choices", ()))
    longest = getattr(question, "longest", 0)
    return seconds(words, question.kind, choices, len(getattr(question, "rows", ())), longest)


def _quoting(checked: Checked) -> Iterator[Item]:
    if checked.survey.quote_each:
        yield Item(GOOD, _("Quoting"), _("People are asked of each answer whether their words may be quoted."))
    elif checked.survey.quoting:
        yield Item(GOOD, _("Quoting"), _("People are asked whether their words may be quoted."))
    else:
        remedy = _("Ask, and name the answer that allows it. Without it no words can be shown in a report.")
        yield Item(LOOK, _("Quoting"), _("Nobody is asked whether their words may be quoted."), remedy)


def _said(question: AnyQuestion) -> str:
    said = question.wording[DEFAULT]
    return said if len(said) <= 80 else f"{said[:79]}…"


#: What is looked at, in the order of the page.
LOOKS: tuple[Callable[[Checked], Iterator[Item]], ...] = (
    _coverage,
    _reach,
    _later,
    _translations,
    _personal,
    _discretion,
    _reading,
    _length,
    _quoting,
)
