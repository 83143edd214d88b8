"""The form of one page of a self-assessment: what it shows, what was typed into it, and what is wrong with that. Pure.

The fields of the third clause on a page are `met-3`, `evidence-3`, `plan-3` and `by-3`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.revision.self_assessing import OPEN, STATES, Account, Accounts
from analysis.standard.clauses import PlacedClause
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

#: Characters of what is held as evidence, and of a plan.
LONGEST = 2000
#: Days that a plan can have.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_BRITISH = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


@dataclass(frozen=True)
class Typed:
    """The fields of one clause as texts."""

    met: str = OPEN
    evidence: str = ""
    plan: str = ""
    by: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field."""

    field: str
    what: str


def typed_of(accounts: Accounts, clauses: Sequence[PlacedClause]) -> list[Typed]:
    """What the form shows before anybody typed."""
    kept = [accounts.get(each.clause.id, Account()) for each in clauses]
    return [
        Typed(each.met, each.evidence, each.plan, each.plan_by.isoformat() if each.plan_by else "") for each in kept
    ]


def typed_in(form: Mapping[str, str], count: int) -> list[Typed]:
    """What was typed for each of so many clauses."""
    return [_typed(form, number) for number in range(1, count + 1)]


def _typed(form: Mapping[str, str], number: int) -> Typed:
    said = {name: form.get(f"{name}-{number}", "").replace("\r\n", "\n") for name in ("met", "evidence", "plan", "by")}
    return Typed(**said)


def read_typed(typed: Sequence[Typed], clauses: Sequence[PlacedClause]) -> tuple[dict[str, Account], list[Fault]]:
    """Clause id -> what was said, and what is wrong with it; nothing is to be kept where anything is."""
    read: dict[str, Account] = {}
    faults: list[Fault] = []
    for number, (each, placed) in enumerate(zip(typed, clauses, strict=True), 1):
        plan_by = read_day(each.by)
        faults += _faults(each, number, placed.clause.number, plan_by)
        read[placed.clause.id] = Account(each.met, each.evidence.strip(), each.plan.strip(), plan_by)
    return read, faults


def _faults(typed: Typed, number: int, clause: str, plan_by: date | None) -> list[Fault]:
    found = []
    if typed.met not in (*STATES, OPEN):
        found.append(Fault(f"met-{number}", _("{clause}: choose one of the four answers, or none.", clause=clause)))
    for name, text in (("evidence", typed.evidence), ("plan", typed.plan)):
        if over := max(len(text.strip()) - LONGEST, 0):
            found.append(Fault(f"{name}-{number}", _too_long(name, clause, over)))
    if typed.by.strip() and plan_by is None:
        what = _("{clause}, by when: “{typed}” is not a day. Write it like 31/3/2027.", clause=clause, typed=typed.by)
        found.append(Fault(f"by-{number}", what))
    return found


def _too_long(name: str, clause: str, over: int) -> str:
    told = {"clause": clause, "longest": LONGEST}
    if name == "evidence":
        return ngettext(
            "{clause}, what shows it: take out {number} character; up to {longest} can be kept.",
            "{clause}, what shows it: take out {number} characters; up to {longest} can be kept.",
            over,
            **told,
        )
    return ngettext(
        "{clause}, the plan: take out {number} character; up to {longest} can be kept.",
        "{clause}, the plan: take out {number} characters; up to {longest} can be kept.",
        over,
        **told,
    )


def read_day(text: str) -> date | None:
    """A day as a browser sends it (2027-03-31) or as people write it (31/3/2027); None for none, and for no day.

    >>> read_day("31/3/2027"), read_day("2027-02-30")
    (datetime.date(2027, 3, 31), None)
    """
    text = text.strip()
    british = _BRITISH.fullmatch(text)
    try:
        if british:
            day, month, year = map(int, british.groups())
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def mark_of(accounts: Accounts, clauses: Sequence[PlacedClause]) -> str:
    """What a form carries to tell whether somebody else kept something meanwhile."""
    told = repr(typed_of(accounts, clauses))
    return hashlib.sha256(told.encode()).hexdigest()[:20]
