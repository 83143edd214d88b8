"""A survey made from a standard: every clause is shown, and people say whether to keep, change or remove it."""

from collections.abc import Collection, Sequence
from typing import Any

from surveys.definition.clauses import Clause, Standard
from surveys.definition.survey import AUDIENCE
from surveys.writing.editing import BESIDE, fresh_name
from surveys.writing.plain_wording import said
from surveys.writing.templates_offered import STARTS

Tables = dict[str, Any]


def audiences_offered() -> list[Tables]:
    """The audiences that a survey made from a standard can ask, in the language it begins in."""
    offered: list[Tables] = STARTS["consultation"].tables()["audience"]
    return [{**audience, "label": said(audience["label"])} for audience in offered]


def from_standard(standard: Standard, sections: Collection[str], audiences: Sequence[Tables]) -> Tables:
    """The tables of a survey with one page for each section chosen, and one question for each of its clauses.

    `sections` are codes of the standard (none chosen: all of them), `audiences` tables with name, label and plural.
    """
    chosen = [code for code in standard.sections if code in sections or not sections]
    names: set[str] = {AUDIENCE}
    pages = [_page(standard, code, names) for code in chosen]
    return {
        "title": f"Views on {standard.title}",
        "public_title": "Your views",
        "address": "clauses",
        "standard": standard.name,
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


def _page(standard: Standard, section: str, names: set[str]) -> Tables:
    clauses = [clause for clause in standard.clauses if clause.section == section]
    title = standard.sections[section]
    page_name = f"section_{section.lower()}"
    return {"name": page_name, "title": title, "question": [_question(clause, names) for clause in clauses]}


def _question(clause: Clause, names: set[str]) -> Tables:
    name = fresh_name(clause.code, names)
    names |= {name, *(name + end for end in BESIDE)}
    return {
        "name": name,
        "kind": "clause-view",
        "wording": clause.title,
        "clause": clause.code,
        "text": clause.text,
        "speaks_to": [clause.section],
    }
