"""How well coders agree: against published examples, other programs, and coders whose agreement is known."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from analysis.coding.agreement import SEED, Labels, Table, counted, distances, draws, estimate, kappa, masi
from analysis.coding.agreement_file import Codings, agreement, read_codings
from analysis.coding.agreement_said import as_text
from analysis.commands import agreement_command
from surveys.formats.bad_spreadsheet import BadSpreadsheet

NO = None

#: Krippendorff 2011, section C, and Gwet 2014: twelve units, four observers, five values, some missing.
FOUR_RATERS = [
    (1, 1, NO, 1),
    (2, 2, 3, 2),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 2, 1),
    (2, 2, 2, 2),
    (NO, 5, 5, 5),
    (NO, NO, 1, 1),
    (NO, NO, 3, NO),
]
#: Krippendorff 2011, section A: ten units, two observers, two values.
SECTION_A = list(zip((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0), strict=True))
#: Fleiss 1971 as often reprinted: ten subjects, fourteen raters, five values, as counts.
FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def table(units: Sequence[tuple[object, ...]]) -> Table:
    given_to = [[value for value in unit if value is not NO] for unit in units]
    return Table(counted(given_to, sorted({value for unit in given_to for value in unit}, key=str)))


def once(measure: object, items: int) -> float:
    (value,) = measure(np.ones((1, items)))  # type: ignore[operator]
    return float(value)


@pytest.mark.parametrize(
    ("measure", "published"),
    [("alpha", 0.74342), ("fleiss", 0.76117), ("gwet", 0.77544), ("agreement", 0.81818)],
)
def test_four_raters_as_published(measure: str, published: float) -> None:
    """Krippendorff 2011 (C): .743; the other figures as Gwet's irrCAC prints them for the same data."""
    assert once(getattr(table(FOUR_RATERS), measure), len(FOUR_RATERS)) == pytest.approx(published, abs=5e-6)


def test_two_observers_as_published() -> None:
    """Krippendorff 2011 (A): alpha .095."""
    assert once(table(SECTION_A).alpha, 10) == pytest.approx(0.0952, abs=5e-5)


def test_fleiss_as_published() -> None:
    """Fleiss 1971: kappa .2099."""
    found = Table(np.array(FLEISS, dtype=float))
    assert once(found.fleiss, 10) == pytest.approx(0.2099, abs=5e-5)


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "published"),
    [
        (20, 5, 10, 15, 0.4000),  # the textbook fifty proposals
        (45, 15, 25, 15, 0.1304),  # the pair of tables with 60 % agreement each
        (25, 35, 5, 35, 0.2593),
        (118, 5, 2, 0, -0.0234),  # Gwet 2008: high agreement, kappa below nothing
    ],
)
def test_cohen_as_published(both: int, first: int, second: int, neither: int, published: float) -> None:
    pairs = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    assert kappa(pairs) == pytest.approx(published, abs=5e-5)


def test_where_one_value_is_rare_ac1_holds_as_published() -> None:
    """Gwet 2008: AC1 .9408 where kappa is -.0234."""
    pairs = [(1, 1)] * 118 + [(1, 0)] * 5 + [(0, 1)] * 2
    assert once(table(pairs).gwet, 125) == pytest.approx(0.9408, abs=5e-5)


def test_agreement_on_what_is_there_and_what_is_not_as_published() -> None:
    """Cicchetti and Feinstein 1990: 2a / (2a + b + c), and the same of what is not there."""
    found = table([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15)
    assert once(found.on(1), 50) == pytest.approx(40 / 55)
    assert once(found.on(0), 50) == pytest.approx(30 / 45)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("", "a", 1),
        ("a", "a", 0),
        ("a", "b", 1),
        ("a", "ab", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("abc", "abcd", 1 - 3 / 4 * 2 / 3),
    ],
)
def test_masi(one: str, other: str, distance: float) -> None:
    assert masi(frozenset(one), frozenset(other)) == pytest.approx(distance)
    assert masi(frozenset(other), frozenset(one)) == pytest.approx(distance)


