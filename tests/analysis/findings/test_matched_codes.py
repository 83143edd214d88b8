"""Codes of two versions held against each other, and the table of two waves that comes of it."""

from dataclasses import replace

from analysis.code_books.lineage import MERGED, SAME, SPLIT, Version, unchanged
from analysis.code_books.tree import Book, Code
from analysis.findings.shown import ALL, CORRECTED, MACHINE, SECTION, STANCE, WITHHELD, Figure, ShownGroup, ShownTable
from analysis.findings.shown import Code as Shown
from analysis.findings.waves import matched_codes
from analysis.findings.waves.asked_codes import asked, columns
from analysis.findings.waves.comparison_rows import rows_of
from analysis.findings.waves.matched_codes import SHIFTED, Match, matches, turned, union, unlike
from analysis.findings.waves.wave_table import AFTER, BEFORE, compared, wave_table

A, B, C, D = (Code(f"id-{letter}", letter, f"Section {letter}", definition=f"About {letter}.") for letter in "ABCD")
AB, C1, C2, E = (Code(f"id-{code}", code, f"Section {code}") for code in ("AB", "C1", "C2", "E"))
OLD = Book("own", "Our own", codes=(A, B, C, D))
NEW = Book("own", "Our own", codes=(AB, C1, C2, E))
CAME = {
    "id-AB": {"id-A": MERGED, "id-B": MERGED},
    "id-C1": {"id-C": SPLIT},
    "id-C2": {"id-C": SPLIT},
    "id-E": dict[str, str](),
}
LATER = [Version(2, NEW, CAME)]


def told(found: list[Match]) -> list[tuple[str, str, str]]:
    return [(each.how, union(each.before), union(each.after)) for each in found]


def test_merged_and_split_codes_are_unions_and_new_and_retired_ones_have_no_other_side() -> None:
    found = matches(OLD, LATER)
    assert told(found) == [
        (matched_codes.MERGED, "A+B", "AB"),
        (matched_codes.SPLIT, "C", "C1+C2"),
        (matched_codes.NEW, "", "E"),
        (matched_codes.RETIRED, "D", ""),
    ]
    assert [each.comparable for each in found] == [True, True, False, False]
    assert all(each.means for each in found)


def test_the_same_version_matches_itself() -> None:
    assert told(matches(OLD, [])) == [(SAME, code, code) for code in "ABCD"]


def test_what_means_something_else_is_called_so() -> None:
    other = replace(A, definition="About A and its neighbours.", title="New title")
    book = replace(OLD, codes=(other, replace(B, code="B9"), C, D))
    found = matches(OLD, [Version(2, book, unchanged(book))])
    assert told(found)[:2] == [(matched_codes.REWRITTEN, "A", "A"), (SAME, "B", "B9")]


def test_a_section_into_which_a_theme_was_moved_is_not_the_same_any_more() -> None:
    theme, stays = Code("id-A1", "A1", "Theme"), Code("id-B1", "B1", "Other theme")
    old = Book("own", "Our own", codes=(replace(A, children=(theme,)), replace(B, children=(stays,)), C))
    book = replace(old, codes=(A, replace(B, children=(stays, theme)), C))
    found = {union(each.after): each.how for each in matches(old, [Version(2, book, unchanged(book))])}
    assert found == {"A": SHIFTED, "B": SHIFTED, "C": SAME, "A1": SAME, "B1": SAME}


def test_what_is_asked_for_over_a_bridge_and_which_unions_it_takes() -> None:
    matched = matches(OLD, LATER)
    old, new = (
        [Shown(each.code, each.title, SECTION, each.code) for each in book.codes]
        + [Shown(f"{each.code}/problem", "a problem", STANCE, each.code) for each in book.codes]
        for book in (OLD, NEW)
    )
    unions = [each for each in columns(old, matched) if len(each.members) > 1]
    assert [(each.code.code, set(each.members)) for each in unions] == [
        ("A+B", {"A", "B"}),
        ("A+B/problem", {"A/problem", "B/problem"}),
    ]
    assert (unions[0].code.title, unions[1].code.section) == ("Section A + Section B", "A+B")
    found = {each.code.code: (set(each.own), set(each.other)) for each in asked(old, new, matched)}
    assert found["AB"] == ({"A", "B"}, {"AB"})
    assert found["C1+C2/problem"] == ({"C/problem"}, {"C1/problem", "C2/problem"})
    assert found["C1"] == (set(), {"C1"})
    assert found["E/problem"] == (set(), {"E/problem"})
    assert "D" not in found
    assert len(found) == 2 * (1 + 1 + 2 + 1)


