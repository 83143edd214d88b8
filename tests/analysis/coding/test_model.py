"""The kept model: the same identity gives the same model, a damaged copy is made anew, half a file is never seen."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import joblib
import pytest

from analysis.coding import model as kept
from analysis.coding.linear import Progress, quiet
from analysis.coding.model import TRAINING, identity_of, load_or_train, read_questions, read_training
from analysis.coding.suggester import SectionSuggester
from analysis.coding.suggestion import STANCES, Answer, Coded
from analysis.standard.edition import Edition, load_edition

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def edition() -> Edition:
    return load_edition("mdan")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Training on a handful of passages; the list says each time it happened."""
    trained: list[str] = []

    def train(edition: Edition, progress: Progress = quiet, encoded: bool = False) -> SectionSuggester:
        trained.append(edition.name)
        progress(1.0, "ready")
        passages = ["The phone rang.", "More money.", "No phone.", "Money."] * 3
        coded = [Coded(("AE",), ("AE3",), "problem"), Coded(("LG",), ("LG2",), "suggestion")] * 6
        return SectionSuggester(edition, encoded=encoded).fit(passages, coded)

    monkeypatch.setattr(kept, "train", train)
    monkeypatch.setattr(kept, "folder", lambda: None)  # the encoder may be installed, and is not what is tried here
    return trained


def test_the_second_time_it_is_loaded(tmp_path: Path, edition: Edition, quick: list[str]) -> None:
    first, second = load_or_train(tmp_path, edition), load_or_train(tmp_path, edition)
    assert len(quick) == 1
    assert first.identity == second.identity == identity_of(edition)
    assert first.path == second.path == tmp_path / f"{first.identity}.joblib"
    answer = [Answer(["Nobody answered the phone."])]
    assert first.suggester.suggest(answer) == second.suggester.suggest(answer)


def test_only_its_owner_can_read_it_and_nothing_else_is_left(
    tmp_path: Path, edition: Edition, quick: list[str]
) -> None:
    path = load_or_train(tmp_path / "a" / "b", edition).path
    assert path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", [b"", b"not a pickle", b"\x80\x04K\x05."])
def test_a_damaged_copy_is_made_anew(tmp_path: Path, edition: Edition, quick: list[str], damage: bytes) -> None:
    path = load_or_train(tmp_path, edition).path
    assert path
    path.write_bytes(damage)
    assert load_or_train(tmp_path, edition).path == path
    assert len(quick) == 2
    load_or_train(tmp_path, edition)
    assert len(quick) == 2


def test_half_a_copy_is_made_anew(tmp_path: Path, edition: Edition, quick: list[str]) -> None:
    path = load_or_train(tmp_path, edition).path
    assert path
    path.write_bytes(path.read_bytes()[:-2000])
    load_or_train(tmp_path, edition)
    assert len(quick) == 2


def test_something_else_in_its_place_is_not_taken_for_it(tmp_path: Path, edition: Edition, quick: list[str]) -> None:
    path = tmp_path / f"{identity_of(edition)}.joblib"
    joblib.dump(SectionSuggester(edition), path)
    path.chmod(0o600)
    assert hasattr(load_or_train(tmp_path, edition).suggester, "first_")
    assert len(quick) == 1


def test_a_copy_that_others_could_have_written_is_not_opened(
    tmp_path: Path, edition: Edition, quick: list[str]
) -> None:
    path = load_or_train(tmp_path, edition).path
    assert path
    path.chmod(0o666)
    load_or_train(tmp_path, edition)
    assert len(quick) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path, edition: Edition, quick: list[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    model = load_or_train(tmp_path / "file" / "models", edition)
    assert model.path is None
    assert model.suggester.suggest([Answer(["The phone."])])


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, edition: Edition, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dump(_model: object, file: object, **_options: object) -> None:
        os.write(file.fileno(), b"half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(joblib, "dump", dump)
    assert load_or_train(tmp_path, edition).path is None
    assert list(tmp_path.iterdir()) == []


def test_the_identity_changes_with_whatever_decides_the_model(
    tmp_path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text((ROOT / "analysis/standard/editions/mdan.toml").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    found = {identity_of(edition), identity_of(load_edition(str(own)))}
    other_training = tmp_path / "train.jsonl"
    other_training.write_bytes(TRAINING.read_bytes() + b"\n")
    changes = {"TRAINING": other_training, "QUESTIONS": other_training, "_FORMAT": 99, "version": lambda _: "0"}
    for name, value in changes.items():
        with monkeypatch.context() as patch:
            patch.setattr(kept, name, value)
            found.add(identity_of(edition))
    assert len(found) == 6
    assert all(len(each) == 64 for each in found)


def test_the_training_data_is_sound(edition: Edition) -> None:
    passages, coded, groups = read_training(TRAINING)
    assert len(passages) == len(coded) == len(groups) == 11801
    assert len(set(groups)) == 6338
    for each in coded:
        assert set(each.sections) <= set(edition.section_codes)
        assert {edition.section_of_theme[theme] for theme in each.themes} == set(each.sections)
        assert each.stance in STANCES


def test_no_benchmark_text_is_in_the_training_data() -> None:
    known = {passage.casefold() for passage in read_training(TRAINING)[0]}
    known |= {wording.casefold() for wording in read_questions(kept.QUESTIONS)}
    for path in (ROOT / "benchmarks/data").glob("*.jsonl"):
        for response in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            assert response["prompt"].casefold() not in known
            long = [each["text"] for each in response["segments"] if len(each["text"]) > 40]
            assert not [each for each in long if each.casefold() in known]


def test_the_questions_ask_about_sections_of_the_edition(edition: Edition) -> None:
    asked = read_questions(kept.QUESTIONS)
    assert {code for codes in asked.values() for code in codes} == set(edition.section_codes)


def test_the_full_model_is_trained_or_loaded_whole(model_folder: Path, edition: Edition) -> None:
    model = load_or_train(model_folder, edition)
    assert model.path
    assert model.suggester.suggest([Answer(["More funding."])])[0][0].chosen == ("LG",)


def test_nothing_slow_is_loaded_with_what_a_page_needs() -> None:
    asked = "import sys; import analysis.coding.suggestion, analysis.standard.edition; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"nltk", "sklearn", "matplotlib", "joblib", "numpy"} & set(loaded.split())
