"""What each chart says: in its picture, its words and its table, which must agree, and of nothing that is withheld."""

import csv
import io
import re
from dataclasses import replace
from unicodedata import combining

import pytest
from hypothesis import given, settings

from analysis.findings.charts.agreement import agreement
from analysis.findings.charts.change import change
from analysis.findings.charts.chart import Chart, Plan
from analysis.findings.charts.codes_together import codes_together
from analysis.findings.charts.every import plans_of
from analysis.findings.charts.heard_from import ASKED as WAS_ASKED
from analysis.findings.charts.heard_from import HEARD, NOT_ASKED, heard_from, state_of
from analysis.findings.charts.look import (
    COLOURS,
    DARK,
    INK,
    LINE,
    ON_STRONG,
    PAPER,
    SHADES,
    SOFT,
    TRACK,
    ink_on,
    shade_of,
)
from analysis.findings.charts.profile import profile
from analysis.findings.charts.share_rows import across
from analysis.findings.charts.shares import of_sections
from analysis.findings.charts.sheet import HATCHED, OPEN, SOLID, Box, Line, Mark, Words, breadth, wrapped
from analysis.findings.charts.stance_balance import stance_balance
from analysis.findings.charts.theme_map import theme_map
from analysis.findings.shown import ALL, SECTION, Figure, ShownTable
from analysis.sharing.cells import is_risky
from safekeeping.languages import speaking
from tests.analysis.findings.charted import (
    AGREED,
    ASKED,
    NOBODY,
    TOGETHER,
    codes_of,
    drawn_words,
    figure,
    plans,
    table_of,
    tables,
)

NUMBER = re.compile(r"\d+(?:\.\d+)?")
TABLE = table_of()
EVERY = plans(TABLE)
#: Numbers that stand on every picture of a kind: its scale, and what its reading line explains.
ON_THE_SCALE = {"0", "25", "50", "75", "100", "1", "95", "2026", "667", ".667", ".80", "80", "0.667", "0.80"}


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def told(plan: Plan) -> str:
    return f"{plan.words} {plan.title} {' '.join(cell for row in (plan.header, *plan.rows) for cell in row)}"


def test_there_is_a_chart_of_every_kind() -> None:
    kinds = ["audience-profile", "audience-sections", "audience-map", "audience-themes-S0", "audience-stances"]
    assert {*kinds, "audience-heard", "waves-change", "together-1", "agreement"} <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_every_number_in_the_picture_is_in_the_words_or_the_table(name: str) -> None:
    plan = EVERY[name]
    assert numbers(" ".join(drawn_words(plan))) - numbers(told(plan)) <= ON_THE_SCALE


@settings(max_examples=12)
@given(tables())
def test_picture_words_and_table_agree_and_fit_whatever_the_table_holds(table: ShownTable) -> None:
    agrees_and_fits(table)


@pytest.mark.slow
@settings(max_examples=400)
@given(tables())
def test_picture_words_and_table_agree_and_fit_at_full_size(table: ShownTable) -> None:
    agrees_and_fits(table)


def agrees_and_fits(table: ShownTable) -> None:
    """Every number drawn is told too, rows are whole, words stand in one line, and nothing runs off the sheet."""
    names = " ".join((table.title, *(group.name for group in table.groups), *(code.title for code in table.codes)))
    for plan in plans(table).values():
        untold = numbers(" ".join(drawn_words(plan))) - numbers(told(plan)) - ON_THE_SCALE
        assert {each for each in untold if each not in names} == set(), plan.name
        assert all(len(row) == len(plan.header) for row in plan.rows)
        assert all("\n" not in each and each.strip() for each in drawn_words(plan))
        for each in plan.sheet.drawn:
            assert edges(each)[0] >= -0.5, (plan.name, each)
            assert edges(each)[1] <= plan.sheet.width + 0.5, (plan.name, each)
            assert -0.5 <= each.y <= plan.sheet.height + 0.5, (plan.name, each)


def edges(each: Box | Line | Mark | Words) -> tuple[float, float]:
    """How far to the left and to the right something reaches."""
    if isinstance(each, Box):
        return each.x, each.x + each.width
    if isinstance(each, Line):
        return min(each.x, each.to_x), max(each.x, each.to_x)
    if isinstance(each, Mark):
        return each.x - each.size, each.x + each.size
    if each.turned:
        return each.x - each.size * 0.6, each.x + each.size * 0.6
    wide = breadth(each.words, each.size, each.bold)
    start = {"start": 0.0, "middle": wide / 2, "end": wide}[each.anchor]
    return each.x - start, each.x - start + wide


