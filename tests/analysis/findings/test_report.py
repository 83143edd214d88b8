"""The report: counted row by row, safe as a whole, one file that calls nobody."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.first_figures import figures_from
from analysis.findings.report import (
    MOST_AUDIENCES,
    TEMPLATES,
    Example,
    Figures,
    Tally,
    TooManyAudiences,
    describe,
    examples_by_section,
    render_report,
)
from analysis.standard.edition import load_edition

EDITION = load_edition("mdan")
NAMES = {"survivor": "Survivors", "provider": "Providers"}
CHART = '<svg role="img"><title>The chart</title></svg>'


def tally_of(**groups: tuple[int, int]) -> Tally:
    """A tally of groups: how many responses, and how many of them speak to AE; two passages each."""
    tally = Tally()
    for audience, (responses, spoke) in groups.items():
        for number in range(responses):
            tally.add(audience, 2, ["AE"] if number < spoke else [])
    return tally


def figures_of(names: dict[str, str] | None = None, **groups: tuple[int, int]) -> Figures:
    return figures_from(tally_of(**groups), EDITION, NAMES if names is None else names)


BIG = figures_of(survivor=(100, 50), provider=(40, 10))


def report_of(figures: Figures = BIG, examples: tuple[Example, ...] = (), **manifest: object) -> str:
    return render_report(figures, CHART, examples, manifest, "Services for men")


# Counting


def test_a_tally_counts_responses_passages_and_sections() -> None:
    tally = Tally()
    tally.add("survivor", 3, ["AE", "SD", "AE"])
    tally.add(" survivor ", 1, [])
    assert (tally.responses["survivor"], tally.passages["survivor"]) == (2, 4)
    assert [tally.spoke["survivor", section] for section in ("LG", "AE", "SD")] == [0, 1, 1]


@pytest.mark.parametrize("audience", [None, "", "  "])
def test_an_audience_that_was_not_said_is_a_group_of_its_own(audience: str | None) -> None:
    tally = tally_of(survivor=(30, 15))
    for _ in range(25):
        tally.add(audience, 1, [])
    groups = figures_from(tally, EDITION, {"survivor": "Survivors"}).groups
    assert [(group.name, group.responses) for group in groups] == [("Survivors", 30), ("Not said", 25)]


def test_merged_tallies_count_as_one() -> None:
    one, other = tally_of(survivor=(20, 3)), tally_of(survivor=(5, 5), provider=(4, 1))
    one.merge(other)
    assert one == tally_of(survivor=(25, 8), provider=(4, 1))


def test_merging_an_empty_tally_changes_nothing() -> None:
    tally = tally_of(survivor=(20, 3))
    tally.merge(Tally())
    assert tally == tally_of(survivor=(20, 3))


def test_a_tally_does_not_grow_with_the_responses() -> None:
    small, large = tally_of(survivor=(10, 5)), tally_of(survivor=(5000, 2500))
    assert [len(part) for part in vars(small).values()] == [len(part) for part in vars(large).values()]


def test_a_column_that_holds_no_audiences_is_refused() -> None:
    tally = Tally()
    for number in range(MOST_AUDIENCES):
        tally.add(f"name {number}", 1, [])
    with pytest.raises(TooManyAudiences, match="more than 200 different audiences"):
        tally.add("one more", 1, [])
    with pytest.raises(TooManyAudiences):
        tally.merge(tally_of(another=(1, 1)))


# What is shown


def test_figures_follow_the_standard_and_the_order_of_the_audiences() -> None:
    assert [section.code for section in BIG.sections] == ["LG", "AE", "SD", "OE"]
    assert [row.name for row in BIG.rows] == ["Survivors", "Providers", "Together"]
    assert [row.shares[1].percent for row in BIG.rows] == [50, 25, 43]


def test_without_audiences_there_is_everyone() -> None:
    tally = Tally()
    for number in range(40):
        tally.add(None, 1, ["AE"] if number < 20 else [])
    figures = figures_from(tally, EDITION, {})
    assert [(row.name, row.responses, row.shares[1].percent) for row in figures.rows] == [("Everyone", 40, 50)]


def test_nobody_is_withheld_like_a_few() -> None:
    assert figures_from(Tally(), EDITION, {}).everyone.responses is None


def test_one_group_alone_is_not_said_twice() -> None:
    assert [row.name for row in figures_of({"survivor": "Survivors"}, survivor=(40, 20)).rows] == ["Survivors"]


def test_a_known_audience_is_named_even_when_small() -> None:
    groups = figures_of(survivor=(60, 30), provider=(4, 1)).groups
    assert [(group.name, group.responses) for group in groups] == [("Survivors", 60), ("Providers", None)]


def test_a_group_from_which_a_small_one_could_be_worked_out_is_withheld_with_it() -> None:
    figures = figures_of(survivor=(40, 20), provider=(9, 1))
    assert [row.responses for row in figures.rows] == [None, None, 50]


def test_an_audience_that_only_the_data_names_is_not_named_when_small() -> None:
    figures = figures_of({}, survivor=(40, 20), Kim=(9, 1))
    assert [group.name for group in figures.groups] == ["survivor"]
    assert figures.left_out
    assert "Kim" not in figures.to_json()


def test_where_every_audience_is_small_nothing_is_said_of_any() -> None:
    figures = figures_of({}, Kim=(9, 1), Lee=(9, 1))
    assert [(row.name, row.responses, row.base) for row in figures.rows] == [("Everyone", 20, None)]
    assert {share.percent for share in figures.everyone.shares} == {None}


def test_an_audience_called_not_said_by_the_survey_keeps_its_name_and_place() -> None:
    tally = tally_of(survivor=(40, 20))
    tally.add(None, 1, [])
    names = [group.name for group in figures_from(tally, EDITION, {"": "No answer", "survivor": "Survivors"}).groups]
    assert names == ["No answer", "Survivors"]


def test_sections_of_another_standard_do_not_appear() -> None:
    tally = tally_of(survivor=(40, 20))
    tally.add("survivor", 1, ["ZZ"])
    assert "ZZ" not in figures_from(tally, EDITION, NAMES).to_json()


def test_notes_say_why_once() -> None:
    assert BIG.notes[0].startswith("A share is withheld")  # nobody speaks to the other sections
    assert len(BIG.notes) == 1


def test_notes_are_silent_where_nothing_is_withheld() -> None:
    tally = Tally()
    for number in range(40):
        tally.add("survivor", 1, EDITION.section_codes if number % 2 else [])
    assert figures_from(tally, EDITION, {"survivor": "Survivors"}).notes == ()


COUNTS = st.integers(0, 60).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size)))


@settings(max_examples=20)
@given(COUNTS, COUNTS)
def test_no_figure_is_of_fewer_than_ten(survivors: tuple[int, int], providers: tuple[int, int]) -> None:
    figures = figures_of(survivor=survivors, provider=providers)
    for (size, spoke), group in zip((survivors, providers), figures.groups, strict=True):
        assert group.responses is None or size >= 10
        assert group.shares[1].percent is None or (size >= 20 and 10 <= spoke <= size - 10)


@pytest.mark.parametrize("figures", [BIG, figures_of(), figures_of({}, Kim=(9, 1), lots=(400, 30))])
def test_figures_are_kept_as_text_and_read_back(figures: Figures) -> None:
    assert Figures.from_json(figures.to_json()) == figures
    assert Figures.from_json(figures.to_json().encode()) == figures
    assert json.loads(figures.to_json())["standard"] == EDITION.title


def test_the_words_for_the_chart_hold_every_share() -> None:
    assert "Access and Engagement: Survivors 50 %, Providers 25 %, Together 43 %." in describe(BIG)
    assert "Service Delivery: Survivors withheld, Providers withheld, Together withheld." in BIG.in_words


# Examples


def test_an_example_names_its_audience_only_where_that_share_is_shown() -> None:
    given_examples = [
        Example("AE", "I rang.", "survivor"),
        Example("SD", "He listened.", "survivor"),
        Example("AE", "We wait.", "stranger"),
        Example("AE", "No one said.", None),
    ]
    chosen = {heading.code: shown for heading, shown in examples_by_section(BIG, given_examples)}
    assert [example.audience for example in chosen["AE"]] == ["Survivors", None, None]
    assert [example.audience for example in chosen["SD"]] == [None]
    assert chosen["LG"] == ()


def test_there_are_no_examples_where_no_group_is_shown() -> None:
    chosen = examples_by_section(figures_of(survivor=(9, 5)), [Example("AE", "I rang.", "survivor")])
    assert [shown for _, shown in chosen] == [(), (), (), ()]


# The page


class Seen(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_report_is_one_file_that_calls_nobody() -> None:
    seen = Seen(report_of())
    assert not {"script", "link", "img", "iframe", "object"} & set(seen.tags)
    assert not {"src", "href", "style"} & {name for name, _ in seen.attributes}
    assert "url(" not in report_of()
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in seen.attributes


def test_headings_come_in_order() -> None:
    levels = [int(tag[1]) for tag in Seen(report_of()).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_every_heading_cell_its_direction() -> None:
    seen = Seen(report_of())
    assert seen.tags.count("table") == seen.tags.count("caption") == 2
    assert seen.tags.count("th") == sum(1 for name, _ in seen.attributes if name == "scope")


def test_the_table_holds_the_numbers_of_the_chart() -> None:
    rows = re.findall(r'<th scope="row">(\w+).*?</th>(.*?)</tr>', report_of())
    for row, (name, cells) in zip(BIG.rows, rows, strict=False):
        assert name == row.name
        assert Seen(cells.replace("</td>", "|</td>")).words.split("|")[:-1] == [share.words for share in row.shares]


def test_the_report_says_what_it_is_not() -> None:
    words = Seen(report_of()).words
    for told in ("Nobody has checked them.", "not estimates", "no margin of error", "people who answered"):
        assert told in words


def test_what_people_wrote_stays_words() -> None:
    attack = "<script>alert(1)</script> & <b>bold</b>"
    figures = figures_of({"survivor": attack, "provider": "Providers"}, survivor=(100, 50), provider=(40, 10))
    page = render_report(figures, CHART, [Example("AE", attack, "survivor")], {attack: attack}, attack)
    seen = Seen(page)
    assert "script" not in seen.tags
    # The page's title and heading, two tables, the example and who said it, and the manifest twice.
    assert seen.words.count(attack) == 8


def test_the_chart_stands_in_the_page_as_it_is() -> None:
    assert CHART in report_of()


def test_examples_stand_under_their_section() -> None:
    page = report_of(examples=(Example("AE", "I rang three helplines.", "survivor"),))
    place = page.index("I rang three helplines.")
    assert page.rindex("<h3", 0, place) == page.index('<h3 class="s2">Access and Engagement')
    assert "<footer>Survivors</footer>" in page
    assert page.count("No passage to show.") == 3


def test_the_manifest_shows_its_words_and_none_of_its_numbers() -> None:
    page = report_of(model="ab" * 32, counts={"rows": 91837}, outputs={"passages.csv": "cd" * 32}, options=None)
    assert "ab" * 32 in page
    assert f'<dt>outputs passages.csv</dt><dd class="hash">{"cd" * 32}</dd>' in page
    assert "91837" not in page


def test_the_same_figures_give_the_same_page() -> None:
    assert report_of(model="x") == report_of(replace(BIG), model="x")


def test_a_fifth_section_has_a_colour_too() -> None:
    more = (*BIG.sections, replace(BIG.sections[0], code="X", title="Extra"))
    wider = replace(
        BIG,
        sections=more,
        groups=tuple(replace(group, shares=(*group.shares, group.shares[0])) for group in BIG.groups),
        everyone=replace(BIG.everyone, shares=(*BIG.everyone.shares, BIG.everyone.shares[0])),
    )
    assert '<h3 class="s1">Extra' in report_of(wider)


def test_the_part_for_the_staff_page_has_no_style_of_its_own() -> None:
    text = (TEMPLATES / "findings" / "_figures.html").read_text(encoding="utf-8")
    assert "style" not in text
    assert "<script" not in text


def test_reading_figures_loads_nothing_heavy() -> None:
    code = (
        "import sys, analysis.findings.report;"
        "print([name for name in ('matplotlib', 'sklearn', 'nltk', 'numpy', 'flask') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
