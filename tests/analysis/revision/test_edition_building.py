"""The next edition: nothing is lost, nothing is there twice, and numbers change only where they must."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.revision.edition_building import GAPS, Settled, next_text
from analysis.revision.edition_diff import ADDED, CHANGED, REMOVED, RENUMBERED, SAME, changes_between, words_between
from analysis.revision.numbering import CLOSED, KEPT
from analysis.standard.clauses import REQUIREMENT, SECTION, STANDARD, Clause, StandardText
from analysis.standard.shipped_texts import shipped_text


def clause(number: str, level: str, *below: Clause, **more: Any) -> Clause:
    said = {"title": f"Title of {number}", "wording": f"What {number} asks for."}
    return Clause(id=f"id-{number}", number=number, level=level, children=below, **{**said, **more})


def small() -> StandardText:
    """Two sections with standards and requirements."""
    first = clause("A1", STANDARD, *(clause(f"A1.{each}", REQUIREMENT) for each in (1, 2, 3, 4)))
    second = clause("A2", STANDARD, clause("A2.1", REQUIREMENT))
    sections = (clause("A", SECTION, first, second), clause("B", SECTION, clause("B1", STANDARD)))
    return StandardText("small", "A small standard", "Nobody", 1, "mdan", sections, glossary={"MARAC": "a meeting"})


def numbers(text: StandardText) -> list[str]:
    return [each.clause.number for each in text.walk()]


def by_title(text: StandardText, title: str) -> Clause:
    return next(each.clause for each in text.walk() if each.clause.title == title)


def remove(number: int, at: str) -> Settled:
    return Settled(number, "remove", f"id-{at}")


def add(of: int, below: str, /, **fields: str) -> Settled:
    return Settled(of, "add", "", below and f"id-{below}", {"title": f"New {of}", **fields})


def change(of: int, at: str, /, **fields: str) -> Settled:
    return Settled(of, "change", f"id-{at}", "", fields)


def test_where_nothing_is_adopted_nothing_changes_but_the_edition() -> None:
    old = shipped_text("mdan")
    new = next_text(old, [Settled(1, "remove", old.clauses[0].id, adopted=False)])
    assert new.edition == 2
    assert numbers(new) == numbers(old)
    assert {each.clause.earlier for each in new.walk()} == {(each.clause.id,) for each in old.walk()}
    assert {each.fate for each in changes_between(old, new)} == {SAME}


def test_gaps_are_kept_unless_they_are_to_be_closed() -> None:
    settled = [remove(1, "A1.2"), add(2, "A1")]
    kept, closed = (next_text(small(), settled, gaps) for gaps in GAPS)
    assert numbers(kept)[2:6] == ["A1.1", "A1.3", "A1.4", "A1.5"]
    assert numbers(closed)[2:6] == ["A1.1", "A1.2", "A1.3", "A1.4"]
    assert by_title(closed, "Title of A1.3").id == "id-A1.3"
    assert numbers(kept)[6:] == numbers(closed)[6:] == ["A2", "A2.1", "B", "B1"]
    assert kept.gone == closed.gone == ("id-A1.2",)


def test_what_lies_below_a_renumbered_clause_follows_it() -> None:
    closed = next_text(small(), [remove(1, "A1")], CLOSED)
    assert numbers(closed) == ["A", "A1", "A1.1", "B", "B1"]
    assert by_title(closed, "Title of A2.1").id == "id-A2.1"
    fates = {each.here.clause.id: each.fate for each in changes_between(small(), closed)}
    assert fates["id-A2"] == fates["id-A2.1"] == RENUMBERED
    assert fates["id-A1"] == fates["id-A1.4"] == REMOVED


def test_the_last_clause_s_number_is_not_given_again_where_gaps_are_kept() -> None:
    assert numbers(next_text(small(), [remove(1, "A1.4"), add(2, "A1")], KEPT))[2:6] == ["A1.1", "A1.2", "A1.3", "A1.5"]


def test_a_clause_put_between_takes_a_letter_or_its_place() -> None:
    settled = [add(1, "A1", after="A1.2"), add(2, "A1", after="id-A1.2")]
    assert numbers(next_text(small(), settled, KEPT))[3:6] == ["A1.2", "A1.2a", "A1.2b"]
    assert numbers(next_text(small(), settled, CLOSED))[2:8] == [f"A1.{each}" for each in range(1, 7)]


def test_new_clauses_find_their_level_and_number() -> None:
    new = next_text(small(), [add(1, ""), add(2, "B"), add(3, "B1"), add(4, "A2.1"), add(5, "A", number="A9")])
    found = {each.clause.title: (each.clause.number, each.clause.level) for each in new.walk()}
    assert found["New 1"] == ("C", SECTION)
    assert found["New 2"] == ("B2", STANDARD)
    assert found["New 3"] == ("B1.1", REQUIREMENT)
    assert found["New 4"] == ("A2.1.1", REQUIREMENT)
    assert found["New 5"] == ("A9", STANDARD)


def test_a_new_section_among_named_ones_is_named_by_its_title() -> None:
    old = shipped_text("mdan")
    new = next_text(old, [Settled(1, "add", "", "", {"title": "After the court"})])
    assert new.clauses[-1].number == "ATC"


def test_a_number_that_is_taken_is_not_given_twice() -> None:
    new = next_text(small(), [add(1, "A1", number="A1.2"), add(2, "A1", number="A1.9"), add(3, "A1", number="A1.9")])
    assert numbers(new)[6:9] == ["A1.10", "A1.9", "A1.11"]


def test_split_and_merge_are_lineage() -> None:
    merged = [change(1, "A1.1", wording="Both.", earlier="A1.2"), remove(2, "A1.2")]
    new = next_text(small(), [*merged, add(3, "A1", earlier="id-A1.3, A1.4")])
    assert by_title(new, "Title of A1.1").earlier == ("id-A1.1", "id-A1.2")
    assert by_title(new, "New 3").earlier == ("id-A1.3", "id-A1.4")
    assert new.gone == ("id-A1.2",)
    told = {each.here.clause.id: each for each in changes_between(small(), new)}
    assert told["id-A1.1"].from_ids == ("id-A1.2",)
    assert told[by_title(new, "New 3").id].from_ids == ("id-A1.3", "id-A1.4")


def test_a_change_says_only_what_was_decided() -> None:
    new = next_text(small(), [change(1, "A1.1", wording="Everybody is heard.", title=" ", aims="safety, reach")])
    found = new.placed()["id-A1.1"].clause
    assert (found.title, found.wording, found.aims) == ("Title of A1.1", "Everybody is heard.", ("safety", "reach"))
    change_ = next(each for each in changes_between(small(), new) if each.fate == CHANGED)
    assert [each.field for each in change_.changes] == ["wording", "aims"]


def test_where_two_decisions_contradict_each_other_the_clause_stays() -> None:
    new = next_text(small(), [remove(1, "A1.1"), Settled(2, "keep", "id-A1.1")])
    assert "id-A1.1" in new.placed()


def test_a_new_clause_below_one_that_goes_moves_up() -> None:
    new = next_text(small(), [remove(1, "A1"), add(2, "A1.3")])
    assert new.placed()[by_title(new, "New 2").id].above[-1].id == "id-A"


# Whatever is decided ---------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn, depth: int = 0, before: str = "") -> tuple[Clause, ...]:
    """Clauses with odd numbers, unique by where they lie."""
    made = []
    for at in range(draw(st.integers(1 if not depth else 0, 4))):
        own = draw(
            st.sampled_from([str(at + 1), "ABCD"[at], f"{at + 1}.", f"x{at}1", f"{at}{'ab'[at % 2]}", f"{at}-1"])
        )
        number = f"{before}{draw(st.sampled_from(['', '.', '/']))}{own}"
        level = (SECTION, STANDARD, REQUIREMENT)[depth]
        below = draw(trees(depth + 1, f"{number}|" if draw(st.booleans()) else number)) if depth < 2 else ()
        made.append(clause(number, level, *below))
    return tuple(made)


def unique(clauses: tuple[Clause, ...]) -> bool:
    found = [each.clause.number for each in StandardText("x", "X", "X", 1, "mdan", clauses).walk()]
    return len(set(found)) == len(found)


@st.composite
def revisions(draw: st.DrawFn) -> tuple[StandardText, list[Settled]]:
    """An edition and any decisions about it."""
    old = StandardText("x", "X", "X", 3, "mdan", draw(trees().filter(unique)), gone=("id-before",))
    ids = st.sampled_from([*(each.clause.id for each in old.walk()), "nowhere", ""])
    any_number = st.sampled_from([*(each.clause.number for each in old.walk()), "1", "A1", "B", ""])
    fields = st.fixed_dictionaries(
        {"title": st.text(max_size=5)}, optional={"number": any_number, "after": ids, "earlier": ids}
    )
    one = st.builds(
        Settled,
        st.integers(1, 99),
        st.sampled_from(["add", "change", "remove", "keep"]),
        ids,
        ids,
        fields,
        st.booleans(),
    )
    return old, draw(st.lists(one, max_size=8))


@given(revisions(), st.sampled_from(GAPS))
def test_nothing_is_lost_and_nothing_is_there_twice(revision: tuple[StandardText, list[Settled]], gaps: str) -> None:
    old, settled = revision
    new = next_text(old, settled, gaps)
    ids = [each.clause.id for each in new.walk()]
    assert len(set(ids)) == len(ids)
    assert len(set(numbers(new))) == len(ids)
    before = {each.clause.id for each in old.walk()}
    assert before | {"id-before"} == (before & set(ids)) | set(new.gone)
    assert not set(ids) & set(new.gone)
    assert len(set(ids) - before) == sum(each.adopted and each.kind == "add" for each in settled)
    assert {each for one in new.walk() for each in one.clause.earlier} <= before
    assert all(each.clause.title for each in new.walk())
    assert StandardText.from_json(new.to_json()) == new
    told = changes_between(old, new)
    assert sorted(each.here.clause.id for each in told) == sorted(before | set(ids))
    assert {each.here.clause.id for each in told if each.fate == ADDED} == set(ids) - before


@given(revisions())
def test_with_gaps_kept_no_number_ever_means_another_clause(revision: tuple[StandardText, list[Settled]]) -> None:
    old, settled = revision
    plain = [replace(each, fields={"title": "T"}) for each in settled]
    new, before = next_text(old, plain, KEPT), {each.clause.number: each.clause.id for each in old.walk()}
    for each in new.walk():
        assert before.get(each.clause.number, each.clause.id) == each.clause.id


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_both_texts_come_back_out_of_their_difference(old: str, new: str) -> None:
    words = words_between(old, new)
    assert "".join(text for kind, text in words if kind != "in") == old
    assert "".join(text for kind, text in words if kind != "out") == new


@pytest.mark.parametrize("kinds", [("remove", "remove")])
def test_the_same_decision_twice_is_one(kinds: tuple[str, str]) -> None:
    new = next_text(small(), [Settled(at, kind, "id-B1") for at, kind in enumerate(kinds, 1)])
    assert new.gone == ("id-B1",)
