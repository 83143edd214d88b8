"""A survey made from a standard: what people say of each section or clause, or how far providers say they meet it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from surveys.definition.clauses import Clause, Standard
from surveys.definition.parts import DEFAULT
from surveys.definition.survey import AUDIENCE
from surveys.writing.editing import BESIDE, fresh_name
from surveys.writing.plain_wording import said
from surveys.writing.templates_offered import STARTS

Tables = dict[str, Any]
Worded = dict[str, str]

#: The longest that a wording may be.
LONGEST = 2000
PROVIDER = "provider"
#: What providers may say of a clause: value -> label. The first two words of a name say what its question asks.
MET, PARTLY, NOT_MET, NOT_FOR_US = "met", "partly", "not_met", "not_for_us"
MET_SAID = {MET: "Met", PARTLY: "Partly met", NOT_MET: "Not met", NOT_FOR_US: "Not for us"}
_MET, _SHOWS, _PLAN = "met", "shows", "plan"

#: What is asked of each section, in the words of each audience.
_WELL: Worded = {
    DEFAULT: "What do services do well here?",
    "survivor": "What went well for you here?",
    "family": "What went well for him here?",
    "provider": "What do you do well here?",
    "commissioner": "What do the services you fund do well here?",
    "associate": "What do you see services do well here?",
}
_BETTER: Worded = {
    DEFAULT: "What should services do here that they do not do now?",
    "survivor": "What should have been different for you?",
    "family": "What should have been different for him?",
    "provider": "What do you find hard here, and what would help you?",
    "commissioner": "What should you be able to expect from services here?",
    "associate": "What should services do here, so that the men you meet are helped?",
}
#: What goes before a clause, in the words of each audience.
_CLAUSE_HINT: Worded = {
    DEFAULT: "Should services have to do this?",
    "survivor": "Would this have helped you? Should services have to do this?",
    "family": "Would this have helped him? Should services have to do this?",
    "provider": "Can you do this? Should you have to?",
    "commissioner": "Should the services you fund have to do this?",
    "associate": "Should the services you work with have to do this?",
}


def audiences_offered() -> list[Tables]:
    """The audiences that a survey made from a standard can ask, in the language it begins in."""
    offered: list[Tables] = STARTS["consultation"].tables()["audience"]
    return [{**audience, "label": said(audience["label"])} for audience in offered]


# Consultations -------------------------------------------------------------------------------------


def from_standard(standard: Standard, sections: Collection[str], audiences: Sequence[Tables]) -> Tables:
    """The tables of a survey with one page for each section chosen, and one question for each of its clauses.

    `sections` are codes of the standard (none chosen: all of them), `audiences` tables with name, label and plural.
    """
    names: set[str] = {AUDIENCE}
    asked = {audience["name"] for audience in audiences}
    pages = [_page(standard, code, _clauses_of(standard, code, names, asked)) for code in _chosen(standard, sections)]
    return _consultation(standard, "clauses", audiences, pages)


def about_sections(standard: Standard, sections: Collection[str], audiences: Sequence[Tables]) -> Tables:
    """The tables of a survey with one page for each section chosen: what is good about it, and what should change,
    asked of each audience in words of its own."""
    names: set[str] = {AUDIENCE}
    asked = {audience["name"] for audience in audiences}
    pages = [
        _page(standard, code, _open_questions(standard, code, names, asked)) for code in _chosen(standard, sections)
    ]
    return _consultation(standard, "sections", audiences, pages)


def _chosen(standard: Standard, sections: Collection[str]) -> list[str]:
    return [code for code in standard.sections if code in sections or not sections]


def _consultation(standard: Standard, address: str, audiences: Sequence[Tables], pages: Iterable[Tables]) -> Tables:
    return {
        "title": f"Views on {standard.title}",
        "public_title": "Your views",
        "address": address,
        "standard": standard.read_by,
        "intro": [
            "We are looking again at what services should do. Tell us what should stay and what should change.",
            "You can leave any question blank. We do not ask who you are.",
        ],
        "audience": [dict(audience) for audience in audiences],
        "page": [*_first_page(audiences), *(page for page in pages if page["question"])],
    }


def _first_page(audiences: Sequence[Tables]) -> list[Tables]:
    """Asks who is answering; left out where only one audience is asked."""
    if len(audiences) == 1:
        return []
    asked = {"name": AUDIENCE, "kind": "audience", "wording": "Which of these is closest to you?"}
    asked["required_because"] = "It decides which questions you see."
    return [{"name": "you", "title": "About you", "question": [asked]}]


def _page(standard: Standard, section: str, questions: list[Tables]) -> Tables:
    title = standard.sections[section]
    return {"name": fresh_name(f"section {section}", ()), "title": title, "question": questions}


def _clauses_of(standard: Standard, section: str, names: set[str], asked: Collection[str]) -> list[Tables]:
    return [_clause_view(clause, names, asked) for clause in standard.clauses if clause.section == section]


def _clause_view(clause: Clause, names: set[str], asked: Collection[str]) -> Tables:
    return {
        "name": _named(clause.code, names),
        "kind": "clause-view",
        "wording": clause.title[:LONGEST],
        "hint": _for(_CLAUSE_HINT, asked),
        "clause": clause.code,
        "text": clause.text[:LONGEST],
        "speaks_to": _codes(clause),
    }


def _open_questions(standard: Standard, section: str, names: set[str], asked: Collection[str]) -> list[Tables]:
    about = standard.about.get(section, "")
    inside = [code for clause in standard.clauses if clause.section == section for code in clause.speaks_to]
    speaks_to = [section] if standard.read_by == standard.name else list(dict.fromkeys(inside))
    told: Tables = {"name": _named(f"about {section}", names), "kind": "information"}
    questions = [{**told, "wording": f"This is about: {about}"[:LONGEST]}] if about else []
    for name, worded in (("good", _WELL), ("change", _BETTER)):
        question: Tables = {"name": _named(f"{name} {section}", names), "kind": "long-text"}
        hint = "Write as much or as little as you like. Leave out names."
        questions.append({**question, "wording": _for(worded, asked), "hint": hint, "speaks_to": speaks_to})
    return questions


def _for(worded: Worded, asked: Collection[str]) -> Worded:
    """The wordings for the audiences that are asked."""
    return {key: text for key, text in worded.items() if key == DEFAULT or key in asked}


def _named(words: str, names: set[str]) -> str:
    name = fresh_name(words, names)
    names |= {name, *(name + end for end in BESIDE)}
    return name


def _codes(clause: Clause) -> list[str]:
    """By which codes answers about a clause are read: its section, or what another code book has for it."""
    return [clause.section] if clause.code in clause.speaks_to or not clause.speaks_to else list(clause.speaks_to)


# Self-assessment by many providers -----------------------------------------------------------------


def met_names(standard: Standard) -> dict[str, str]:
    """Code of each clause a service answers for -> the name of the question how far it is met, whatever the stage."""
    names: set[str] = set()
    return {clause.code: _named(f"{_MET} {clause.code}", names) for clause in standard.lowest}


def self_assessment(standard: Standard, stage: str = "") -> Tables:
    """The tables of a survey in which providers say of each clause of a stage how far they meet it and what shows that,
    and then, where they do not, what they plan. Only pages with something to plan are come to."""
    of_stage = f", {standard.stages[stage]}" if stage in standard.stages else ""
    provider = next(each for each in audiences_offered() if each["name"] == PROVIDER)
    return {
        "title": f"Self-assessment: {standard.title}{of_stage}",
        "public_title": "Looking at our own service",
        "address": "self-assessment",
        "standard": standard.read_by,
        "intro": [
            "Say how far your service meets each point, and what shows it. Where it does not, say what you plan.",
            "You can leave any question blank. We do not ask which service you work for.",
        ],
        "audience": [provider],
        "page": list(_assessed_pages(standard, stage)),
    }


def _assessed_pages(standard: Standard, stage: str) -> Iterator[Tables]:
    names, taken = met_names(standard), set[str]()
    for (section, under), several in groupby(standard.of_stage(stage), lambda each: (each.section, each.under)):
        clauses, title = list(several), under or standard.sections[section]
        asked = [question for clause in clauses for question in _how_far(clause, names[clause.code])]
        yield {"name": _named(f"now {under or section}", taken), "title": title[:LONGEST], "question": asked}
        plans = [_planned(clause, names[clause.code]) for clause in clauses]
        page = {"name": _named(f"next {under or section}", taken), "title": f"What you plan: {title}"[:LONGEST]}
        yield {**page, "question": plans}


def _how_far(clause: Clause, name: str) -> Iterator[Tables]:
    speaks_to = _codes(clause)
    hint = {"hint": clause.text[:LONGEST]} if clause.text != clause.title else {}
    choices = [{"value": value, "label": label} for value, label in MET_SAID.items()]
    wording = f"{clause.code}. {clause.title}"[:LONGEST]
    yield {"name": name, "kind": "one-choice", "wording": wording, **hint, "choices": choices, "speaks_to": speaks_to}
    yield {
        "name": _beside(name, _SHOWS),
        "kind": "long-text",
        "wording": f"What shows it? ({clause.code})",
        "hint": "Leave out names, and what could tell which service it is.",
        "longest": LONGEST,
        "speaks_to": speaks_to,
    }


def _planned(clause: Clause, name: str) -> Tables:
    return {
        "name": _beside(name, _PLAN),
        "kind": "long-text",
        "wording": f"{clause.code}. {clause.title}: what will you do, and by when?"[:LONGEST],
        "longest": LONGEST,
        "relevant": f"${{{name}}} = '{PARTLY}' or ${{{name}}} = '{NOT_MET}'",
        "speaks_to": _codes(clause),
    }


def _beside(name: str, what: str) -> str:
    """The name of the question about the same clause that asks something else."""
    return what + name.removeprefix(_MET)
