"""Where coders cut: against a published example, sums by hand, the definition itself, and coders known to differ."""

import json
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coding.agreement import SEED, Labels, draws, estimate
from analysis.coding.agreement_file import agreement, read_codings
from analysis.coding.agreement_said import as_text
from analysis.coding.unitizing import Continuum, Measure, Text, Unit, boundaries, only, pieces
from analysis.commands import agreement_command
from surveys.formats.bad_spreadsheet import BadSpreadsheet

Marked = tuple[int, int, str]


def text(length: int, **coders: Sequence[Marked]) -> Text:
    """Labels are single letters."""
    units = {
        coder: tuple(Unit(start, end, frozenset(labels)) for start, end, labels in marked)
        for coder, marked in coders.items()
    }
    return Text(length, units)


def once(measure: Measure, texts: int = 1) -> float:
    (value,) = measure(np.ones((1, texts)))
    return float(value)


#: Krippendorff 2019, figure 12.11: a continuum of 60, three observers.
PUBLISHED = text(
    60,
    alex=[(0, 7, "1"), (7, 13, "2"), (30, 32, "5"), (32, 37, "6"), (37, 44, "6"), (44, 60, "7")],
    paul=[(0, 7, "1"), (7, 13, "3"), (13, 21, "5"), (32, 44, "6")],
    suzan=[(0, 7, "1"), (7, 13, "4"), (13, 21, "5"), (32, 37, "6"), (37, 41, "6"), (41, 44, "6")],
)


def test_three_observers_as_published() -> None:
    """u-alpha .510 and |u-alpha .413, as the tests of another program (quallmer, for R) quote the book. By the
    definition they are .50998 and .41360, so the second differs from what the book prints in the third digit."""
    found = Continuum([PUBLISHED])
    assert round(once(found.alpha()), 3) == 0.510
    assert once(found.alpha_marked()) == pytest.approx(0.413, abs=0.001)
    assert once(found.alpha()) == pytest.approx(float(by_definition([PUBLISHED], whole) or 0))
    assert once(found.alpha_marked()) == pytest.approx(float(by_definition([PUBLISHED], bool) or 0))


def test_two_coders_by_hand() -> None:
    """Of ten characters one coder marks the first four, the other the third to the sixth.

    Characters 0, 1, 4 and 5 differ: Do = 4/10. Of 20 readings 8 are marked and 12 not: 2 * 8 * 12 = 192 ordered pairs
    differ, of 20 * 20 - 4 * 4 - 4 * 4 - 12 = 356 that are not of one and the same unit. F1 is 2 * 2 / (4 + 4).
    """
    found = Continuum([text(10, one=[(0, 4, "a")], other=[(2, 6, "a")])])
    assert once(found.alpha()) == pytest.approx(1 - (4 / 10) / (192 / 356))
    assert once(found.alpha_marked()) == pytest.approx(1 - (4 / 10) / (192 / 356))
    assert once(found.overlap()) == 2 * 2 / (4 + 4)
    assert once(found.exact()) == 0


def test_the_same_places_under_other_labels_by_hand() -> None:
    """Two coders mark the first five of ten, as a and as b. Marked: 0 of 10 differ. Labels: 5 of 10 do.

    Of 20 readings are a 5, b 5 and none 10: 5 * 15 + 5 * 15 + 10 * 10 = 250 pairs differ, of 400 - 25 - 25 - 10 = 340.
    """
    found = Continuum([text(10, one=[(0, 5, "a")], other=[(0, 5, "b")])])
    assert once(found.alpha()) == pytest.approx(1 - (5 / 10) / (250 / 340))
    assert once(found.alpha_marked()) == 1
    assert once(found.overlap()) == 0


def test_of_three_coders_one_alone_marks_by_hand() -> None:
    """The first of twenty characters: Do = (2 / 2 + 1 / 2 + 1 / 2) / 60 = 2 / 60, De = 2 * 59 / (3600 - 1 - 59): 0, not
    1 as a program said (dkpro-statistics, issue 2)."""
    found = Continuum([text(20, one=[(0, 1, "a")], other=[], third=[])])
    assert once(found.alpha()) == pytest.approx(0, abs=1e-12)


