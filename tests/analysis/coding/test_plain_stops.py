"""Where Punkt is not asked, it would have said the same."""

import json
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktSentenceTokenizer

from analysis.coding import passages
from analysis.coding.passages import Span, cut

DATA = Path(__file__).resolve().parents[3] / "benchmarks/data"
SETS = ("coding-dev.jsonl", "plain-dev.jsonl")
BITS = """word Dr dr e.g known (well-known “Stop I No no approx A 3 4. 3.5 "He (he nos xs Wk they é \u212ag St st I'm
    they’re a.m. and/or 'til J they) word" word” … - • K9 Ltd WHY http://example.org"""
JOINTS = [
    " ",
    "  ",
    ". ",
    "? ",
    "! ",
    ".",
    "…",
    ".. ",
    "... ",
    "\xa0",
    ".\xa0",
    "\n",
    ".\n",
    "!\t",
    '." ',
    ".' ",
    ".) ",
    ". . ",
]
MESSY = st.lists(
    st.tuples(st.sampled_from(BITS.split()), st.sampled_from([*JOINTS, *[". "] * 12, *[" "] * 12])), max_size=9
).map(lambda pairs: "".join(chain for pair in pairs for chain in pair))


def by_punkt(text: str) -> list[Span]:
    """The passages of a text where every full stop is put to Punkt itself."""
    asked = PunktSentenceTokenizer.text_contains_sentbreak
    with (
        patch.object(passages, "_plain_sentences", lambda text, block: []),
        patch.object(passages._Sentences, "text_contains_sentbreak", asked),
    ):
        return cut(text)


@given(MESSY)
@settings(max_examples=150, deadline=None)
def test_messy_texts(text: str) -> None:
    assert cut(text) == by_punkt(text)


def test_the_texts_of_the_test_sets() -> None:
    lines = [line for name in SETS for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    texts = [" ".join(each["text"] for each in json.loads(line)["segments"]) for line in lines]
    assert [cut(text) for text in texts] == [by_punkt(text) for text in texts]


def test_it_is_asked_of_few_blocks() -> None:
    with patch.object(passages, "_punkt_sentences", side_effect=passages._punkt_sentences) as asked:
        assert len(cut("I rang twice. Nobody came! Was it me? They rang back.")) == 4
        assert asked.call_count == 0
        assert len(cut("I rang Dr. Lee. Nobody came.")) == 2
        assert asked.call_count == 1