def test_what_is_withheld_is_a_word_and_has_no_mark() -> None:
    everything = [(row, column) for row in range(len(TABLE.codes)) for column in range(4)]
    table = table_of(withheld=everything)
    for plan in (of_sections(table), theme_map(table), stance_balance(table), heard_from(table, ASKED), change(table)):
        assert not numbers(" ".join(each for row in plan.rows for each in row[5:]))
        assert re.search("withheld|too few", f"{plan.words} {' '.join(drawn_words(plan))}"), plan.name


def test_a_figure_that_is_withheld_changes_nothing_by_what_it_hides() -> None:
    """Nothing of it is in the table that charts see; so what is drawn depends on where it is withheld, not on what."""
    place = ("S1", "g1")
    shown = [replace(TABLE, figures={**TABLE.figures, place: replace(NOBODY, why=why)}) for why in ("few", "group")]
    one, other = (plans(table) for table in shown)
    assert one == other


def test_the_main_message_comes_first() -> None:
    shares = {"S0": 31, "S1": 64, "S2": 12, "S3": 47}
    figures = {place: figure(shares.get(place[0], 20)) for place in TABLE.figures}
    words = of_sections(replace(TABLE, figures=figures, differences=())).words
    first = "Of all responses most speak to Section 1, 64 % (58 to 70), and fewest to Section 2, 12 % (6 to 18)."
    assert words.startswith(first)


def test_the_most_of_what_is_shown_is_not_said_to_be_the_most_of_all() -> None:
    words = of_sections(table_of(withheld=[(0, 3)])).words
    assert "Of what is shown, most responses speak to" in words
    nothing_together = of_sections(table_of(withheld=[(row, 3) for row in range(len(TABLE.codes))])).words
    assert "The largest share that is shown is that of" in nothing_together


def test_differences_that_hold_are_said_from_the_larger_share() -> None:
    held = [each for each in TABLE.differences if each.differs and each.code in {f"S{n}" for n in range(4)}]
    assert held
    words = of_sections(TABLE).words
    names = {group.code: group.name for group in TABLE.groups}
    for each in held:
        more, less = (each.one, each.other) if each.points > 0 else (each.other, each.one)
        assert f"{names[more]} {abs(each.points)} points above {names[less]}" in words
    none = of_sections(replace(TABLE, differences=tuple(replace(each, differs=False) for each in TABLE.differences)))
    assert "No difference between them is certain." in none.words
    assert "ifference" not in of_sections(replace(TABLE, differences=())).words


def test_what_is_withheld_is_listed_by_group() -> None:
    words = of_sections(table_of(codes_of(2, 0, stances=False), withheld=[(0, 1), (1, 1), (1, 2)])).words
    assert "Withheld: Providers throughout; Commissioners on Section 1." in words


def test_intervals_are_drawn_from_end_to_end() -> None:
    figures = {place: Figure(40, 33, 52, "corrected") for place in TABLE.figures}
    lines = [each for each in of_sections(replace(TABLE, figures=figures)).sheet.drawn if isinstance(each, Line)]
    intervals = [each for each in lines if (each.x, each.to_x) == (across(33), across(52))]
    assert len(intervals) == 4 * 4


def test_what_a_share_is_has_a_shape_of_its_own() -> None:
    shapes = set()
    for kind in ("corrected", "human-only", "machine"):
        plan = of_sections(replace(TABLE, figures={place: figure(40, kind) for place in TABLE.figures}))
        marks = [
            each for each in plan.sheet.drawn if isinstance(each, Mark) and each.shape not in ("square", "diamond")
        ]
        (shape,) = {each.shape for each in marks}
        shapes.add(shape)
        assert ("uncorrected" in plan.words) == (kind == "machine")
    assert len(shapes) == 3


def test_a_change_is_said_from_the_earlier_wave_to_the_later() -> None:
    figures = {("S0", "g0"): figure(30), ("S0", "g1"): figure(50), ("S0", ALL): figure(40)}
    base = table_of(codes_of(1, 0, stances=False), ("2023", "2026"), name="waves")
    for one, other, points in (("g0", "g1", -20), ("g1", "g0", 20)):
        difference = replace(base.differences[0], one=one, other=other, points=points, low=points - 8, high=points + 8)
        plan = change(replace(base, figures=figures, differences=(replace(difference, differs=True),)))
        assert plan.words.startswith(
            "Changes that hold, the largest first: Section 0 +20 points since 2023 (+12 to +28)"
        )
        assert plan.rows[1][-5:] == ("2023", "+20", "+12", "+28", "yes")
    assert "*" not in " ".join(drawn_words(plan))


def test_no_line_is_drawn_over_a_wave_that_is_withheld() -> None:
    codes = codes_of(1, 0, stances=False)
    dashed = [
        sum(
            isinstance(each, Line) and each.dashed
            for each in change(table_of(codes, "abc", withheld, "waves")).sheet.drawn
        )
        for withheld in ((), [(0, 1)])
    ]
    assert dashed == [2, 0]