def test_one_stretch_in_two_units_is_seen_by_exact_alone() -> None:
    found = Continuum([text(10, one=[(0, 8, "a")], other=[(0, 5, "a"), (5, 8, "a")])])
    assert (once(found.alpha()), once(found.overlap()), once(found.exact())) == (1, 1, 0)
    half = Continuum([text(10, one=[(0, 4, "a"), (5, 9, "b")], other=[(0, 4, "a"), (5, 8, "b")])])
    assert once(half.exact()) == 2 / 4


def test_units_that_overlap_are_sets_of_labels() -> None:
    one, other = [(0, 6, "a"), (4, 10, "b")], [(0, 4, "a"), (4, 6, "ab"), (6, 10, "b")]
    assert pieces(text(12, one=one).units["one"], 12) == [
        Unit(0, 4, frozenset("a")),
        Unit(4, 6, frozenset("ab")),
        Unit(6, 10, frozenset("b")),
        Unit(10, 12, frozenset()),
    ]
    assert once(Continuum([text(12, one=one, other=other)]).alpha()) == 1


def test_what_cannot_be_said_is_undefined() -> None:
    """Nobody marked anything; everybody marked everything alike; one coder only; a text of nothing."""
    nothing, all_alike = text(10, one=[], other=[]), text(10, one=[(0, 10, "a")], other=[(0, 10, "a")])
    alone, empty = text(10, one=[(0, 5, "a")]), text(0, one=[], other=[])
    for each in (nothing, all_alike, alone, empty):
        assert np.isnan(once(Continuum([each]).alpha()))
    assert np.isnan(once(Continuum([nothing]).overlap()))
    assert once(Continuum([all_alike]).overlap()) == 1
    found = boundaries([nothing, alone], draws(["1", "2"]))
    assert {each.value for each in (*found.overall.values(), *found.by_label["a"].values())} == {None}
    assert (found.pairs[0].alpha, found.pairs[0].overlap, found.pairs[0].texts) == (None, None, 1)


def whole(labels: Labels) -> object:
    return labels


def by_definition(texts: Sequence[Text], seen: Callable[[Labels], object]) -> Fraction | None:
    """1 - Do / De, character by character and pair by pair."""
    read: list[tuple[object, object]] = []
    differing = Fraction()
    for number, each in enumerate(texts):
        rows = []
        for coder, units in each.units.items() if len(each.units) >= 2 else ():
            cuts = {place for unit in units for place in (unit.start, unit.end)}
            row = []
            for at in range(each.length):
                labels = frozenset(label for unit in units if unit.start <= at < unit.end for label in unit.labels)
                part = ("unit", sum(cut <= at for cut in cuts)) if labels else ("alone", at)
                row.append((seen(labels), (number, coder, part)))
            rows.append(row)
            read += row
        for mine in rows:
            for theirs in rows:
                differ = sum(a[0] != b[0] for a, b in zip(mine, theirs, strict=True))
                differing += Fraction(differ, max(len(rows) - 1, 1))
    apart = [one[0] != other[0] for one in read for other in read if one[1] != other[1]]
    if not any(apart):
        return None
    return 1 - (differing / len(read)) / Fraction(sum(apart), len(apart))


@st.composite
def cut_texts(draw: st.DrawFn) -> Text:
    length = draw(st.integers(1, 9))
    places = st.lists(st.integers(0, length), min_size=2, max_size=2, unique=True).map(sorted)
    labels = st.frozensets(st.sampled_from("ab"), min_size=1)
    unit = st.builds(lambda place, given: Unit(place[0], place[1], given), places, labels)
    units = st.lists(unit, max_size=3).map(tuple)
    return Text(length, draw(st.dictionaries(st.sampled_from(["x", "y", "z"]), units, max_size=3)))


