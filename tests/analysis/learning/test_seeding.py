"""A standard nobody has labelled anything for: wording and seeds, with caution."""

from pathlib import Path

import pytest

from analysis.coding.model import TRAINING, Model, read_training
from analysis.coding.suggestion import Answer
from analysis.learning.choosing import begin_with, has_examples
from analysis.learning.seeding import MOST_SURE, SeedSuggester
from analysis.learning.seeds import LONGEST, MOST, read_typed
from analysis.standard.edition import Edition, load_edition

OWN = """
name = "own"
title = "A standard of our own"
publisher = "Example House"
[[sections]]
code = "A"
title = "Animals"
definition = "Pets and farm animals of people who flee."
[[sections.themes]]
code = "A1"
title = "Pets"
definition = "Dogs, cats and other pets that people will not leave behind."
[[sections.themes]]
code = "A2"
title = "Farms"
definition = "Livestock that must be fed."
[[sections]]
code = "F"
title = "Faith"
definition = "Faith communities and their leaders."
themes = []
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(OWN)
    return load_edition(str(path))


@pytest.fixture(scope="module")
def usual() -> list[str]:
    return read_training(TRAINING)[0][:600]


def one(suggester: SeedSuggester, words: str):  # type: ignore[no-untyped-def]
    return suggester.suggest([Answer([words])])[0][0]


def test_wording_and_seeds_lead_to_their_section_and_theme(own: Edition, usual: list[str]) -> None:
    suggester = SeedSuggester(own, {"A1": ("hamster",), "F": ("imam", "vicar")}, usual)
    words = "Nobody would take in my hamsters."
    found = one(suggester, words)
    assert (found.chosen, found.themes) == (("A",), ("A1",))
    assert [words[start:end] for start, end in found.reasons] == ["hamsters"]
    found = one(suggester, "The vicar listened.")
    assert (found.chosen, found.themes) == (("F",), ())
    assert 0 < found.confidence <= MOST_SURE
    assert list(found.sections) == ["A", "F"]


def test_what_nothing_speaks_for_is_left_to_a_person(own: Edition, usual: list[str]) -> None:
    suggester = SeedSuggester(own, {"F": ("imam",)}, usual)
    for words in ("I rang for weeks.", "", "…", "x" * 9000):
        found = one(suggester, words)
        assert found.abstains
        assert found.chosen == ()


def test_a_seed_of_two_sections_counts_less_for_each(own: Edition, usual: list[str]) -> None:
    alone = one(SeedSuggester(own, {"F": ("church",)}, usual), "The church.")
    shared = one(SeedSuggester(own, {"F": ("church",), "A": ("church",)}, usual), "The church.")
    assert shared.sections["F"] < alone.sections["F"]


def test_only_the_standard_with_examples_is_trained(own: Edition, tmp_path: Path) -> None:
    mdan = load_edition("mdan")
    assert has_examples(mdan)
    assert not has_examples(own)
    stub = SeedSuggester(mdan, {}, ["words"])
    begun = [begin_with(tmp_path, own, seeds, train=lambda *_: Model(stub, "t", None))  # type: ignore[arg-type]
             for seeds in ({}, {"A": ("goat",)}, {"A": ("goat",)})]  # fmt: skip
    assert [each.identity.startswith("seeds:") for each in begun] == [True] * 3
    assert begun[0].identity != begun[1].identity == begun[2].identity
    assert len(begun[0].identity) <= 64


def test_seeds_are_read_as_they_are_typed(own: Edition) -> None:
    read = read_typed({"A1": " guinea   pig \n\nrabbit\nrabbit", "ZZ": "nothing of ours"}, own)
    assert (read.seeds, read.faults) == ({"A1": ("guinea pig", "rabbit")}, {})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\n".join(f"w{n}" for n in range(MOST + 1)), "101 lines"),
        ("w" * (LONGEST + 1), "longer than 60"),
        ("!!!", "no letters"),
    ],
)
def test_seeds_that_cannot_be_kept_are_said(own: Edition, typed: str, said: str) -> None:
    assert said in read_typed({"A": typed}, own).faults["A"]