def test_stances_differ_by_place_word_and_filling() -> None:
    plan = stance_balance(TABLE)
    bars = [each for each in plan.sheet.drawn if isinstance(each, Box) and each.colour in COLOURS]
    assert {each.filling for each in bars} == {SOLID, HATCHED, OPEN}
    assert [word for word in drawn_words(plan) if word in ("problem", "praise")].count("problem") == 4
    left = [each for each in bars if each.x < 199.9]
    assert len(left) == len(bars) / 2


def test_the_map_says_each_number_in_its_cell() -> None:
    plan = theme_map(TABLE)
    cells = [each for each in drawn_words(plan) if each.isdigit()]
    of_themes = [code for code in TABLE.codes if code.level != "stance"]
    assert cells == [str(TABLE.of(code.code, group.code).percent) for code in of_themes for group in TABLE.groups]


def test_more_groups_than_have_room_go_on_below() -> None:
    many = table_of(codes_of(2, 2), [f"Audience number {n} with a long name" for n in range(12)])
    plan = theme_map(many)
    assert sum(each.isdigit() for each in drawn_words(plan)) == 6 * 13
    assert drawn_words(plan).count("Theme 0 of 0") == 3


def test_whoever_was_not_asked_is_told_from_too_few() -> None:
    withheld = [(row, column) for row in range(len(TABLE.codes)) for column in range(3)][1:]
    table = table_of(withheld=withheld)
    codes = {code.code: code for code in table.codes}
    states = [
        state_of(table, ASKED, codes[code], table.groups[group]) for code, group in (("S0", 0), ("S0T0", 0), ("S2", 2))
    ]
    assert states == [HEARD, WAS_ASKED, NOT_ASKED]
    plan = heard_from(table, ASKED)
    assert "No part was heard from every group." in plan.words
    assert "Commissioners were asked, and too few spoke of: Theme 1 of 2." in plan.words
    assert ALL not in {row[2] for row in plan.rows}


def test_agreement_stands_beside_both_lines_and_says_what_it_allows() -> None:
    plan = agreement(AGREED)
    assert [row[-1] for row in plan.rows][:3] == [
        "tentative conclusions",
        "firm conclusions",
        "no conclusion by itself",
    ]
    assert "undefined" in drawn_words(plan)
    assert len([each for each in plan.sheet.drawn if isinstance(each, Line) and each.dashed]) == 2
    assert "The coders agree most on Section 0 (0.83) and least on Section 1 (-0.31)." in plan.words


def test_codes_together_are_said_the_most_frequent_first() -> None:
    plan = codes_together(TOGETHER)
    assert "Most often together: Section 0 + Section 1 17 %; Section 0 + Section 2 6 %." in plan.words
    assert "Withheld: Section 1 + Section 2." in plan.words
    squares = [each for each in plan.sheet.drawn if isinstance(each, Box) and each.colour in COLOURS]
    assert len(squares) == 2
    assert squares[0].width > squares[1].width


def test_counts_are_said_about_and_those_withheld_named() -> None:
    table = replace(TABLE, groups=(*TABLE.groups[:1], replace(TABLE.groups[1], base=None), *TABLE.groups[2:]))
    words = profile(table).words
    assert words == (
        "About 315 responses in all. From the most to the fewest: Commissioners 110, "
        "Survivors 100. Withheld: Providers."
    )


def test_a_closed_question_has_shares_and_themes_and_no_coverage_of_the_standard() -> None:
    names = [plan.name for plan in plans_of([replace(TABLE, name="region")], asked=ASKED)]
    assert names[:3] == ["region-profile", "region-sections", "region-map"]
    assert not [name for name in names if name.endswith(("heard", "stances", "change"))]


def test_what_shows_nothing_has_no_picture() -> None:
    everything = [(row, column) for row in range(len(TABLE.codes)) for column in range(4)]
    nothing = table_of(withheld=everything)
    assert [plan.name for plan in plans_of([nothing])] == ["audience-profile", "audience-sections"]
    assert list(plans_of([replace(nothing, name="region")])) == []


def test_names_of_tables_may_be_anything_and_titles_say_what_they_divide_by() -> None:
    odd = replace(TABLE, name='waves *"><script>', title="Change between two waves")
    (plan,) = plans_of([odd])
    assert (plan.name, plan.title) == ("waves-script-change", "Change between two waves")
    region = replace(TABLE, name="region", title="Where do you live?")
    assert of_sections(region).title == "Sections by “Where do you live?”"
    assert of_sections(TABLE).title == "Sections by audience"