@given(st.lists(st.tuples(cut_texts(), st.integers(0, 2)), min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_alpha_is_what_its_definition_says(weighed: list[tuple[Text, int]]) -> None:
    """A text that is drawn twice is there twice, and one that is not drawn is not there."""
    found = Continuum([each for each, _count in weighed])
    drawn = [each for each, count in weighed for _ in range(count)]
    weights = np.array([[count for _each, count in weighed]], dtype=float)
    for measure, seen in ((found.alpha(), whole), (found.alpha_marked(), bool)):
        (value,) = measure(weights)
        expected = by_definition(drawn, seen)
        assert np.isnan(value) if expected is None else value == pytest.approx(float(expected), abs=1e-9)


def overlap_by_sets(texts: Sequence[Text]) -> Fraction | None:
    def characters(units: Sequence[Unit]) -> set[tuple[int, str]]:
        return {(at, label) for unit in units for label in unit.labels for at in range(unit.start, unit.end)}

    marked = [[characters(units) for units in each.units.values()] for each in texts if len(each.units) == 2]
    given = sum(len(found) for both in marked for found in both)
    common = sum(len(one & other) for one, other in marked)
    return Fraction(2 * common, given) if given else None


@given(st.lists(cut_texts().filter(lambda each: len(each.units) < 3), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_f1_is_twice_what_both_marked_over_what_each_did(texts: list[Text]) -> None:
    value, expected = once(Continuum(texts).overlap(), len(texts)), overlap_by_sets(texts)
    assert np.isnan(value) if expected is None else value == pytest.approx(float(expected))


@given(st.lists(cut_texts(), min_size=1, max_size=3), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_coders_texts_and_passages_does_not_matter(texts: list[Text], chance: random.Random) -> None:
    def mixed(each: Text) -> Text:
        coders = chance.sample(sorted(each.units.items()), len(each.units))
        return Text(each.length, {coder: tuple(chance.sample(units, len(units))) for coder, units in coders})

    other = [mixed(each) for each in chance.sample(texts, len(texts))]
    for measure in (Continuum.alpha, Continuum.alpha_marked, Continuum.overlap, Continuum.exact):
        before, after = once(measure(Continuum(texts)), len(texts)), once(measure(Continuum(other)), len(other))
        assert before == pytest.approx(after, nan_ok=True)


@given(cut_texts(), st.integers(1, 20), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_where_in_a_text_everything_stands_does_not_matter(each: Text, space: int, shift: int) -> None:
    """The same marks further on in a text of the same length, and the same text in two where nobody marked across."""

    def moved(by: int) -> Text:
        units = {c: tuple(Unit(u.start + by, u.end + by, u.labels) for u in units) for c, units in each.units.items()}
        return Text(each.length + space, units)

    at_front, further = Continuum([moved(0)]), Continuum([moved(min(shift, space))])
    rest = Text(space, dict.fromkeys(each.units, ()))
    for measure in (Continuum.alpha, Continuum.alpha_marked):
        front = once(measure(at_front))
        assert front == pytest.approx(once(measure(further)), nan_ok=True)
        assert front == pytest.approx(once(measure(Continuum([each, rest])), 2), nan_ok=True)


def test_of_one_label_the_places_alone_count() -> None:
    both = only(PUBLISHED, "5")
    assert once(Continuum([both]).alpha()) == once(Continuum([both]).alpha_marked())
    assert once(Continuum([only(PUBLISHED, "1")]).alpha()) == 1


BLOCK = 10


def in_blocks(values: Sequence[int]) -> list[Marked]:
    """A unit for each block of ten characters; 0 is a gap."""
    return [(at * BLOCK, (at + 1) * BLOCK, "·abc"[value]) for at, value in enumerate(values) if value]


def simulated(chance: np.random.Generator, truth: float, texts: int, blocks: int) -> list[Text]:
    """The second coder repeats the first with that chance and else draws as the first drew: alpha is that chance."""
    found = []
    for _ in range(texts):
        first, own = (chance.choice(4, size=blocks, p=[0.4, 0.3, 0.2, 0.1]) for _ in range(2))
        second = np.where(chance.random(blocks) < truth, first, own)
        found.append(text(blocks * BLOCK, one=in_blocks(first.tolist()), other=in_blocks(second.tolist())))
    return found


@pytest.mark.parametrize("truth", [0.0, 0.4, 0.8])
def test_simulated_coders_are_found_to_agree_as_they_were_made(truth: float) -> None:
    texts = simulated(np.random.Generator(np.random.PCG64(SEED)), truth, 600, 20)
    assert once(Continuum(texts).alpha(), len(texts)) == pytest.approx(truth, abs=0.02)


@pytest.mark.parametrize("late", [0, 1, 3, 5])
def test_coders_who_cut_a_little_later_are_found_to(late: int) -> None:
    """Half of everything is marked, in passages of ten; so many characters later, alpha is 1 - (2 late / 20) / (1 / 2),
    and F1 the part in common."""
    places = range(0, 4_000, 20)
    one, other = ([(at + by, at + by + 10, "a") for at in places] for by in (0, late))
    found = Continuum([text(4_000, one=one, other=other)])
    assert once(found.alpha()) == pytest.approx(1 - 2 * late / 10, abs=0.005)
    assert once(found.overlap()) == pytest.approx((10 - late) / 10)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance, held, runs = np.random.Generator(np.random.PCG64(SEED)), 0, 60
    drawn = draws(range(60))
    for _ in range(runs):
        found = estimate(Continuum(simulated(chance, 0.7, 60, 6)).alpha(), drawn)
        held += (found.low or 0) <= 0.7 <= (found.high or 0)
    assert held / runs >= 0.88


HEADER = "coder,item,labels,start,end,length"
ROWS = ["ann,t1,LG,0,4,10", "ben,t1,LG,2,6,", "ann,t2,,,,10", "ben,t2,AE+SD,0,5,"]


def written(path: Path, *rows: str, header: str = HEADER) -> Path:
    file = path / "codings.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_the_command_on_a_file_with_places(tmp_path: Path) -> None:
    """t1 is the text of the first example by hand; in t2 one coder marked nothing."""
    file = str(written(tmp_path, *ROWS))
    found = json.loads(CliRunner().invoke(agreement_command, [file, "--json"]).output)
    assert (found["items"], found["overall"]["identical"]["value"]) == (2, 0.5)
    places = found["boundaries"]
    assert (places["characters"], places["unmeasured"]) == (20, 0)
    assert set(places["overall"]) == {"alpha_units", "alpha_marked", "overlap_f1", "exact_f1"}
    lg = places["by_label"]["LG"]
    assert lg["alpha_units"]["value"] == pytest.approx(1 - (4 / 20) / (2 * 8 * 32 / (1600 - 16 - 16 - 32)))
    assert lg["overlap_f1"]["value"] == 0.5
    # Under a label are 4 + 4 characters of LG, 2 of them twice, and 5 each of AE and SD.
    assert places["overall"]["overlap_f1"]["value"] == pytest.approx(4 / 18)
    assert places["pairs"][0]["alpha"] == places["overall"]["alpha_units"]["value"]
    said = CliRunner().invoke(agreement_command, [file]).output
    assert "Texts that two or more coded have 20 characters.\n" in said
    assert "Where coders marked AE" in said
    assert "ann and ben: 2, " in said


def test_without_lengths_the_last_end_is_the_end_and_the_output_says_so(tmp_path: Path) -> None:
    codings = read_codings(written(tmp_path, "ann,1,LG,0,4", "ben,1,LG,2,6", "ann,2,LG,0,9", header=HEADER[:-7]))
    assert [each.length for each in codings.texts] == [6, 9]
    said = as_text(agreement(codings))
    assert "have 6 characters. For 1 no length is given: each is taken to end where its last passage ends." in said


def test_nothing_marked_is_said_to_be_undefined_and_never_one(tmp_path: Path) -> None:
    found = agreement(read_codings(written(tmp_path, "ann,1,,,,50", "ben,1,,,,", "ann,1,,3,9,", "ben,1,,0,7,")))
    assert found.boundaries is not None
    assert {each.value for each in found.boundaries.overall.values()} == {None}
    said = as_text(found).split("Where coders cut")[1]
    assert said.count("undefined (") == 6
    assert "1.000" not in said


def test_one_passage_in_two_rows_has_the_labels_of_both(tmp_path: Path) -> None:
    rows = ["ann,1,LG,0,4,9", "ann,1,AE,0,4,", "ben,1,LG+AE,0,4,"]
    found = agreement(read_codings(written(tmp_path, *rows))).boundaries
    assert found is not None
    assert found.overall["exact_f1"].value == found.overall["alpha_units"].value == 1


def test_texts_of_one_respondent_are_drawn_together(tmp_path: Path) -> None:
    """The same texts copied three times say no more than once, if they are known to be one person's."""
    rows = [f"{coder},t{n},a,0,{5 + n % 3 * (coder == 'ben')},20" for n in range(9) for coder in ("ann", "ben")]
    copied = [f"{row.replace(',t', f',{copy}t')},{row.split(',')[1]}" for copy in range(3) for row in rows]
    once_each = agreement(read_codings(written(tmp_path, *rows))).boundaries
    grouped = agreement(read_codings(written(tmp_path, *copied, header=f"{HEADER},respondent"))).boundaries
    assert once_each is not None
    assert grouped is not None
    alone, together = once_each.overall["overlap_f1"], grouped.overall["overlap_f1"]
    assert (alone.value, alone.low, alone.high) == pytest.approx((together.value, together.low, together.high))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["ann,1,LG,5,9,", "ben,1,LG,9,5,"], "row 2, column “end”: the passage starts at 9 and ends at 5; "),
        (["ann,1,LG,5,5,"], "row 1, column “end”: the passage starts at 5 and ends at 5; "),
        (["ann,1,LG,,5,"], "row 1, column “start”: it does not say where; "),
        (["ann,1,LG,5,,"], "row 1, column “end”: it does not say where; "),
        (["ann,1,LG,,,"], "row 1, column “start”: it does not say where; "),
        (["ann,1,LG,1.5,3,"], "row 1, column “start”: “1.5” is no place in a text; "),
        (["ann,1,LG,-1,3,"], "row 1, column “start”: “-1” is no place in a text; "),
        (["ann,1,LG,1,३,"], "row 1, column “end”: “३” is no place in a text; "),
        (["ann,1,LG,1,9999999999,"], "row 1, column “end”: “9999999999” is no place in a text; "),
        (["ann,1,LG,1,3,long"], "row 1, column “length”: “long” is no place in a text; "),
        (
            ["ann,1,LG,0,5,", "ann,1,AE,2,8,", "ann,1,LG+AE,4,9,"],
            "row 3, column “start”: ann has marked 0 to 5 with “LG” in an earlier row, and 4 to 9 overlaps it; ",
        ),
        (["ann,1,LG,0,5,", "ann,1,LG,0,5,"], "row 2, column “start”: ann has marked 0 to 5 with “LG”"),
        (["ann,1,LG,0,5,9", "ben,1,LG,0,5,8"], "row 2, column “length”: it is 8, and 9 in an earlier row of 1; "),
        (["ann,1,LG,0,5,9", "ben,1,LG,3,12,"], "row 2, column “end”: the passage ends at 12, and 1 is 9 long; "),
    ],
)
def test_places_that_cannot_be_right_are_refused_with_their_row(tmp_path: Path, rows: list[str], says: str) -> None:
    file = written(tmp_path, *rows)
    with pytest.raises(BadSpreadsheet) as refused:
        read_codings(file)
    assert f"codings.csv, {says}" in str(refused.value)
    done = CliRunner().invoke(agreement_command, [str(file)])
    assert (done.exit_code, says in done.stderr) == (2, True)


@pytest.mark.parametrize("there", ["start", "end"])
def test_a_start_without_an_end_is_refused(tmp_path: Path, there: str) -> None:
    with pytest.raises(BadSpreadsheet, match="there is no column"):
        read_codings(written(tmp_path, "ann,1,LG,0", header=f"coder,item,labels,{there}"))


def test_touching_passages_and_other_coders_do_not_overlap(tmp_path: Path) -> None:
    rows = ["ann,1,LG,0,5,", "ann,1,LG,5,9,", "ben,1,LG,3,7,", "ann,2,LG,3,7,"]
    (first, _second) = read_codings(written(tmp_path, *rows)).texts
    assert [(unit.start, unit.end) for unit in first.units["ann"]] == list(pairwise([0, 5, 9]))


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [HEADER.split(",")] + [row.split(",") for row in ROWS]:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(tmp_path / "codings.xlsx")
    assert read_codings(tmp_path / "codings.xlsx").texts == read_codings(written(tmp_path, *ROWS)).texts
