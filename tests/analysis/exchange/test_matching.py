"""Which passages and codes here a project from elsewhere means."""

from datetime import UTC, datetime

import pytest

from analysis.coding.tables import Coding
from analysis.exchange.code_tree import NONE, code_tree, codes_in, guids_of
from analysis.exchange.matching import Matched, Span, TextHere, codes_known, ends_of_name, match, passages_meant
from analysis.exchange.project import Code, Coded, Project, Selection, Source, User
from analysis.standard.edition import load_edition

MDAN = load_edition("mdan")
#: "One two three. Four five six. Seven."
PASSAGES = (Span(b"1", 0, 14), Span(b"2", 15, 29), Span(b"3", 30, 36))
TEXT = "One two three. Four five six. Seven."
AT, LATER = (datetime(2026, 11, day, tzinfo=UTC) for day in (20, 21))


@pytest.mark.parametrize(
    ("start", "end", "meant"),
    [
        (15, 29, b"2"),  # just one
        (16, 20, b"2"),  # within one
        (0, 36, b"123"),  # all of them
        (0, 20, b"1"),  # one, and five of the next one's fourteen characters
        (0, 23, b"12"),  # one, and eight of them
        (12, 17, b"1"),  # as much of either, and half of nothing
        (14, 15, b""),  # between two
    ],
)
def test_a_mark_means_the_passages_it_shares_half_with(start: int, end: int, meant: bytes) -> None:
    assert b"".join(each.passage_id for each in passages_meant(start, end, PASSAGES)) == meant


def project(*selections: Selection, codes: tuple[Code, ...] = (), text: str = TEXT) -> Project:
    sources = (Source("s", "say 1", text, selections),)
    return Project("", users=(User("u", "One"),), codes=codes or code_tree(MDAN), sources=sources)


def mark(start: int, end: int, *codes: str, user: str | None = "u", at: datetime | None = AT) -> Selection:
    guids = guids_of(MDAN)
    coded = tuple(Coded(f"c{number}", guids.get(code, code), user, at) for number, code in enumerate(codes))
    return Selection(f"m{start}-{end}", start, end, coded)


def matched(made: Project) -> Matched:
    known = codes_known(made, code_tree(MDAN), guids_of(MDAN))
    return match(made, lambda source: TextHere(TEXT, PASSAGES), known)


def test_the_codes_of_several_marks_are_one_decision() -> None:
    found = matched(project(mark(0, 14, "AE"), mark(0, 14, "SD1", "0", at=LATER), mark(30, 36, "0")))
    assert {key: (each.codes, each.at) for key, each in found.decisions.items()} == {
        (b"1", "u"): ({"AE", "SD1"}, LATER),
        (b"3", "u"): ({NONE}, AT),
    }
    assert (found.exact, found.moved, found.nowhere) == (3, 0, 0)


def test_what_is_lost_is_counted() -> None:
    strange = Code("x", "My own code")
    found = matched(
        project(mark(14, 15, "AE"), mark(0, 20, "x"), mark(0, 14, "AE", user=None), codes=(*code_tree(MDAN), strange))
    )
    assert (found.nowhere, found.moved, found.no_coder) == (1, 1, 1)
    assert found.unknown_codes == {"My own code": 1}
    assert found.decisions == {}


def test_a_text_that_was_changed_is_named_and_nothing_of_it_taken() -> None:
    found = matched(project(mark(0, 14, "AE"), text=TEXT.replace("Seven", "Eight")))
    assert (found.changed, found.texts, found.decisions) == (["say 1"], 0, {})


def test_a_code_is_known_by_its_name_where_its_guid_is_another() -> None:
    renamed = tuple(Code(f"new-{number}", each.name.upper()) for number, each in enumerate(code_tree(MDAN)))
    found = codes_known(Project("", codes=(*renamed, Code("own", "AE3"))), code_tree(MDAN), guids_of(MDAN))
    assert list(found.values()) == [*MDAN.section_codes, NONE, "AE3"]


def test_names_give_the_end_of_a_guid() -> None:
    assert ends_of_name("1_say 0123456789AB.txt") == ["0123456789ab"]
    assert ends_of_name("say") == []


def test_a_theme_is_kept_and_brings_its_section() -> None:
    assert MDAN.sections_and_themes({"SD1", "AE", "nothing"}) == (("AE", "SD"), ("SD1",))
    assert MDAN.sections_and_themes({NONE}) == ((), ())


def test_a_decision_is_its_sections_and_themes() -> None:
    assert codes_in(Coding(sections=["AE"], themes=["AE3"])) == ("AE", "AE3")
    assert codes_in(Coding(sections=[], themes=[])) == (NONE,)


def test_names_of_codes_are_told_apart_without_their_guids() -> None:
    names = [each.name for each in Project("", codes=code_tree(MDAN)).every_code]
    assert len(set(names)) == len(names) == len(guids_of(MDAN))
