"""The map of all clauses, and the words around it: what is shown, withheld, never asked; and nothing beyond that."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.shown import ALL, ShownTable
from analysis.revision.asked_about import BY_ITSELF, NOT_AT_ALL, WITH_OTHERS, Asking, asking_of, ways_asked
from analysis.revision.codes_between import codes_in
from analysis.revision.dissent import dissent_in
from analysis.revision.evidence_words import cell_said, nobody_said, pair_said, summary_said
from analysis.revision.heat_map import (
    DIFFER,
    ELSEWHERE,
    GAPS,
    NOT_ASKED,
    NOT_YET,
    SHOWN,
    WITHHELD,
    Filter,
    MapRow,
    Seen,
    filtered,
    heat_map,
    sections_in,
)
from analysis.revision.related import related_to
from analysis.revision.verdicts import verdicts_on
from analysis.standard.clauses import REQUIREMENT, SECTION, STANDARD, Aim, Clause, Stage, StandardText, clause_id
from analysis.standard.shipped_texts import shipped_text
from surveys.definition.load import parse_survey
from tests.analysis.revision.evidenced import SURVEY, by_audience, by_verdict, codes

MDAN = shipped_text("mdan")
ASKING = asking_of(parse_survey(SURVEY))
NAMES = {"survivor": "Survivors", "provider": "Providers", ALL: "Everybody"}


def made(number: str, level: str, *children: Clause, **told: tuple[str, ...]) -> Clause:
    """A clause of a made-up standard."""
    return Clause(clause_id("made", number), number, f"Title of {number}", level, children=children, **told)  # type: ignore[arg-type]


#: Two stages, an aim, requirements that are read with their standard, and one standard without any code.
DEEP = StandardText(
    "made",
    "A standard",
    "Somebody",
    2,
    "mdan",
    (
        made(
            "A",
            SECTION,
            made(
                "A1",
                STANDARD,
                made("A1.1", REQUIREMENT, stages=("safe",), aims=("safety",)),
                made("A1.2", REQUIREMENT, aims=("safety",)),
                codes=("AE3",),
            ),
            made("A2", STANDARD, codes=("AE3", "LG2")),
            codes=("AE",),
        ),
        made("B", SECTION, made("B1", STANDARD)),
    ),
    aims=(Aim("safety", "Safety"),),
    stages=(Stage("safe", "Safe", 1), Stage("full", "Full")),
)


def seen(table: ShownTable | None, text: StandardText = MDAN, *others: Asking, **audiences: str) -> Seen:
    here = audiences or {"survivor": "Survivors", "provider": "Providers"}
    return Seen(text, ASKING, table, (ASKING, *others), here)


def rows_of(what: Seen) -> dict[str, MapRow]:
    return {row.clause.number: row for row in heat_map(what)}


def test_every_clause_is_there_in_the_order_of_the_standard() -> None:
    rows = heat_map(seen(by_audience({})))
    assert [row.clause.id for row in rows] == [each.clause.id for each in MDAN.walk()]
    assert [len(row.cells) for row in rows] == [3] * 24
    assert [len(below) for _head, below in sections_in(rows)] == [4, 6, 6, 4] or len(sections_in(rows)) == 4


def test_a_cell_says_its_share_or_why_there_is_none() -> None:
    table = by_audience({("AE3", "provider"): None, ("OE1", "survivor"): None, ("AE3", ALL): 100})
    rows = rows_of(seen(table, MDAN, survivor="Survivors", provider="Providers", commissioner="Commissioners"))
    said = {cell.group: (cell.state, cell_said(cell)) for cell in rows["AE3"].cells}
    assert said["survivor"] == (SHOWN, ("30 %",))
    assert said["provider"] == (WITHHELD, ("withheld",))
    assert said["commissioner"] == (NOT_ASKED, ("not asked",))
    assert said[ALL] == (SHOWN, ("over 99 %",))
    assert rows["OE1"].cells[0].state == NOT_ASKED  # withheld, and nobody was asked: the gap is what matters
    assert rows["OE1"].cells[1].state == SHOWN  # nobody asked, and yet said
    assert {cell.shade for cell in rows["AE3"].cells} == {0, 3, 5}
    assert "commissioner" in rows["AE3"].not_asked


def test_without_a_table_there_is_no_figure_and_gaps_stay_gaps() -> None:
    rows = rows_of(seen(None))
    assert [cell.state for cell in rows["AE3"].cells] == [NOT_YET, NOT_YET, NOT_YET]
    assert [cell.state for cell in rows["LG2"].cells] == [NOT_ASKED, NOT_YET, NOT_YET]
    assert [cell.state for cell in rows["OE1"].cells] == [NOT_ASKED] * 3
    other = Asking("mdan", {"family": "Family"}, frozenset({("OE1", "family")}))
    cells = rows_of(seen(by_audience({}), MDAN, other, family="Family"))["OE1"].cells
    assert [cell.state for cell in cells] == [ELSEWHERE, SHOWN]


def test_who_was_asked_is_told_by_the_clause_what_is_below_it_and_what_it_is_in() -> None:
    placed = MDAN.by_number()
    ways = {number: ways_asked(MDAN, placed[number], [ASKING]) for number in ("AE3", "AE1", "AE", "LG2", "LG", "OE1")}
    assert ways["AE3"] == {"survivor": BY_ITSELF, "provider": BY_ITSELF}
    assert ways["AE1"] == {"survivor": WITH_OTHERS, "provider": NOT_AT_ALL}
    assert ways["AE"] == {"survivor": BY_ITSELF, "provider": BY_ITSELF}
    assert ways["LG2"] == ways["LG"] == {"survivor": NOT_AT_ALL, "provider": BY_ITSELF}
    assert set(ways["OE1"].values()) == {NOT_AT_ALL}
    elsewhere = replace(ASKING, book="other")
    assert set(ways_asked(MDAN, placed["AE3"], [elsewhere]).values()) == {NOT_AT_ALL}
    assert nobody_said("survivor") == "No survivor was asked about this."
    assert nobody_said("carer", "Carers") == "Nobody of “Carers” was asked about this."


def test_requirements_are_read_with_what_they_stand_in() -> None:
    rows = rows_of(seen(by_audience({("AE3", "survivor"): 44, ("LG2", "survivor"): 12}), DEEP))
    assert cell_said(rows["A1.1"].cells[0]) == ("44 %",)
    assert rows["A1.1"].read_with
    assert rows["A1.1"].read_with.number == "A1"
    assert cell_said(rows["A2"].cells[0]) == ("LG2 12 %", "AE3 44 %")
    assert rows["B1"].is_gap
    assert rows["A"].differences
    assert not rows["A1"].differences


def test_rows_are_chosen_by_section_stage_gap_and_difference() -> None:
    rows = heat_map(seen(by_audience({}), DEEP))

    def numbers(**wanted: str) -> list[str]:
        return [row.clause.number for row in filtered(rows, Filter(**wanted))]

    assert numbers(section="B") == ["B", "B1"]
    assert numbers(stage="safe") == ["A", "A1", "A1.1"]
    assert numbers(stage="full") == []
    assert numbers(only=DIFFER) == ["A", "A1", "A1.1", "A1.2", "A2"]
    assert numbers(only=GAPS) == ["B", "B1"]
    assert numbers(only="nonsense") == numbers()


def test_the_summary_says_what_the_map_says() -> None:
    table = by_audience({("AE", ALL): 61, **dict.fromkeys([("SD1", g) for g in ("survivor", "provider", ALL)])})
    words = " ".join(summary_said(heat_map(seen(table)), NAMES))
    assert "Of 20 clauses here, 19 have a share that may be shown." in words
    assert "Most was said about Access and Engagement: 61 % of responses." in words
    assert "Survivors spoke of it more often than Providers: by 24 points (11 to 37)." in words
    assert "No survivor was asked about 15 clauses." in words
    assert "Nobody at all was asked about 14 clauses." in words
    assert "points" not in " ".join(summary_said(heat_map(seen(replace(table, differences=()))), NAMES))
    assert summary_said((), NAMES)


SHARES = st.dictionaries(
    st.sampled_from([(code.code, group) for code in codes() for group in ("survivor", "provider", ALL)]),
    st.none() | st.integers(0, 100),
    max_size=60,
)


@given(SHARES)
def test_no_number_is_said_that_the_table_does_not_show(shares: dict[tuple[str, str], int | None]) -> None:
    table = by_audience(shares, usual=30)
    allowed = {f"{each.percent} %" for each in table.figures.values()}
    allowed |= {"1 %", "99 %"}  # under and over these
    rows = heat_map(seen(table))
    said = [line for row in rows for cell in row.cells for line in cell_said(cell)]
    said += [*summary_said(rows, NAMES), *dissent_in(table, "AE", ["AE3"], ["AE3"], ())]
    assert set(re.findall(r"\d+ %", " ".join(said))) <= allowed
    for row in rows:
        for cell in row.cells:
            figures = [table.figures[code, cell.group] for code in row.placed.codes]
            assert (cell.state == SHOWN) == any(each.percent is not None for each in figures)


@given(st.lists(st.sampled_from(["AE", "AE3", "LG"]), max_size=4))
def test_codes_of_the_same_book_stay_and_of_another_are_mapped_or_left_out(wanted: list[str]) -> None:
    between = {("mdan", "other"): {"AE": ("X", "Y"), "AE3": ("X",)}}
    assert codes_in("mdan", "mdan", wanted) == tuple(wanted)
    assert codes_in("mdan", "nothing", wanted, between) == ()
    found = codes_in("mdan", "other", wanted, between)
    assert len(set(found)) == len(found)
    assert set(found) == ({"X", "Y"} if "AE" in wanted else {"X"} if "AE3" in wanted else set())


def test_what_fewer_said_is_told_as_far_as_it_may_be_seen() -> None:
    table = by_audience({("AE/problem", ALL): 40, ("AE/praise", ALL): 12, ("AE/neutral", ALL): None, ("AE3", ALL): 4})
    words = " ".join(dissent_in(table, "AE", ["AE3"], ["AE3"], ()))
    assert "no stance was more common than “problem” (40 % of responses)" in words
    assert "“praise” (12 %)" in words
    assert "Withheld, so that no figure tells of a few people: “neutral”." in words
    assert "(4 %), and what was said about it is quoted here." in words
    hidden = by_audience({("AE3", ALL): None})
    assert "is withheld" in " ".join(dissent_in(hidden, "AE", ["AE3"], (), ()))
    assert "quoted here all the same" in " ".join(dissent_in(hidden, "AE", ["AE3"], ["AE3"], ()))


def test_verdicts_are_the_sizes_that_the_gate_let_through() -> None:
    survey = parse_survey(SURVEY)
    table = by_verdict(keep=90, change=45, remove=None)
    (found,) = verdicts_on(survey, [table], {"AE3"}, {"first_contact": "What should happen?"})
    assert [line.base for line in found.lines] == [90, 45, None, None]
    words = " ".join(dissent_in(None, "", (), (), [found]))
    assert "“keep it”" in words
    assert "“change it” by about 45" in words
    assert "withheld" in words
    assert verdicts_on(survey, [table], {"AE1"}, {}) == verdicts_on(survey, [], {"AE3"}, {}) == ()


def test_related_clauses_say_why() -> None:
    placed = DEEP.by_number()
    told = {(each.placed.clause.number, each.why) for each in related_to(DEEP, placed["A1.1"], {}, "")}
    assert ("A1.2", "It has the same aim: Safety.") in told
    assert ("A2", "Answers are read for it by the same code: AE3.") in told
    pairs = {("AE1", "LG2"): 17, ("AE3", "LG2"): 22}
    found = related_to(MDAN, MDAN.by_number()["AE3"], pairs, "Survivors")
    assert [(each.placed.clause.number, each.why) for each in found] == [
        ("LG2", "Named together in 22 % of responses (Survivors).")
    ]
    came = replace(placed["A1.1"], clause=replace(placed["A1.1"].clause, earlier=(MDAN.clauses[0].id,)))
    assert related_to(DEEP, came, {}, "", [MDAN])[0].edition == 1


def test_a_difference_is_said_the_way_round_it_is() -> None:
    (difference,) = [each for each in by_audience({}).differences if each.differs]
    assert pair_said(difference, NAMES) == "Survivors more than Providers, by 24 points (11 to 37)"
    turned = replace(difference, points=-24, low=-37, high=-11)
    assert pair_said(turned, NAMES) == "Providers more than Survivors, by 24 points (11 to 37)"
