"""Drawing: the same seed draws the same, everybody has the same chance, and what was changed is found."""

from collections import Counter
from collections.abc import Collection, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.auditing import drawing
from analysis.auditing.drawing import Drawn, number_of
from analysis.auditing.frames import Frame

few = settings(max_examples=25, deadline=None)
SEED = bytes(range(32))
NAMES = ("", "provider", "survivor")
ids = st.binary(min_size=16, max_size=16)
frames = st.dictionaries(ids, st.sampled_from(NAMES), min_size=1, max_size=40)
wishes = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 50))
seeds = st.binary(min_size=32, max_size=32)


def framed(frame: Mapping[bytes, str]) -> Frame:
    """The frame of these, in the order of their ids."""
    return Frame(sorted(frame.items()))


def draw(frame: Mapping[bytes, str], wanted: Mapping[str, int], seed: bytes) -> Drawn:
    return drawing.draw(framed(frame), wanted, seed)


def faults(drawn: Drawn, seed: bytes, there: Mapping[bytes, str], held: Collection[bytes], size: int) -> list[str]:
    return drawing.faults(drawn, seed, framed(there), held, size)


def hash_of(frame: Mapping[bytes, str]) -> str:
    return drawing.hash_of(framed(frame))


@few
@given(frames, ids)
def test_a_frame_is_a_mapping_in_little_memory(frame: dict[bytes, str], other: bytes) -> None:
    kept = framed(frame)
    assert dict(kept) == frame == dict(kept.pairs)
    assert list(kept) == sorted(frame) == list(kept.roll)
    assert kept.sizes() == Counter(frame.values())
    assert (other in kept) == (other in frame)
    assert kept.get(other) == frame.get(other)


def test_a_frame_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Frame([(b"b" * 16, ""), (b"a" * 16, "")])


@few
@given(frames, wishes, seeds)
def test_as_many_are_drawn_of_each_stratum_as_are_wanted_or_there(
    frame: dict[bytes, str], wanted: dict[str, int], seed: bytes
) -> None:
    drawn = draw(frame, wanted, seed)
    sizes, chosen = Counter(frame.values()), Counter(frame[each] for each in drawn.chosen)
    assert {each.name: each.size for each in drawn.strata} == sizes
    for each in drawn.strata:
        assert each.drawn == chosen[each.name] == min(wanted.get(each.name, 0), each.size)
        assert each.probability == each.drawn / each.size
    assert drawn.chosen <= frame.keys()


@few
@given(frames, wishes, seeds)
def test_a_sample_is_what_the_smallest_numbers_give(
    frame: dict[bytes, str], wanted: dict[str, int], seed: bytes
) -> None:
    expected: set[bytes] = set()
    for name in NAMES:
        mine = sorted((number_of(seed, each), each) for each, stratum in frame.items() if stratum == name)
        expected.update(each for _number, each in mine[: wanted.get(name, 0)])
    assert draw(frame, wanted, seed).chosen == expected


@few
@given(frames, wishes, wishes, seeds)
def test_a_larger_sample_contains_the_smaller(
    frame: dict[bytes, str], wanted: dict[str, int], more: dict[str, int], seed: bytes
) -> None:
    larger = {name: wanted.get(name, 0) + more.get(name, 0) for name in NAMES}
    assert draw(frame, wanted, seed).chosen <= draw(frame, larger, seed).chosen


@few
@given(frames, wishes, seeds, st.data())
def test_drawn_again_it_holds_also_where_some_withdrew(
    frame: dict[bytes, str], wanted: dict[str, int], seed: bytes, data: st.DataObject
) -> None:
    drawn = draw(frame, wanted, seed)
    gone = data.draw(st.sets(st.sampled_from(sorted(frame))))
    there = {each: name for each, name in frame.items() if each not in gone}
    assert faults(drawn, seed, there, drawn.chosen - gone, len(frame)) == []


@few
@given(frames, wishes, seeds, st.data())
def test_what_was_put_in_or_taken_out_is_found(
    frame: dict[bytes, str], wanted: dict[str, int], seed: bytes, data: st.DataObject
) -> None:
    drawn = draw(frame, wanted, seed)
    swapped = data.draw(st.sampled_from(sorted(frame)))
    assert faults(drawn, seed, frame, drawn.chosen ^ {swapped}, len(frame))


@few
@given(frames, wishes, seeds, st.data())
def test_another_audience_is_found(
    frame: dict[bytes, str], wanted: dict[str, int], seed: bytes, data: st.DataObject
) -> None:
    drawn = draw(frame, wanted, seed)
    moved = data.draw(st.sampled_from(sorted(frame)))
    changed = frame | {moved: "elsewhere"}
    assert faults(drawn, seed, changed, drawn.chosen, len(frame))


def test_the_numbers_are_those_of_the_tools_that_everybody_has() -> None:
    """As `printf SEED-AND-ID | xxd -r -p | sha256sum` gives them."""
    response = b"\x01" * 16
    assert number_of(SEED, response) == "6e4950467502a25ad0b8dd1cf4e039abac298d6650e7a74d18325d00ecfd4bce"
    assert hash_of({response: "survivor"}) == hash_of({response: "survivor"}) != hash_of({response: "provider"})


def chi_square(draws: int, size: int, wanted: int) -> float:
    """How far inclusion counts of one stratum are from equal; of size - 1 degrees of freedom, scaled for fixed n."""
    frame = {number.to_bytes(16, "big"): "survivor" for number in range(size)}
    counts = Counter[bytes]()
    for turn in range(draws):
        counts.update(draw(frame, {"survivor": wanted}, turn.to_bytes(32, "big")).chosen)
    chance = wanted / size
    spread = draws * chance * (1 - chance) * size / (size - 1)
    return sum((counts[each] - draws * chance) ** 2 for each in frame) / spread


def test_everybody_has_the_same_chance() -> None:
    """59 degrees of freedom: 87.2 is exceeded once in a hundred; the seeds are fixed, so this always says the same."""
    assert 30 < chi_square(400, 60, 15) < 87.2


@pytest.mark.slow
def test_everybody_has_the_same_chance_over_many_draws() -> None:
    """199 degrees of freedom: outside 148.8 to 249.4 once in a hundred."""
    assert 148.8 < chi_square(4_000, 200, 40) < 249.4
