"""Why a question is asked: its audiences and conditions in words, and whether they hold for somebody now."""

from collections.abc import Iterator
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.definition.condition import Expression
from surveys.definition.domains import domains
from surveys.definition.path import Path, is_for
from surveys.definition.questions import AnyQuestion, WithChoices
from surveys.definition.survey import AUDIENCE, Page, Source, Survey
from surveys.definition.voice import CHOICES, Voice
from surveys.definition.wording import piped, say
from surveys.expression.domain import Type
from surveys.expression.words import Named, in_words

#: What a part is to the people who read why it is shown.
PAGE, QUESTION, FILTER = "page", "question", "choices"


@dataclass(frozen=True)
class Reason:
    """Why one part is shown, or why not.

    `for_them` and `holds` are about its own audiences and condition, `shown` also about its page. `hangs_on` pairs
    each question of its condition with the answer now.
    """

    what: str
    name: str
    label: str
    who: str
    when: str
    for_them: bool
    holds: bool
    shown: bool
    hangs_on: tuple[tuple[str, str], ...] = ()

    @property
    def page_hides_it(self) -> bool:
        """Whether nothing of its own hides it."""
        return self.for_them and self.holds and not self.shown


def names_in_words(survey: Survey, audience: str | None = None) -> dict[str, Named]:
    """How each name that a condition may ask for is spoken of, as `audience` reads it."""
    voice = Voice(Path(survey, {AUDIENCE: audience} if audience else {}), survey.language)
    types = {name: domain.type for name, domain in domains(survey).items()}
    return {name: _named(voice, name, source, types.get(name, "text")) for name, source in survey.sources.items()}


def _named(voice: Voice, name: str, source: Source, kind: Type) -> Named:
    question = source.question
    if question is None:
        return Named(name, {}, kind)
    label = plain_label(question, voice.path.audience)
    if source.part:
        return Named(_("{question} (in their own words)", question=label), {}, kind)
    if source.row:
        rows = {row.name: row.wording for row in getattr(question, "rows", ())}
        label = f"{label}: {say(rows[source.row], voice.path.audience)}"
    return Named(label, _choices(voice, question), kind)


def _choices(voice: Voice, question: AnyQuestion) -> dict[str, str]:
    """Every choice, also those that this person is not offered."""
    if isinstance(question, WithChoices):
        listed = {choice.value: say(choice.label, voice.path.audience) for choice in question.choices}
        other = getattr(question, "other", None)
        return listed | ({"other": say(other, voice.path.audience)} if other else {})
    return dict(CHOICES[question.kind](voice, question)) if question.kind in CHOICES else {}


def plain_label(question: AnyQuestion, audience: str | None = None) -> str:
    """The wording of a question, with a mark where an earlier answer would stand."""
    said = say(question.wording, audience)
    for name in piped(said):
        said = said.replace(f"${{{name}}}", "…")
    return said


def _words(expression: Expression, named: dict[str, Named]) -> str:
    return in_words(expression.tree, named)


def shown_when(survey: Survey, question: AnyQuestion, audience: str | None = None) -> str:
    """What must be so for the question to be asked, in words; empty where everybody is asked.

    Reads on after “if”: ‘the answer to “Did you look for help?” is “Yes”’. For one `audience` its own wordings are
    used, and who is asked is left out.
    """
    named = names_in_words(survey, audience)
    page = survey.page_of[question.name]
    parts = [] if audience else [_audience_part(survey, each) for each in (page.audiences, question.audiences)]
    parts += [_words(each, named) for each in (page.relevant, question.relevant) if each]
    return _(", and ").join(dict.fromkeys(part for part in parts if part))


def _audience_part(survey: Survey, audiences: tuple[str, ...]) -> str:
    labels = {each.name: say(each.label, None) for each in survey.audiences}
    if not audiences:
        return ""
    said = _(" or ").join(f"“{labels.get(name, name)}”" for name in audiences)
    return _("the person answering is {who}", who=said)


def reasons(survey: Survey) -> dict[str, str]:
    """Question name -> a sentence that says who is asked it, and when."""
    return {question.name: reason(survey, question) for question in survey.questions}


def reason(survey: Survey, question: AnyQuestion) -> str:
    """Who is asked one question, and when, as a sentence."""
    named, page = names_in_words(survey), survey.page_of[question.name]
    who = asked_of(survey, _both(page.audiences, question.audiences))
    when = [_words(each, named) for each in (page.relevant, question.relevant) if each]
    return _("{who}, if {when}.", who=who, when=_(", and ").join(when)) if when else f"{who}."


def _both(outer: tuple[str, ...], inner: tuple[str, ...]) -> tuple[str, ...] | None:
    """The audiences that both allow; None where nobody is left."""
    if not outer or not inner:
        return outer or inner
    return tuple(name for name in inner if name in outer) or None


def asked_of(survey: Survey, audiences: tuple[str, ...] | None) -> str:
    """“Asked of everybody”, or of which audiences."""
    if audiences is None:
        return _("Asked of nobody")
    names = survey.audience_names()
    listed = [names.get(name, name).lower() for name in audiences]
    return _("Asked of {audiences}", audiences=_of_each(listed)) if listed else _("Asked of everybody")


def _of_each(names: list[str]) -> str:
    """Names of audiences may hold an “and” themselves."""
    return _(" and of ").join([_(", of ").join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def explain(path: Path) -> list[list[Reason]]:
    """Why each page, question and choice filter is shown or not to whoever goes this way: a list for each page.

    In the language that the survey was written in, which is the one its author reads.
    """
    voice, named = Voice(path, path.survey.language), names_in_words(path.survey, path.audience)
    return [list(_of_page(voice, named, page)) for page in path.survey.pages]


def _of_page(voice: Voice, named: dict[str, Named], page: Page) -> Iterator[Reason]:
    yield _reason(voice, named, page, PAGE)
    for question in page.questions:
        yield _reason(voice, named, question, QUESTION)
        if isinstance(question, WithChoices) and question.choice_filter:
            yield _filter(voice, named, question)


def _reason(voice: Voice, named: dict[str, Named], part: Page | AnyQuestion, what: str) -> Reason:
    label = voice.say(part.title) if isinstance(part, Page) else voice.say(part.wording)
    condition = part.relevant
    return Reason(
        what,
        part.name,
        label,
        asked_of(voice.survey, part.audiences),
        _words(condition, named) if condition else "",
        is_for(part.audiences, voice.path.audience),
        condition is None or condition.holds(voice.path.env()),
        voice.path.opens(part) if isinstance(part, Page) else voice.path.asks(part),
        _hangs_on(voice, named, condition),
    )


def _filter(voice: Voice, named: dict[str, Named], question: WithChoices) -> Reason:
    keep = question.choice_filter
    assert keep is not None  # noqa: S101
    offered = voice.path.choices(question)
    counts = {"some": len(offered), "all": len(question.choices)}
    label = _("{some} of {all} choices of “{question}”", **counts, question=voice.say(question.wording))
    hangs_on = _hangs_on(voice, named, keep)
    return Reason(FILTER, question.name, label, "", _words(keep, named), True, bool(offered), bool(offered), hangs_on)


def _hangs_on(voice: Voice, named: dict[str, Named], condition: Expression | None) -> tuple[tuple[str, str], ...]:
    names = sorted(condition.names) if condition else []
    return tuple((named[name].label if name in named else name, voice.answer(name)) for name in names)
