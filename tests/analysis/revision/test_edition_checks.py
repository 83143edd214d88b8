"""What does not fit together before an edition is published: each is named once, in words, with a remedy."""

from dataclasses import replace

import pytest

from analysis.revision.edition_building import Settled, next_text
from analysis.revision.edition_checks import Trouble, troubles
from analysis.revision.numbering import CLOSED, KEPT
from analysis.standard.clauses import StandardText
from analysis.standard.shipped_texts import shipped_text
from tests.analysis.revision.test_edition_building import add, change, remove, small


def found(*settled: Settled, gaps: str = KEPT, old: StandardText | None = None) -> list[Trouble]:
    text = old or small()
    return troubles(text, next_text(text, settled, gaps), settled)


def test_what_fits_has_no_trouble() -> None:
    settled = (change(1, "A1.1", wording="Other words."), remove(2, "B1"), add(3, "B", wording="New words."))
    assert found(*settled) == []
    assert found(old=shipped_text("mdan")) == []


@pytest.mark.parametrize(
    ("settled", "said"),
    [
        ([Settled(1, "keep", "id-A1", adopted=False, open=True)], "Proposal 1 is not decided."),
        ([remove(1, "A1.1"), change(2, "A1.1", wording="Else.")], "A1.1 Title of A1.1 is decided more than once"),
        ([change(1, "A1.1", wording="One."), change(2, "A1.1", wording="Two.")], "proposals 1, 2."),
        ([change(1, "A1.1", wording="  ")], "The wording adopted with proposal 1 is empty."),
        ([Settled(1, "add", "", "id-A1", {"purpose": "None."})], "Proposal 1 adds a clause that says nothing."),
        ([change(1, "A1.1", wording="What A1.1 asks for.")], "Proposal 1 was adopted and changes nothing"),
        ([remove(1, "A1"), add(2, "A1.1")], "Proposal 2 adds a clause below A1.1 Title of A1.1, which is removed."),
        ([add(1, "nowhere")], "below a clause that is not there"),
        ([remove(1, "A1"), change(2, "A1.1", wording="Else.")], "A1.1 Title of A1.1 goes, because what it lies in"),
    ],
)
def test_what_must_be_settled_is_said(settled: list[Settled], said: str) -> None:
    told = [each for each in found(*settled) if each.must]
    assert len(told) == 1
    assert said in told[0].said
    assert told[0].remedy
    assert told[0].proposal in {each.number for each in settled}


def test_two_changes_of_other_fields_are_no_contradiction() -> None:
    assert found(change(1, "A1.1", wording="One."), change(2, "A1.1", title="Two")) == []


def test_a_proposal_that_was_not_adopted_contradicts_nothing() -> None:
    assert found(remove(1, "A1.1"), replace(change(2, "A1.1", wording="Else."), adopted=False)) == []


def test_evidence_that_only_a_removed_clause_has_is_named() -> None:
    gone = replace(remove(1, "B1"), pieces=("a", "b"))
    (told,) = found(gone)
    assert told.said == "2 pieces of evidence are pinned only to B1 Title of B1, which is removed."
    assert (told.must, told.proposal) == (False, 1)
    (told,) = found(gone, replace(change(2, "A1.1", wording="Else."), pieces=("a",)))
    assert told.said.startswith("1 piece of evidence is")
    assert found(gone, replace(add(2, "A1"), pieces=("a", "b"))) == []


def test_new_terms_that_the_glossary_lacks_are_named_once() -> None:
    told = found(
        change(1, "A1.1", wording="A MARAC and an ISVA meet. A *safe word* is agreed."), add(2, "A2", title="ISVA")
    )
    assert [each.said for each in told] == [
        "“ISVA” stands in A1.1 Title of A1.1 and is not in the glossary.",
        "“safe word” stands in A1.1 Title of A1.1 and is not in the glossary.",
    ]


def test_a_number_that_another_clause_speaks_of_and_that_is_no_more_is_named() -> None:
    settled = (change(1, "A2.1", wording="See A1.2 and A1.3. It is done by 2030."), remove(2, "A1.2"))
    assert [each.said for each in found(*settled)] == ["A2.1 speaks of A1.2, which is removed."]
    told = [each.said for each in found(*settled, gaps=CLOSED) if each.clause_id == "id-A2.1"]
    assert told == ["A2.1 speaks of A1.2, which is removed.", "A2.1 speaks of A1.3, which is A1.2 now."]
