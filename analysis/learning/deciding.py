"""What the machine may decide alone, section by section, and what needs a person: the counts behind the page. Pure.

The promise is the one of `analysis.coding.abstention`; each line of a table carries its own. Counted are passages,
learnt from one audited passage of each response, and responses, which is what shares of sections are counted in: a
response speaks to a section when one of its passages does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.coding.abstention import NEVER, Decision, Limits, decisions, least_sample, lowest_limit

DOUBT = 0.1
#: How many of its decisions may be wrong: what the page offers, and what it begins with.
ERRORS = (0.05, 0.1, 0.2)
USUAL = 0.1


@dataclass(frozen=True)
class Unit:
    """A passage or a response as the machine sees it.

    `chances` of its sections are empty where the machine abstains: that one always needs a person. `sure`: how likely
    `chosen` is exactly right.
    """

    id: bytes
    response_id: bytes
    chances: Mapping[str, float]
    chosen: frozenset[str] = frozenset()
    sure: float = 0.0

    def needs_person(self, limits: Limits) -> bool:
        """Whether the machine abstains, or leaves a section of it open."""
        return not self.chances or limits.needs_person(self.chances)


Known = tuple[Unit, Collection[str]]  # what the machine says, and the sections that people gave


@dataclass(frozen=True)
class Side:
    """One side of a line: the limit from which the machine decides, and how many audited ones are on that side."""

    limit: float
    audited: int

    @property
    def decides(self) -> bool:
        """Whether there is a limit at all."""
        return self.limit < NEVER


@dataclass(frozen=True)
class Line:
    """One section: how many the machine may say yes to, no to, and how many need a person."""

    code: str
    yes: int
    no: int
    person: int
    present: Side
    absent: Side


@dataclass(frozen=True)
class Decided:
    """One table. `whole`: decided in every section; `exact`: whole sets at once, by how sure the suggestion is."""

    lines: tuple[Line, ...]
    total: int
    audited: int
    whole: int
    exact: int
    exact_side: Side

    @property
    def person(self) -> int:
        """How many need a person in one section or more."""
        return self.total - self.whole

    @property
    def limits(self) -> Limits:
        """From which chance on the machine decides."""
        present = {line.code: line.present.limit for line in self.lines}
        return Limits(present, {line.code: line.absent.limit for line in self.lines})


@dataclass(frozen=True)
class Learnt:
    """What an audit allows: each section's two sides (present, absent), and that of whole sets at once.

    `audited`: how many audited ones it was learnt from.
    """

    sides: Mapping[str, tuple[Side, Side]]
    exact: Side
    audited: int

    @property
    def limits(self) -> Limits:
        """From which chance on the machine decides."""
        present = {code: yes.limit for code, (yes, _no) in self.sides.items()}
        return Limits(present, {code: no.limit for code, (_yes, no) in self.sides.items()})


def learn(known: Iterable[Known], codes: Sequence[str], error: float) -> Learnt:
    """What may be decided with at most this error."""
    tried = [(unit, given) for unit, given in known if unit.chances]
    pairs = [(unit.chances, given) for unit, given in tried]
    sides = {
        code: (_side(decisions(pairs, code, there=True), error), _side(decisions(pairs, code, there=False), error))
        for code in codes
    }
    return Learnt(sides, _side([(unit.sure, unit.chosen == set(given)) for unit, given in tried], error), len(tried))


def decide(units: Sequence[Unit], known: Iterable[Known], codes: Sequence[str], error: float) -> Decided:
    """What the machine may decide among `units`, with limits learnt from `known`; looked at one by one."""
    learnt = learn(known, codes, error)
    limits, clear = learnt.limits, [unit for unit in units if unit.chances]
    return Decided(
        tuple(_line(code, clear, len(units), limits, *sides) for code, sides in learnt.sides.items()),
        len(units),
        learnt.audited,
        sum(not unit.needs_person(limits) for unit in units),
        sum(unit.sure >= learnt.exact.limit for unit in clear),
        learnt.exact,
    )


def _side(tried: Sequence[Decision], error: float) -> Side:
    return Side(lowest_limit(tried, error, DOUBT), sum(sure >= 0.5 for sure, _right in tried))


def _line(code: str, clear: Sequence[Unit], total: int, limits: Limits, present: Side, absent: Side) -> Line:
    said = [limits.says(code, unit.chances[code]) for unit in clear]
    yes, no = said.count(True), said.count(False)
    return Line(code, yes, no, total - yes - no, present, absent)


def as_responses(passages: Iterable[Unit]) -> list[Unit]:
    """Each response as the likeliest of its passages for each section; it abstains where one of them does.

    `passages` come response by response.
    """
    return [_together(list(group)) for _id, group in groupby(passages, key=lambda each: each.response_id)]


def _together(group: list[Unit]) -> Unit:
    response_id = group[0].response_id
    if not all(unit.chances for unit in group):
        return Unit(response_id, response_id, {})
    chances = {code: max(unit.chances[code] for unit in group) for code in group[0].chances}
    chosen = frozenset[str]().union(*(unit.chosen for unit in group))
    return Unit(response_id, response_id, chances, chosen, min(unit.sure for unit in group))


def least(error: float) -> int:
    """How many audited decisions of one kind would be needed at the very least, with not one of them wrong."""
    return least_sample(error, DOUBT)
