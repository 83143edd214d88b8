"""Versions of a code book: acts keep it sound, and what was coded is carried along without inventing anything."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.code_books.acts import CannotAct, Draft, begun, begun_new, done, next_version
from analysis.code_books.as_editions import book_of, edition_of, standard_of
from analysis.code_books.changes import changes
from analysis.code_books.lineage import (
    Version,
    first_version,
    mapped,
    must_look_again,
    sections_of,
    spanning,
    successors,
    version_from,
)
from analysis.code_books.tree import Book, Code, first_id, wrong_with
from analysis.standard.edition import load_edition
from tests.analysis.code_books.drawn_books import acted, books


def code(name: str, *children: Code, **words: Any) -> Code:
    return Code(first_id("mine", name), name, f"About {name}", children=children, **words)


def small() -> Version:
    """Two sections, each with two themes."""
    sections = (code("A", code("A1", definition="one"), code("A2")), code("B", code("B1"), code("B2")))
    return first_version(Book("mine", "Ours", codes=sections))


def id_of(name: str) -> str:
    return first_id("mine", name)


def after(*acts: dict[str, Any], version: Version | None = None) -> Version:
    start = version or small()
    return next_version(done(begun(start), acts), start.number + 1)


def kinds(new: Version, old: Version | None = None) -> list[str]:
    return [change.kind for change in changes((old or small()).book, new)]


def test_a_version_is_read_back_as_it_was_and_pinned_by_its_fingerprint() -> None:
    version = small()
    assert version_from(version.text) == version
    assert version_from(version.text).sha256 == version.sha256 != after(version=version).sha256


def test_a_renamed_code_is_the_same_and_needs_nobody() -> None:
    new = after({"act": "rename", "id": id_of("A1"), "code": "A9", "title": "Money"})
    assert mapped(["A1", "B"], small().book, new) == ("A9", "B")
    assert not must_look_again(small().book, new)
    assert kinds(new) == ["renamed"]


def test_merged_codes_become_one_and_need_nobody() -> None:
    new = after({"act": "merge", "ids": [id_of("A1"), id_of("A2")], "code": "A1", "title": "Both", "definition": "x"})
    assert mapped(["A1"], small().book, new) == mapped(["A2"], small().book, new) == ("A1",)
    assert not must_look_again(small().book, new)
    (change,) = changes(small().book, new)
    assert [each.code for each in change.before] == ["A1", "A2"]


def test_a_split_code_is_for_people_also_where_one_half_keeps_its_name() -> None:
    parts = [{"code": "A1", "title": "Half"}, {"code": "A3", "title": "Other half"}]
    new = after({"act": "split", "id": id_of("A1"), "parts": parts})
    assert mapped(["A", "A1"], small().book, new) == ("A",)
    assert must_look_again(small().book, new) == {"A1"}
    assert kinds(new) == ["split"]


@pytest.mark.parametrize("field", ["definition", "include", "exclude"])
def test_another_meaning_is_for_people(field: str) -> None:
    new = after({"act": "reword", "id": id_of("A1"), field: "Something else"})
    assert must_look_again(small().book, new) == {"A1"}
    assert mapped(["A1"], small().book, new) == ("A1",)


def test_an_example_cues_and_line_breaks_change_no_meaning() -> None:
    new = after({"act": "reword", "id": id_of("A1"), "definition": "one\n", "example": "So.", "cues": ["so"]})
    assert not must_look_again(small().book, new)
    assert kinds(new) == ["reworded"]


def test_a_retired_code_is_for_people_and_its_name_never_means_the_old_one_again() -> None:
    second = after({"act": "retire", "id": id_of("B1")})
    assert must_look_again(small().book, second) == {"B1"}
    third = after({"act": "add", "parent": id_of("B"), "code": "B1", "title": "Anew"}, version=second)
    assert third.book.by_code()["B1"].id != id_of("B1")
    assert mapped(["B1"], small().book, spanning([second, third])) == ()


def test_a_code_moved_to_another_section_makes_that_one_be_looked_at() -> None:
    new = after({"act": "move", "id": id_of("A1"), "parent": id_of("B")})
    assert must_look_again(small().book, new) == {"A"}
    assert mapped(["A1"], small().book, new) == ("A1",)
    assert sections_of(["A1"], new.book) == ("B",)
    inside = after({"act": "move", "id": id_of("A2"), "parent": id_of("A"), "before": id_of("A1")})
    assert not must_look_again(small().book, inside)
    assert [each.code for each in inside.book.codes[0].children] == ["A2", "A1"]


def test_what_cannot_be_done_says_why() -> None:
    for wrong in (
        {"act": "add", "parent": None, "code": "a1", "title": "Same name but for its case"},
        {"act": "add", "parent": None, "code": "A-3", "title": "No letter or digit"},
        {"act": "add", "parent": None, "code": "C", "title": " "},
        {"act": "add", "parent": "nobody", "code": "C", "title": "Nowhere"},
        {"act": "reword", "id": id_of("A1"), "colour": "red"},
        {"act": "move", "id": id_of("A"), "parent": id_of("A1")},
        {"act": "merge", "ids": [id_of("A"), id_of("A1")], "code": "C", "title": "Two levels"},
        {"act": "merge", "ids": [id_of("A1"), id_of("A1")], "code": "C", "title": "One"},
        {"act": "split", "id": id_of("A1"), "parts": [{"code": "C", "title": "One"}]},
        {"act": "retire", "id": "nobody"},
    ):
        with pytest.raises(CannotAct) as refused:
            after(wrong)
        assert str(refused.value).endswith(".")


def test_a_fourth_level_is_refused() -> None:
    start = after({"act": "add", "parent": id_of("A1"), "code": "A1a", "title": "Third"})
    with pytest.raises(CannotAct, match="three levels"):
        after({"act": "add", "parent": first_id("mine", "A1a"), "code": "X", "title": "Fourth"}, version=start)


def test_the_shipped_standard_is_a_book_and_comes_back_unchanged() -> None:
    shipped = load_edition("mdan")
    book = book_of(shipped)
    assert not wrong_with(book)
    assert edition_of(book, shipped.sha256) == shipped
    assert len(standard_of(book).clauses) == len(shipped.theme_codes)


def test_sub_codes_are_folded_into_their_theme() -> None:
    below = code("A1a", definition="Late buses", cues=("bus",))
    edition = edition_of(
        Book("mine", "Ours", codes=(code("A", code("A1", below, definition="Ways", cues=("way",))),)), ""
    )
    (theme,) = edition.sections[0].themes
    assert theme.definition == "Ways\nAbout A1a: Late buses"
    assert theme.cues == ("way", "bus")


FEW = settings(max_examples=30, deadline=None)


@FEW
@given(st.data())
def test_any_acts_keep_a_book_sound_and_its_lineage_whole(data: st.DataObject) -> None:
    old = first_version(data.draw(books()))
    draft = acted(data, begun(old))
    assert not wrong_with(draft.book)
    new = next_version(draft, 2)
    assert not set(new.book.gone) & set(new.book.placed())
    assert set(old.book.placed()) <= {*new.book.placed(), *new.book.gone}
    assert set(new.came) == set(new.book.placed())
    assert version_from(new.text) == new
    changes(old.book, new)


@FEW
@given(st.data())
def test_mapping_invents_no_code(data: st.DataObject) -> None:
    old = first_version(data.draw(books()))
    new = next_version(acted(data, begun(old)), 2)
    names = sorted(old.book.by_code())
    given_codes = data.draw(st.sets(st.sampled_from([*names, "not a code"])))
    found = mapped(given_codes, old.book, new)
    ids = {old.book.by_code()[name].id for name in given_codes if name in names}
    for name in found:
        assert ids & set(new.came[new.book.by_code()[name].id])
    became = successors(new.came)
    for name in set(names) - must_look_again(old.book, new):
        assert mapped([name], old.book, new), name
        assert old.book.by_code()[name].id in became


@FEW
@given(st.data())
def test_lineage_over_two_versions_is_that_of_one_after_the_other(data: st.DataObject) -> None:
    first = first_version(data.draw(books(3)))
    second = next_version(acted(data, begun(first)), 2)
    third = next_version(acted(data, begun(second)), 3)
    both = spanning([second, third])
    for name in first.book.by_code():
        step = mapped([name], first.book, second)
        assert mapped(step, second.book, third) == mapped([name], first.book, both)
    split_or_gone = {name for name in first.book.by_code() if not mapped([name], first.book, both)}
    assert split_or_gone <= must_look_again(first.book, both)


@FEW
@given(st.data())
def test_undoing_is_doing_all_but_the_last(data: st.DataObject) -> None:
    start = begun_new(data.draw(books(2)))
    acts = [
        {"act": "rename", "id": id, "code": f"Z{number}", "title": "T"} for number, id in enumerate(start.book.placed())
    ]
    assume(len(acts) > 1)
    all_but_one: Draft = done(start, acts[:-1])
    assert done(all_but_one, acts[-1:]) == done(start, acts)