def test_an_empty_table_gives_charts_that_say_so() -> None:
    nothing = ShownTable("audience", "audience", (), (), {})
    for plan in plans(nothing).values():
        if not plan.name.startswith(("together", "agreement")):
            assert "There is nothing to show yet." in drawn_words(plan)
            assert plan.rows == ()
    assert "Nothing was coded by two people yet." in agreement(()).words


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    plan = of_sections(table_of(codes_of(1, 0, title="=cmd|' /C calc'!A0"), ("+1", "@SUM(A1)")))
    chart = Chart(plan.name, plan.title, plan.said, plan.header, plan.rows, "", b"")
    cells = [cell for row in csv.reader(io.StringIO(chart.csv)) for cell in row]
    assert len(cells) == 8 * 4
    assert not [cell for cell in cells if is_risky(cell) and not cell.startswith("'")]


def test_a_chart_is_the_same_after_it_was_kept() -> None:
    plan = EVERY["audience-sections"]
    chart = Chart(plan.name, plan.title, plan.said, plan.header, plan.rows, "<svg/>", b"\x89PNG\xff")
    assert Chart.from_json(chart.to_json()) == chart


def test_words_are_in_the_language_spoken_now() -> None:
    with speaking("cy"):
        plan = of_sections(table_of(withheld=[(0, 0)]))
    assert "wedi’i ddal yn ôl" in drawn_words(plan)
    assert "withheld" not in drawn_words(plan)


@pytest.mark.parametrize(
    ("words", "room", "lines"),
    [
        ("Associated organisations", 120, ["Associated", "organisations"]),
        ("x" * 40, 100, None),
        ("", 100, [""]),
        ("one  two\nthree", 400, ["one two three"]),
    ],
)
def test_names_are_wrapped_in_the_room_there_is(words: str, room: float, lines: list[str] | None) -> None:
    found = wrapped(words, 14, room)
    assert lines is None or found == lines
    assert all(breadth(line, 14) <= room for line in found)


def test_a_title_of_two_hundred_letters_ends_in_an_ellipsis_or_is_whole() -> None:
    title = "Recognition of men in every part of the work " * 5
    assert " ".join(wrapped(title, 15, 380, 9)) == title.strip()
    assert wrapped(title, 15, 120, 2)[-1].endswith("…")
    assert not any(combining(letter) for letter in title)


# the look


def channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return red, green, blue


def luminance(light: tuple[float, float, float]) -> float:
    """Relative luminance (WCAG 2.2): what is left of a colour in grey, and on a black and white printer."""
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


#: How red-, green- and blue-blind people see, in linear light (Machado, Oliveira, Fernandes 2009, severity 1).
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, sight: str) -> float:
    light = linear(colour)
    rows = [sum(weight * each for weight, each in zip(row, light, strict=True)) for row in SIGHT[sight]]
    red, green, blue = (min(max(each, 0), 1) for each in rows)
    return luminance((red, green, blue))


def contrast(one: str, other: str, sight: str = "all colours") -> float:
    darker, lighter = sorted((seen(one, sight), seen(other, sight)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_every_mark_and_word_stands_out_however_colours_are_seen(sight: str, dark: bool) -> None:
    def at(colour: str) -> str:
        return DARK[colour] if dark else colour

    for ground in (PAPER, TRACK):
        for mark in COLOURS:
            assert contrast(at(mark), at(ground), sight) >= 3, (mark, ground)
        for word in (INK, SOFT):
            assert contrast(at(word), at(ground), sight) >= 4.5, (word, ground)
    for shade in SHADES:
        assert contrast(at(ink_on(shade)), at(shade), sight) >= 4.5, shade
    levels = [seen(at(shade), sight) for shade in SHADES]
    assert levels == sorted(levels, reverse=not dark)


def test_shades_grow_with_the_share() -> None:
    shades = [SHADES.index(shade_of(percent)) for percent in range(101)]
    assert shades == sorted(shades)
    assert set(shades) == set(range(len(SHADES)))


def test_every_colour_by_day_has_one_by_night() -> None:
    assert set(DARK) == {INK, SOFT, LINE, TRACK, PAPER, ON_STRONG, *COLOURS, *SHADES}
    colours = {
        each.colour
        for plan in EVERY.values()
        for each in plan.sheet.drawn
        if isinstance(each, Box | Line | Mark | Words)
    }
    assert colours <= set(DARK)


def test_sections_have_their_colours_in_order() -> None:
    squares = [
        each.colour
        for each in EVERY["audience-sections"].sheet.drawn
        if isinstance(each, Mark) and each.shape == "square"
    ]
    assert squares == list(COLOURS)
    assert [each.title for each in TABLE.at(SECTION)] == [f"Section {n}" for n in range(4)]