values = st.integers(0, 3) | st.none()


@given(st.lists(st.tuples(values, values, values), min_size=2, max_size=30))
@settings(max_examples=150)
def test_alpha_is_what_another_program_says(units: list[tuple[int | None, ...]]) -> None:
    rated = [unit for unit in units if sum(value is not None for value in unit) >= 2]
    seen = {value for unit in rated for value in unit if value is not None}
    if len(seen) < 2:
        if rated:
            assert np.isnan(once(table(units).alpha, len(units)))
        return
    theirs = krippendorff.alpha(
        reliability_data=np.array([[np.nan if value is None else value for value in unit] for unit in units]).T,
        level_of_measurement="nominal",
    )
    assert once(table(units).alpha, len(units)) == pytest.approx(theirs, abs=1e-9)


letters = st.frozensets(st.sampled_from("abc"), min_size=1)


@given(st.lists(st.tuples(letters, letters), min_size=3, max_size=25))
@settings(max_examples=80)
def test_alpha_of_sets_is_what_nltk_says(units: list[tuple[Labels, Labels]]) -> None:
    """NLTK rounds MASI's thirds to .67 and .33, and cannot have empty sets."""
    values = sorted({value for unit in units for value in unit}, key=sorted)
    if len(values) < 2:
        return
    found = Table(counted(units, values), distances(values, masi_distance))
    rows = [(str(coder), str(at), value) for at, unit in enumerate(units) for coder, value in enumerate(unit)]
    assert once(found.alpha, len(units)) == pytest.approx(AnnotationTask(rows, masi_distance).alpha(), abs=1e-9)


def codings(*items: dict[str, str], respondents: tuple[str, ...] = ()) -> Codings:
    sets = tuple({coder: frozenset(given.split()) for coder, given in item.items()} for item in items)
    names = tuple(str(number) for number in range(len(items)))
    return Codings(names, sets, respondents or names)


coded = st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["", "a", "b", "a b", "a b c"]), max_size=3)


