"""A service's own account of how far it meets a standard: what it answers for, how that adds up, what changed. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis.standard.clauses import Clause, PlacedClause, StandardText
from safekeeping.languages import gettext as _

#: How far a clause is met; empty is not said yet.
MET, PARTLY, NOT_MET, NOT_FOR_US = STATES = ("met", "partly", "not met", "not for us")
OPEN = ""
#: What each is called.
STATES_SAID = {
    MET: _("Met"),
    PARTLY: _("Partly met"),
    NOT_MET: _("Not met"),
    NOT_FOR_US: _("Not for us"),
    OPEN: _("Nothing said yet"),
}
#: What needs a plan.
SHORT = (PARTLY, NOT_MET)
#: A section with more clauses is filled in standard by standard, since a form of that length wears people out.
MOST_AT_ONCE = 12
_BETTER = {NOT_MET: 0, PARTLY: 1, MET: 2}


@dataclass(frozen=True)
class Account:
    """What a service says of one clause: how far it meets it, what shows that, what it will do and by when."""

    met: str = OPEN
    evidence: str = ""
    plan: str = ""
    plan_by: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether its plan should be done, and the clause is not met."""
        return self.met in SHORT and self.plan_by is not None and self.plan_by < today


#: Clause id -> what is said of it.
Accounts = Mapping[str, Account]
_NOTHING = Account()


@dataclass(frozen=True)
class Portion:
    """What is filled in on one page: a section, or a standard of a long one. `colour`: the place of its section."""

    number: int
    heading: Clause
    colour: int
    clauses: tuple[PlacedClause, ...]


@dataclass(frozen=True)
class Tally:
    """How many clauses are met, partly met and so on; under `OPEN` those nothing is said of yet."""

    title: str
    counts: Mapping[str, int]
    number: str = ""
    colour: int = 0

    @property
    def total(self) -> int:
        """How many clauses there are."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Of how many something is said."""
        return self.total - self.counts[OPEN]

    def strips(self) -> Iterator[tuple[str, float, float]]:
        """State, where its strip begins and how wide it is, in per cent of the bar; none for what is nobody's."""
        begin = 0
        for state in (*STATES, OPEN):
            if count := self.counts[state]:
                yield state, round(100 * begin / self.total, 3), round(100 * count / self.total, 3)
                begin += count


@dataclass(frozen=True)
class Gap:
    """A clause that is not met, or partly, and what is said of it."""

    placed: PlacedClause
    account: Account
    overdue: bool


@dataclass(frozen=True)
class Changed:
    """A clause of which something else was said the last time."""

    placed: PlacedClause
    before: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """What changed since the last time, of clauses that both answer for. `other`: to or from “not for us”."""

    better: tuple[Changed, ...] = ()
    worse: tuple[Changed, ...] = ()
    other: tuple[Changed, ...] = ()
    same: int = 0
    fresh: tuple[PlacedClause, ...] = field(default=())


def assessed_clauses(text: StandardText, stage: str = "") -> tuple[PlacedClause, ...]:
    """The lowest clauses of a stage, in order; of all of it where `stage` is empty, or where no clause names it."""
    lowest = text.lowest()
    mine = tuple(each for each in lowest if not stage or stage in stages_of(each))
    return mine or lowest


def stages_of(placed: PlacedClause) -> tuple[str, ...]:
    """The stages a clause belongs to: its own, or those of the nearest above that has any."""
    return next((each.stages for each in (placed.clause, *reversed(placed.above)) if each.stages), ())


def portions(text: StandardText, stage: str = "") -> tuple[Portion, ...]:
    """What is filled in page by page: section by section, a long section standard by standard."""
    clauses = assessed_clauses(text, stage)
    found: list[tuple[Clause, int, tuple[PlacedClause, ...]]] = []
    for place, section in enumerate(text.clauses, 1):
        inside = tuple(each for each in clauses if each.section.id == section.id)
        if len(inside) <= MOST_AT_ONCE:
            found += [(section, place, inside)]
        else:
            found += [(heading, place, mine) for heading, mine in _by_standard(inside)]
    return tuple(Portion(at, *each) for at, each in enumerate((each for each in found if each[2]), 1))


def _by_standard(clauses: Iterable[PlacedClause]) -> Iterator[tuple[Clause, tuple[PlacedClause, ...]]]:
    by_id: dict[str, list[PlacedClause]] = {}
    for each in clauses:
        by_id.setdefault(each.standard.id, []).append(each)
    for mine in by_id.values():
        yield mine[0].standard, tuple(mine)


def tally(title: str, clauses: Iterable[PlacedClause], accounts: Accounts, number: str = "", colour: int = 0) -> Tally:
    """How these clauses add up."""
    counted = Counter(accounts.get(each.clause.id, _NOTHING).met for each in clauses)
    return Tally(title, {state: counted[state] for state in (*STATES, OPEN)}, number, colour)


def by_section(text: StandardText, clauses: Sequence[PlacedClause], accounts: Accounts) -> tuple[Tally, ...]:
    """A tally of each section with something in it, in order."""
    found = []
    for place, section in enumerate(text.clauses, 1):
        inside = [each for each in clauses if each.section.id == section.id]
        if inside:
            found.append(tally(section.title, inside, accounts, section.number, place))
    return tuple(found)


def by_stage(text: StandardText, clauses: Sequence[PlacedClause], accounts: Accounts) -> tuple[Tally, ...]:
    """A tally of each stage of the edition, over those of its clauses that are answered for."""
    found = []
    for stage in text.stages:
        wanted = {each.clause.id for each in assessed_clauses(text, stage.code)}
        inside = [each for each in clauses if each.clause.id in wanted]
        if inside:
            found.append(tally(stage.title, inside, accounts))
    return tuple(found)


def gaps(clauses: Iterable[PlacedClause], accounts: Accounts, today: date) -> tuple[Gap, ...]:
    """What is not met or partly, that with the earliest day first, that without a day last."""
    found = []
    for each in clauses:
        account = accounts.get(each.clause.id, _NOTHING)
        if account.met in SHORT:
            found.append(Gap(each, account, account.is_overdue(today)))
    return tuple(sorted(found, key=lambda gap: gap.account.plan_by or date.max))


def compare(clauses: Iterable[PlacedClause], accounts: Accounts, before: Accounts) -> Comparison:
    """What is said now beside what was said the last time; clauses nothing is said of yet are left out."""
    moved: dict[str, list[Changed]] = {"better": [], "worse": [], "other": []}
    fresh, same = [], 0
    for each in clauses:
        now = accounts.get(each.clause.id, _NOTHING).met
        was = said_before(each.clause, before).met
        if now == OPEN:
            continue
        if was == OPEN:
            fresh.append(each)
        elif was == now:
            same += 1
        else:
            moved[_direction(was, now)].append(Changed(each, was, now))
    found = {name: tuple(several) for name, several in moved.items()}
    return Comparison(**found, same=same, fresh=tuple(fresh))


def _direction(was: str, now: str) -> str:
    if was not in _BETTER or now not in _BETTER:
        return "other"
    return "better" if _BETTER[now] > _BETTER[was] else "worse"


def said_before(clause: Clause, before: Accounts) -> Account:
    """What was said of a clause, or of the one clause of an earlier edition that it comes from; else nothing."""
    if clause.id in before or len(clause.earlier) != 1:
        return before.get(clause.id, _NOTHING)
    return before.get(clause.earlier[0], _NOTHING)
