"""Coded texts as a project of other programs: a source for each text, a marked part for each coder and passage."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain

from analysis.exchange.coded_texts import CodedText, CodedTexts, Decision
from analysis.exchange.guids import guid
from analysis.exchange.project import Case, Code, Coded, Project, Selection, Source, User, Variable

#: What is known of a text.
QUESTION, AUDIENCE, MAY_QUOTE = "Question", "Who answered", "May be quoted"
YES_NO = {True: "yes", False: "no"}
SAID = (
    "Answers to a survey, one text for each, in no order. Nothing says which of them are one person’s. “Who answered” "
    "is left out where fewer than ten texts would share it. Quote only where “May be quoted” says yes."
)


@dataclass(frozen=True)
class About:
    """What a project is called and asks: its title, the address of its survey, name of a question -> its wording, name
    of an audience -> what it is called."""

    title: str
    address: str
    wordings: Mapping[str, str]
    audiences: Mapping[str, str]

    def variable(self, name: str) -> str:
        """The guid of one of the variables."""
        return guid("variable", self.address, name)


@dataclass(frozen=True)
class _Sources:
    """The sources of a project, read anew each time."""

    texts: Iterable[CodedText]
    about: About
    codes: Mapping[str, str]

    def __iter__(self) -> Iterator[Source]:
        return (source_of(text, self.about, self.codes) for text in self.texts)


def project_of(texts: CodedTexts, tree: tuple[Code, ...], codes: Mapping[str, str], about: About) -> Project:
    """The project of the texts of a wave. `codes` leads from a code to its guid in `tree`; others are left out."""
    coders = sorted(texts.coders.values(), key=lambda each: each.guid)
    return Project(
        about.title,
        SAID,
        tuple(User(each.guid, each.name) for each in coders),
        tree,
        tuple(sorted(_variables(texts, about), key=lambda each: each.guid)),
        tuple(sorted(_cases(texts, about), key=lambda each: each.guid)),
        _Sources(texts, about, codes),
        origin=f"Heard {version('heard')}",
    )


def _variables(texts: CodedTexts, about: About) -> Iterator[Variable]:
    wordings = "\n".join(f"{name}: {about.wordings[name]}" for name in sorted(texts.told) if name in about.wordings)
    yield Variable(about.variable(QUESTION), QUESTION, wordings)
    yield Variable(about.variable(AUDIENCE), AUDIENCE)
    yield Variable(about.variable(MAY_QUOTE), MAY_QUOTE)


def _cases(texts: CodedTexts, about: About) -> Iterator[Case]:
    """A case for each audience, never for a person."""
    groups: dict[str, list[str]] = {}
    for place in texts.places:
        if place.audience in texts.told.get(place.answer, ()):
            groups.setdefault(place.audience, []).append(place.guid)
    for audience, sources in groups.items():
        called = about.audiences.get(audience, audience)
        yield Case(guid("case", about.address, audience), called, tuple(sources))


def source_of(text: CodedText, about: About, codes: Mapping[str, str]) -> Source:
    """One text as a source."""
    known = {
        QUESTION: text.question,
        AUDIENCE: about.audiences.get(text.audience, text.audience),
        MAY_QUOTE: YES_NO[text.may_quote],
    }
    values = sorted((about.variable(name), value) for name, value in known.items() if value)
    selections = chain.from_iterable(_selection(text, each, codes) for each in text.decisions)
    return Source(text.guid, text.name, text.written.text, tuple(selections), tuple(values))


def _selection(text: CodedText, decision: Decision, codes: Mapping[str, str]) -> Iterator[Selection]:
    """The part as this coder marks it; a part that is only white space, or of no known code, is left out."""
    mark = guid("mark", text.guid, decision.start, decision.end, decision.coder.guid)
    known = sorted(codes[code] for code in decision.codes if code in codes)
    coded = tuple(
        sorted(
            (Coded(guid("coding", mark, code), code, decision.coder.guid, decision.at) for code in known),
            key=lambda each: each.guid,
        )
    )
    if coded and decision.start < decision.end:
        yield Selection(mark, decision.start, decision.end, coded, decision.coder.guid, decision.at)
