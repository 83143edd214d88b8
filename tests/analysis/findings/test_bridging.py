"""Shares carried over from one code book to another hold the truth as often as they say; nothing comes of too few.

Audits and bridges are drawn anew from one population, and figures go the whole way: estimated, let through, carried.
"""

from dataclasses import dataclass
from math import inf, sqrt
from random import Random

import numpy as np
import pytest

from analysis.findings.letting_through import let_through
from analysis.findings.shown import ALL, SECTION, WITHHELD, Code, Figure
from analysis.findings.tallying import AuditedRow, Tally
from analysis.findings.waves.asked_codes import Asked, Column
from analysis.findings.waves.bridge import Pairs, TooFewPairs, artefact, carried
from analysis.findings.waves.bridge_tables import ONLY, Bridged, bridge_table, own_table
from analysis.findings.waves.carried_shares import CARRIED, FOUND, over_bridge, said_apart
from analysis.findings.waves.share_changes import Change, Share
from analysis.findings.waves.wave_shares import OTHER, OWN
from analysis.findings.waves.wave_table import BEFORE, Compared, wave_table

CODE, NEW = Code("A", "Access", SECTION, "A"), Code("N", "New", SECTION, "N")
STRATA = {"survivor": 0, "provider": 1}
SIZES, AUDITED, BRIDGED = (800, 400), (160, 90), (70, 40)


@dataclass(frozen=True)
class Books:
    """How often the older book finds a code, and how the newer one differs: of those found, and of the others."""

    share: float
    lost: float
    gained: float
    right: float = 0.85  # how often the machine is


@dataclass
class Population:
    """Everybody: (stratum, older book, newer book, the machine's score)."""

    people: list[tuple[int, bool, bool, float]]

    @property
    def truth(self) -> float:
        """The share by the newer book."""
        return sum(each[2] for each in self.people) / len(self.people)

    def of(self, stratum: int) -> list[int]:
        """Who belongs to a stratum."""
        return [place for place, each in enumerate(self.people) if each[0] == stratum]


def population(books: Books, draw: Random) -> Population:
    people = []
    for stratum, size in enumerate(SIZES):
        for _each in range(size):
            old = draw.random() < books.share * (1.2 if stratum else 0.9)
            new = draw.random() >= books.lost if old else draw.random() < books.gained
            score = 0.9 if old == (draw.random() < books.right) else 0.1
            people.append((stratum, old, new, score))
    return Population(people)


class Drawn:
    """Tables of a population, of which audit and bridge are drawn again and again."""

    def __init__(self, whole: Population) -> None:
        self.whole, self.columns = whole, [Column(CODE, frozenset("A"))]
        self.asked = [Asked(CODE, frozenset("A"), frozenset("A")), Asked(NEW, frozenset(), frozenset("A"))]
        self.tally, self.pairs = Tally(ONLY, STRATA, 1), Tally(ONLY, STRATA, 4)
        for stratum, _old, _new, score in whole.people:
            name = list(STRATA)[stratum]
            self.tally.add({}, name, np.array([score]), np.array([float(score > 0.5)]))
            self.pairs.add({}, name, np.zeros(4), np.zeros(4))

    def again(self, draw: Random, audited: tuple[int, ...] = AUDITED, bridged: tuple[int, ...] = BRIDGED) -> Bridged:
        """Draw an audit and, of it, a bridge."""
        self.tally.audited, self.pairs.audited = [], []
        found = Bridged(self.asked, self.pairs)
        for stratum, name in enumerate(STRATA):
            some = draw.sample(self.whole.of(stratum), audited[stratum])
            for place in some:
                _stratum, old, _new, score = self.whole.people[place]
                row = AuditedRow(stratum, [0], np.array([score]), np.array([float(old)]))
                self.tally.audited.append(row)
            for place in draw.sample(some, bridged[stratum]):
                _stratum, old, new, _score = self.whole.people[place]
                marks = np.array([old, False, new, new], dtype=float)
                self.pairs.audited.append(AuditedRow(stratum, [0], np.zeros(4), marks))
                found.coded.setdefault(name, []).append([(old, new), (False, new)])
        return found

    def figures(self, bridged: Bridged) -> dict[str, Figure]:
        """What the page shows of the earlier wave: the code carried over, and the new one."""
        own, bridge = let_through(own_table(self.tally, self.columns)), let_through(bridge_table(bridged))
        over = over_bridge([Compared("A", "A", CODE)], own, bridge, BEFORE)
        return {code: figure for (code, _wave), figure in over.instead.items()}


CELLS = [
    Books(0.3, 0.3, 0.0),
    pytest.param(Books(0.3, 0.0, 0.15, right=0.6), marks=pytest.mark.slow),
    pytest.param(Books(0.12, 0.2, 0.05), marks=pytest.mark.slow),
    pytest.param(Books(0.5, 0.25, 0.25, right=0.98), marks=pytest.mark.slow),
    pytest.param(Books(0.4, 0.02, 0.02, right=0.5), marks=pytest.mark.slow),
    pytest.param(Books(0.1, 0.6, 0.02), marks=pytest.mark.slow),
]