@given(st.lists(coded, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_neither_the_order_nor_empty_sets_matter(items: list[dict[str, str]], chance: random.Random) -> None:
    mixed = list(items)
    chance.shuffle(mixed)
    here, there = agreement(codings(*items)), agreement(codings(*mixed))
    for name, found in here.overall.items():
        assert found.value == pytest.approx(there.overall[name].value)
        assert found.value is None or found.value <= 1 + 1e-9
    assert here.confusions == there.confusions
    assert [pair.kappa for pair in here.pairs] == [pair.kappa for pair in there.pairs]
    as_text(here)


def test_coders_who_always_agree_and_those_of_whom_nothing_can_be_said() -> None:
    same = agreement(codings({"x": "a", "y": "a"}, {"x": "", "y": ""}, {"x": "a b", "y": "a b"}))
    assert {name: found.value for name, found in same.overall.items()} == dict.fromkeys(same.overall, 1.0)
    one_value = agreement(codings({"x": "a", "y": "a"}, {"x": "a", "y": "a"}))
    assert [found.value for found in one_value.overall.values()] == [None, None, None, 1.0]
    assert one_value.pairs[0].kappa is None
    alone = agreement(codings({"x": "a"}, {"y": "b"}))
    assert {found.value for found in alone.overall.values()} == {None}
    assert alone.pairs[0].identical is None


@pytest.mark.parametrize("truth", [0.0, 0.3, 0.6, 0.9])
def test_simulated_coders_are_found_to_agree_as_they_were_made(truth: float) -> None:
    """The second repeats the first with that chance and else draws as the first drew: kappa is that chance."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    first, own = (chance.choice(4, size=40_000, p=[0.4, 0.3, 0.2, 0.1]) for _ in range(2))
    second = np.where(chance.random(40_000) < truth, first, own)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    assert kappa(pairs) == pytest.approx(truth, abs=0.02)
    found = table(pairs)
    for measure in (found.alpha, found.fleiss):
        assert once(measure, len(pairs)) == pytest.approx(truth, abs=0.02)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance, held, runs = np.random.Generator(np.random.PCG64(SEED)), 0, 120
    drawn = draws(range(150))
    for _ in range(runs):
        first = chance.choice(3, size=150, p=[0.5, 0.3, 0.2])
        second = np.where(chance.random(150) < 0.7, first, chance.choice(3, size=150, p=[0.5, 0.3, 0.2]))
        found = estimate(table(list(zip(first.tolist(), second.tolist(), strict=True))).alpha, drawn)
        held += (found.low or 0) <= 0.7 <= (found.high or 0)
    assert held / runs >= 0.88


def test_answers_of_one_respondent_are_drawn_together() -> None:
    """The same answers copied three times say no more than once, if they are known to be one person's."""
    items = [{"x": "a", "y": chosen} for chosen in "a b a b a a b a a b".split()] + [{"x": "b", "y": "b"}] * 6
    once_each, copied = agreement(codings(*items)), codings(*items * 3, respondents=tuple(map(str, range(16))) * 3)
    alone, grouped = once_each.overall["identical"], agreement(copied).overall["identical"]
    assert (alone.low, alone.high) == (grouped.low, grouped.high)
    apart = agreement(codings(*items * 3)).overall["identical"]
    assert (apart.high or 0) - (apart.low or 0) < 0.7 * ((grouped.high or 0) - (grouped.low or 0))


def written(path: Path, *rows: str, header: str = "coder,item,labels") -> Path:
    file = path / "codings.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_the_command_on_a_file(tmp_path: Path) -> None:
    rows = ["ann,1,LG", "ben,1,LG", "ann,2,LG+AE", "ben,2,AE", "ann,3,", "ben,3,", "ann,4,SD", "ben,4,OE"]
    done = CliRunner().invoke(agreement_command, [str(written(tmp_path, *rows)), "--json"])
    found = json.loads(done.output)
    assert (done.exit_code, found["items"], found["shared"], found["coders"]) == (0, 4, 4, ["ann", "ben"])
    assert found["overall"]["identical"]["value"] == 0.5
    assert found["pairs"][0]["kappa"] == pytest.approx(3 / 7)
    assert found["confusions"] == [
        {"one": "", "other": "LG", "items": 1},
        {"one": "OE", "other": "SD", "items": 1},
    ]
    said = CliRunner().invoke(agreement_command, [str(tmp_path / "codings.csv")]).output
    assert "4 items, 4 of them coded by two or more. 2 coders: ann, ben." in said
    assert "ann and ben: 4, 50%, 0.429" in said


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["ann,1,LG", ",1,LG"], "row 2 names no coder"),
        (["ann,,LG"], "row 1 names no item"),
        (["ann,1,LG", "ben,1,LG", "ann,1,AE"], "row 3: ann has coded 1 in an earlier row"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_its_row(tmp_path: Path, rows: list[str], says: str) -> None:
    with pytest.raises(BadSpreadsheet, match=says):
        read_codings(written(tmp_path, *rows))
    done = CliRunner().invoke(agreement_command, [str(tmp_path / "codings.csv")])
    assert (done.exit_code, says in done.stderr) == (2, True)


def test_an_item_is_of_one_respondent(tmp_path: Path) -> None:
    header = "coder,item,labels,respondent"
    with pytest.raises(BadSpreadsheet, match="row 2: 1 has another respondent"):
        read_codings(written(tmp_path, "ann,1,LG,r1", "ben,1,LG,r2", header=header))


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSpreadsheet, match="labels"):
        read_codings(written(tmp_path, "ann,1,LG", header="coder,item,codes"))
