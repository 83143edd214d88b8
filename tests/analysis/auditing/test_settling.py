"""Settling: what agrees settles itself, a third person decides alone, the two only together, and history stays."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.auditing.comparing import NEITHER, cells_of, confusions
from analysis.auditing.settling import AGREED, THIRD, TOGETHER, Codes, Decision, differences, settle, waits_for

few = settings(max_examples=25, deadline=None)
ANN, BEN, CAT = b"a", b"b", b"c"
AE, SD, NONE = Codes(frozenset({"AE"})), Codes(frozenset({"SD"})), Codes()
labels = st.frozensets(st.sampled_from(["AE", "LG", "OE", "SD"]))
codes = st.builds(Codes, labels, st.frozensets(st.sampled_from(["AE1", "SD2"])), st.sampled_from(["", "praise"]))
decisions = st.lists(st.builds(Decision, st.sampled_from([ANN, BEN, CAT]), codes), max_size=8)


@few
@given(codes, decisions)
def test_what_agrees_settles_itself_whatever_is_decided(given_: Codes, made: list[Decision]) -> None:
    settled = settle({ANN: given_, BEN: given_}, made)
    assert settled is not None
    assert (settled.codes, settled.how, settled.by) == (given_, AGREED, (ANN, BEN))


@few
@given(codes, codes, decisions)
def test_nobody_of_the_pair_settles_alone(one: Codes, other: Codes, made: list[Decision]) -> None:
    by_one = [each for each in made if each.by == ANN]
    assert differences(one, other) == () or settle({ANN: one, BEN: other}, by_one) is None


@few
@given(codes, codes, decisions)
def test_what_is_settled_was_decided_by_those_who_are_named(one: Codes, other: Codes, made: list[Decision]) -> None:
    settled = settle({ANN: one, BEN: other}, made)
    if settled is None or settled.how == AGREED:
        return
    said = {(each.by, each.codes) for each in made}
    assert {(person, settled.codes) for person in settled.by} <= said
    assert settled.by == ((CAT,) if settled.how == THIRD else (ANN, BEN))


@few
@given(codes, codes, decisions)
def test_somebody_waits_only_for_the_other_of_the_pair(one: Codes, other: Codes, made: list[Decision]) -> None:
    waiting = waits_for({ANN: one, BEN: other}, made)
    if waiting is None:
        return
    decision, person = waiting
    assert {decision.by, person} == {ANN, BEN}
    after = settle({ANN: one, BEN: other}, [*made, Decision(person, decision.codes)])
    assert after is not None
    assert after.codes == decision.codes or after.how == AGREED


def test_a_third_person_then_the_pair_then_the_third_again() -> None:
    blind = {ANN: AE, BEN: SD}
    made = [Decision(CAT, AE)]
    assert settle(blind, made) is not None and settle(blind, made).how == THIRD  # type: ignore[union-attr]  # noqa: PT018
    made.append(Decision(ANN, NONE))
    assert settle(blind, made).codes == AE  # type: ignore[union-attr]
    assert waits_for(blind, made) == (made[1], BEN)
    made.append(Decision(BEN, NONE))
    settled = settle(blind, made)
    assert settled is not None
    assert (settled.codes, settled.how, settled.by) == (NONE, TOGETHER, (ANN, BEN))
    assert waits_for(blind, made) is None
    assert settle(blind, [*made, Decision(CAT, SD)]).codes == SD  # type: ignore[union-attr]


def test_one_coder_is_not_two() -> None:
    assert settle({ANN: AE}) is None
    assert settle({ANN: AE, BEN: AE, CAT: AE}) is None
    assert settle({ANN: AE, BEN: SD}) is None


def test_differences_name_what_differs() -> None:
    assert differences(AE, AE) == ()
    assert differences(AE, SD) == ("sections",)
    assert differences(AE, Codes(AE.sections, frozenset({"AE1"}), "praise")) == ("themes", "stance")


@few
@given(labels, labels)
def test_a_cell_is_the_same_from_both_sides(one: frozenset[str], other: frozenset[str]) -> None:
    assert set(cells_of(one, other)) == set(cells_of(other, one))
    assert all(here <= there for here, there in cells_of(one, other))
    assert bool({cell for cell in cells_of(one, other) if cell[0] != cell[1]}) == (one != other)


def test_confusions_lead_to_their_passages() -> None:
    none = frozenset[str]()
    pairs = {b"1": [AE.sections, SD.sections], b"2": [AE.sections, none], b"3": [none, none]}
    assert confusions(pairs) == {("AE", "SD"): [b"1"], (NEITHER, "AE"): [b"2"], (NEITHER, NEITHER): [b"3"]}
