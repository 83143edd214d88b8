"""A second consultation: a survey that shows what is proposed, clause by clause, and asks what people think. Pure.

The survey is in English, like every draft that Heard begins; whoever writes surveys goes on from there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.revision.proposal_file import placed_of
from analysis.revision.proposal_rules import NUMBER
from analysis.revision.proposal_standing import OPEN, ProposalStanding
from analysis.revision.tables import ADD, CHANGE, KEEP, REMOVE
from analysis.standard.clauses import Clause, PlacedClause, StandardText
from surveys.definition.survey import AUDIENCE
from surveys.writing.editing import BESIDE, fresh_name

Tables = dict[str, Any]
#: A text of a survey has so many characters at the most.
LONGEST = 2000
#: What people would read under a clause, the first part of it that says something.
READ = ("wording", "purpose")
_HINTS = {
    CHANGE: "“Keep” means the new words are right. “Change” means they need other words.",
    ADD: "“Keep” means it should be added as it is. “Change” means it needs other words.",
    REMOVE: "“Keep” means it should stay. “Remove” means it should go, as we propose.",
    KEEP: "“Keep” means it should stay as it is. “Change” means it needs other words.",
}


def can_be_asked(every: Iterable[ProposalStanding]) -> list[ProposalStanding]:
    """The proposals that people can be asked about: those that are open or adopted."""
    return [each for each in every if each.state == OPEN or each.is_adopted]


def second_survey(
    text: StandardText, chosen: Sequence[ProposalStanding], audiences: Sequence[Tables]
) -> tuple[Tables, list[int]]:
    """The tables of a survey on these proposals, a page for each section, and the numbers of those cut short."""
    pages: dict[str, Tables] = {}
    places, names = text.placed(), {AUDIENCE}
    short = [each.row.number for each in chosen if len(_shown(each, places.get(each.row.clause_id))) > LONGEST]
    for each in chosen:
        around = placed_of(each, places)
        section = around.section if around else Clause("", "", "New sections", "")
        page = pages.setdefault(section.number, {"name": _page_name(section), "title": section.title, "question": []})
        page["question"].append(_question(each, around, places.get(each.row.clause_id), names))
    order = [each.number for each in text.clauses] + [""]
    tables = {
        "title": f"Second consultation on {text.title}",
        "public_title": "Your views",
        "address": "second-views",
        "standard": text.frame,
        "intro": [
            "People told us what services should do. Here is what we now propose. Tell us if we understood.",
            "You can leave any question blank. We do not ask who you are.",
        ],
        "audience": [dict(audience) for audience in audiences],
        "page": [*_who(audiences), *(pages[number] for number in order if number in pages)],
    }
    return tables, short


def _who(audiences: Sequence[Tables]) -> list[Tables]:
    if len(audiences) == 1:
        return []
    asked = {"name": AUDIENCE, "kind": "audience", "wording": "Which of these is closest to you?"}
    asked["required_because"] = "It decides which questions you see."
    return [{"name": "you", "title": "About you", "question": [asked]}]


def _page_name(section: Clause) -> str:
    return fresh_name(f"section_{section.number or 'new'}", ())


def _question(
    each: ProposalStanding, around: PlacedClause | None, placed: PlacedClause | None, names: set[str]
) -> Tables:
    clause = placed.clause if placed else None
    number = each.fields.get(NUMBER) or (clause.number if clause else "")
    name = fresh_name(f"proposal_{each.row.number}", names)
    names |= {name, *(name + end for end in BESIDE)}
    asked = {
        "name": name,
        "kind": "clause-view",
        "wording": each.fields.get("title") or (clause.title if clause else number),
        "hint": _HINTS[each.row.kind],
        "clause": number or str(each.row.number),
        "text": _fit(_shown(each, placed)),
    }
    codes = list(around.codes) if around else []
    return {**asked, "speaks_to": codes} if codes else asked


def _shown(each: ProposalStanding, placed: PlacedClause | None) -> str:
    now = _reads(placed.clause) if placed else ""
    new = next((each.fields[name] for name in READ if each.fields.get(name)), "")
    if each.row.kind == ADD:
        return f"We propose to add this:\n\n{new or each.fields.get('title', '')}"
    if each.row.kind == REMOVE:
        return f"We propose to take this out:\n\n{now}"
    if each.row.kind == KEEP:
        return f"We propose to keep this as it is:\n\n{now}"
    if new:
        return f"We propose that it says:\n\n{new}" + (f"\n\nIt says now:\n\n{now}" if now else "")
    return _smaller_change(each, placed, now)


def _smaller_change(each: ProposalStanding, placed: PlacedClause | None, now: str) -> str:
    """A change of the title, or of what stands beside the wording."""
    said = "\n\n".join(text for name, text in each.fields.items() if name not in ("title", *READ) and text)
    title, before = each.fields.get("title"), placed.clause.title if placed else ""
    parts = [f"We propose to call it “{title}”. It is called “{before}” now."] if title else []
    parts += [f"We propose that it says beside its wording:\n\n{said}"] if said else []
    parts += [] if parts else ["We propose to take out what it says beside its title."]
    return "\n\n".join([*parts, *([f"It says now:\n\n{now}"] if now else [])])


def _reads(clause: Clause) -> str:
    return next((getattr(clause, name) for name in READ if getattr(clause, name)), clause.title)


def _fit(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 4].rpartition(" ")[0] + " […]"