def test_lineage_goes_over_several_versions() -> None:
    last = Book("own", "Our own", codes=(AB, C1, E))
    came = {"id-AB": {"id-AB": SAME, "id-C2": MERGED}, "id-C1": {"id-C1": SAME}, "id-E": {"id-E": SAME}}
    found = matches(OLD, [*LATER, Version(3, last, came)])
    assert told(found) == [
        (matched_codes.MIXED, "A+B+C", "AB+C1"),
        (matched_codes.NEW, "", "E"),
        (matched_codes.RETIRED, "D", ""),
    ]


def test_seen_the_other_way_round_a_merger_is_a_split() -> None:
    assert told(turned(matches(OLD, LATER))) == [
        (matched_codes.SPLIT, "AB", "A+B"),
        (matched_codes.MERGED, "C1+C2", "C"),
        (matched_codes.RETIRED, "E", ""),
        (matched_codes.NEW, "", "D"),
    ]


def test_books_that_have_nothing_to_do_with_each_other_share_nothing() -> None:
    assert not any(each.comparable for each in unlike(OLD, NEW))
    assert len(unlike(OLD, NEW)) == 8


def table(size: int, shares: dict[str, int], kind: str = CORRECTED) -> ShownTable:
    codes = tuple(
        Shown(code, f"Title of {code}", "stance" if "/" in code else "section", code.partition("/")[0])
        for code in shares
    )
    wide = None if kind == MACHINE else 4
    figures = {
        (code, group): Figure(share, wide and share - wide, wide and share + wide, kind, audited=200)
        for code, share in shares.items()
        for group in ("survivor", ALL)
    }
    groups = (ShownGroup("survivor", "Survivors", size), ShownGroup(ALL, "Everybody", size))
    return ShownTable("audience", "Shares", codes, groups, figures)


def withheld() -> ShownTable:
    made = table(1000, {"A+B": 30})
    return replace(made, figures=dict.fromkeys(made.figures, Figure(None, None, None, WITHHELD)))


ONE = table(1000, {"A+B": 30, "A": 20, "C": 40, "C/problem": 20, "D": 50})
OTHER = table(1200, {"AB": 45, "C1+C2": 41, "C1+C2/problem": 21, "E": 50})


def test_two_waves_are_one_table_with_changes() -> None:
    codes = compared(matches(OLD, LATER), ONE, OTHER)
    assert [(each.before, each.after) for each in codes] == [
        ("A+B", "AB"),
        ("C", "C1+C2"),
        ("C/problem", "C1+C2/problem"),
    ]
    shown = wave_table(ONE, OTHER, codes, ("2023", "2026"))
    changed = {each.code: (each.points, each.differs) for each in shown.differences}
    assert changed == {"AB": (15, True), "C1+C2": (1, False), "C1+C2/problem": (1, False)}
    assert [group.name for group in shown.groups][:2] == ["2023", "2026"]
    rows = rows_of(shown)
    assert (rows[0].before, rows[0].after) == ("30 % (26 to 34)", "45 % (41 to 49)")
    assert rows[0].change == "+15 (+9 to +21)"
    assert rows[1].change == "+1 (-5 to +7, may be chance)"


def test_what_its_own_wave_withholds_is_withheld_here_and_has_no_change() -> None:
    one = withheld()
    shown = wave_table(one, OTHER, compared(matches(OLD, LATER), one, OTHER), ("2023", "2026"))
    assert shown.of("AB", BEFORE).percent is None
    assert shown.differences == ()
    assert rows_of(shown)[0].before == "withheld"
    assert rows_of(shown)[0].change == ""


def test_raw_shares_of_the_machine_are_shown_and_not_compared() -> None:
    one = table(1000, {"A+B": 30}, MACHINE)
    found = wave_table(one, OTHER, compared(matches(OLD, LATER), one, OTHER), ("2023", "2026"))
    assert rows_of(found)[0].before == "30 %, uncorrected"
    assert found.of("AB", AFTER).percent == 45
    assert found.differences == ()