def unrounded(drawn: Drawn, bridged: Bridged) -> bool:
    """Whether the same before anything is rounded, by the formula alone, holds the truth."""
    estimate = own_table(drawn.tally, drawn.columns).figures["A", ALL]
    book = bridge_table(bridged).differences[0]
    assert estimate.share is not None
    assert estimate.low is not None
    assert estimate.high is not None
    variances = [
        ((high - low) / 2 / 1.959964) ** 2 for low, high in ((estimate.low, estimate.high), (book.low, book.high))
    ]
    change = Change(book.points, variances[1], inf, book.low, book.high, 0.0)
    found = carried(Share(estimate.share, variances[0]), change)
    return abs(found.share - drawn.whole.truth) <= 1.959964 * sqrt(found.variance)


@pytest.mark.parametrize("books", CELLS)
def test_a_carried_share_holds_the_truth_as_often_as_it_says(books: Books) -> None:
    draw, trials = Random(11), 200
    drawn, plain = Drawn(population(books, draw)), 0
    held, shown = dict.fromkeys((CARRIED, FOUND), 0), dict.fromkeys((CARRIED, FOUND), 0)
    for _each in range(trials):
        bridged = drawn.again(draw)
        plain += unrounded(drawn, bridged)
        for figure in drawn.figures(bridged).values():
            assert figure.low is not None
            assert figure.high is not None
            shown[figure.why] += 1
            held[figure.why] += figure.low <= 100 * drawn.whole.truth <= figure.high
    assert plain / trials >= 0.93
    assert all(times > trials / 4 and held[why] / times >= 0.93 for why, times in shown.items())


def test_one_book_taken_for_the_other_does_not() -> None:
    draw = Random(3)
    drawn, held = Drawn(population(Books(0.3, 0.3, 0.0), draw)), 0
    for _each in range(50):
        drawn.again(draw)
        figure = let_through(own_table(drawn.tally, drawn.columns)).of("A", ALL)
        assert figure.low is not None
        assert figure.high is not None
        held += figure.low <= 100 * drawn.whole.truth <= figure.high
    assert held < 25


@pytest.mark.parametrize("bridged", [(12, 7), (19, 0), (40, 0)])
def test_nothing_comes_of_a_bridge_with_too_few_or_without_an_audience(bridged: tuple[int, ...]) -> None:
    draw = Random(5)
    drawn = Drawn(population(Books(0.4, 0.3, 0.1), draw))
    shown = let_through(bridge_table(drawn.again(draw, bridged=bridged)))
    assert shown.differences == ()
    assert {each.kind for each in shown.figures.values()} == {WITHHELD}
    own = let_through(own_table(drawn.tally, drawn.columns))
    over = over_bridge([Compared("A", "A", CODE)], own, shown, BEFORE)
    assert (dict(over.instead), over.pairs) == ({}, None)


def test_a_bridge_of_few_people_is_withheld_though_all_were_coded() -> None:
    people = [(0, place < 12, place < 4, 0.5) for place in range(30)]
    drawn = Drawn(Population(people))
    shown = let_through(bridge_table(drawn.again(Random(1), (30, 0), (30, 0))))
    assert shown.of("A", OWN).percent == 33  # 10 of 30, as rounded
    assert shown.of("A", OTHER).percent is None  # four people
    assert shown.differences == ()


def test_a_change_is_taken_apart_in_points_that_add_up() -> None:
    draw = Random(2)
    drawn = Drawn(population(Books(0.3, 0.3, 0.0), draw))
    bridged = drawn.again(draw)
    own, bridge = let_through(own_table(drawn.tally, drawn.columns)), let_through(bridge_table(bridged))
    figures = {("A", ALL): Figure(45, 40, 50, own.of("A", ALL).kind)}
    later = type(own)("waves", "", own.codes, own.groups, figures)
    over = over_bridge([Compared("A", "A", CODE)], own, bridge, BEFORE)
    table = wave_table(own, later, over.compared, ("2023", "2026"), instead=over.instead)
    before, after, (moved, *_rest) = own.of("A", ALL).percent, table.of("A", BEFORE).percent, table.differences
    assert before is not None
    assert after is not None
    assert after == before + bridge.differences[0].points
    assert moved.points == 45 - after
    ((_code, told),) = said_apart(over, (own, later), {each.code: each for each in table.differences})
    assert f"rose by {45 - before} points. The new wording of the code alone would have lowered it by" in told
    assert f"Without that, it rose by {moved.points} points." in told


def test_what_adds_up_to_everybody_adds_no_doubt_and_a_small_part_left_out_adds_some() -> None:
    whole = artefact([Pairs(900, 100, 9, 0), Pairs(30, 30, 3, 0)])
    apart = artefact([Pairs(900, 100, 9, 0), Pairs(30, 1, 1, 0)])
    assert apart.variance == pytest.approx(
        artefact([Pairs(900, 100, 9, 0)]).variance * (900 / 930) ** 2 + 0.000347, rel=1e-2
    )
    assert whole.variance < apart.variance
    with pytest.raises(TooFewPairs):
        artefact([Pairs(300, 100, 9, 0), Pairs(60, 1, 1, 0)])


def test_a_carried_share_stays_a_share() -> None:
    assert carried(Share(0.05, 0.001, 40), Change(-0.2, 0.001, 30, -0.3, -0.1, 0.0)).share == 0
    both = carried(Share(0.5, 0.001, 40), Change(0.1, 0.002, 30, 0, 0.2, 0.0))
    assert (both.share, both.variance) == pytest.approx((0.6, 0.003))
