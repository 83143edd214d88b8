"""The suggester: scikit-learn's contract, what it promises of its output, and that it has learnt something."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from analysis.coding.calibration import best_thresholds, calibration_error, f1
from analysis.coding.linear import rest_of_response
from analysis.coding.model import load_or_train
from analysis.coding.suggester import SectionSuggester
from analysis.coding.suggestion import STANCES, Answer, Coded, Suggestion
from analysis.standard.edition import Edition, load_edition

DATA = Path(__file__).resolve().parents[3] / "benchmarks/data"
SMALL = """
name = "small"
title = "Small"
publisher = "Us"
[[sections]]
code = "A"
title = "Phones"
definition = "Phones."
themes = [{code = "A1", title = "Ringing", definition = "Ringing.", cues = ["phone", "long wait"]}]
[[sections]]
code = "B"
title = "Money"
definition = "Money."
themes = []
[[sections]]
code = "C"
title = "Never spoken of"
definition = "Nothing."
themes = []
"""
PHONE, MONEY, NONE = (
    Coded(("A",), ("A1",), "problem"),
    Coded(("B",), (), "suggestion"),
    Coded((), (), "neutral"),
)
TAUGHT = [
    ("The phone rang and rang.", PHONE),
    ("A long wait on the phone line.", PHONE),
    ("Nobody picked up the phone.", PHONE),
    ("More money is needed.", MONEY),
    ("Give them money and funding.", MONEY),
    ("Funding should be longer.", MONEY),
    ("I live by the sea.", NONE),
    ("The weather was good.", NONE),
    ("I have two dogs.", NONE),
] * 3


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    path = tmp_path_factory.mktemp("edition") / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return load_edition(str(path))


def taught(edition: Edition, **settings: Any) -> SectionSuggester:
    passages, coded = zip(*TAUGHT, strict=True)
    questions = {"Is there enough money?": ("B",), "How did you phone?": ("A",), "Anything else?": ()}
    return SectionSuggester(edition, **settings).fit(passages, coded, questions=questions)


@pytest.fixture(scope="module")
def suggester(model_folder: Path) -> SectionSuggester:
    return load_or_train(model_folder, load_edition("mdan")).suggester


def one(suggester: SectionSuggester, passage: str, question: str = "") -> Suggestion:
    return suggester.suggest([Answer([passage], question)])[0][0]


def test_the_constructor_only_stores_and_can_be_cloned(small: Edition) -> None:
    made = SectionSuggester(small, strength=2.0, splits=3, context=False, question_pull=0.0, random_state=5)
    assert clone(made).get_params() == made.get_params()
    assert [name for name in vars(made) if name.endswith("_")] == []


@pytest.mark.parametrize("act", ["predict", "predict_proba", "suggest"])
def test_it_refuses_before_it_is_fitted(small: Edition, act: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(SectionSuggester(small), act)(["Words."])
    with pytest.raises(NotFittedError):
        SectionSuggester(small).reasons("Words.", "A")


def test_passages_and_codes_must_pair(small: Edition) -> None:
    with pytest.raises(ValueError, match="must pair"):
        SectionSuggester(small).fit(["One."], [])


def test_the_encoders_scores_and_passages_must_pair(small: Edition) -> None:
    for read in (None, np.zeros((1, 9))):
        with pytest.raises(ValueError, match="must pair"):
            SectionSuggester(small, encoded=True).fit(["One.", "Two."], [PHONE, MONEY], read=read)


def test_how_far_to_trust_the_encoder_is_learnt_where_it_had_not_read(small: Edition) -> None:
    passages, coded = zip(*TAUGHT, strict=True)
    suggester = SectionSuggester(small, encoded=True, splits=3)
    read = np.where(suggester._truths(coded), 4.0, -4.0)
    read[:9] = np.nan
    suggester.fit(passages, coded, read=read)
    plain = SectionSuggester(small, splits=3).fit(passages, coded)
    assert (np.diag(suggester.encoded_.weights[:2]) > 0).all()
    for kept in ("first_", "second_"):  # these learn from everything, with the encoder or without
        assert (getattr(suggester, kept).weights == getattr(plain, kept).weights).all()
    assert suggester.thresholds_.tolist() == plain.thresholds_.tolist()


def test_one_response_is_not_enough(small: Edition) -> None:
    with pytest.raises(ValueError, match="at least two responses"):
        SectionSuggester(small).fit(["One.", "Two."], [PHONE, MONEY], groups=[1, 1])


def test_sections_come_from_the_edition_and_one_nobody_speaks_of_is_never_suggested(small: Edition) -> None:
    suggester = taught(small)
    assert suggester.predict(["The phone rang.", "More funding.", "I live by the sea."]).tolist() == [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
    ]
    assert list(one(suggester, "The phone.").sections) == ["A", "B", "C"]


def test_the_same_input_gives_the_same_model(small: Edition) -> None:
    passages = [passage for passage, _ in TAUGHT]
    assert np.array_equal(taught(small).predict_proba(passages), taught(small).predict_proba(passages))


def test_progress_is_told_and_only_grows(small: Edition) -> None:
    heard: list[tuple[float, str]] = []
    passages, coded = zip(*TAUGHT, strict=True)
    SectionSuggester(small).fit(passages, coded, progress=lambda share, what: heard.append((share, what)))
    shares = [share for share, _ in heard]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert all(what for _, what in heard)


def test_predict_is_probability_over_threshold(suggester: SectionSuggester) -> None:
    passages = ["More funding and longer contracts.", "I rang and nobody answered.", "n/a"]
    chances = suggester.predict_proba(passages)
    assert chances.shape == (3, 4)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert np.array_equal(suggester.predict(passages), (chances > suggester.thresholds_).astype(int))
    assert suggester.predict(passages)[:2].tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_no_answers_and_empty_answers_are_no_trouble(suggester: SectionSuggester) -> None:
    assert suggester.suggest([]) == []
    assert suggester.suggest([Answer([]), Answer([])]) == [[], []]
    assert [len(each) for each in suggester.suggest([Answer([]), Answer(["One.", "Two."]), Answer([])])] == [0, 2, 0]


@given(st.lists(st.lists(st.text(min_size=1, max_size=60), max_size=3), max_size=3))
@settings(max_examples=40)
def test_what_it_promises_holds_for_any_text(suggester: SectionSuggester, answers: list[list[str]]) -> None:
    found = suggester.suggest([Answer(passages) for passages in answers])
    assert [len(each) for each in found] == [len(passages) for passages in answers]
    for passages, suggestions in zip(answers, found, strict=True):
        for passage, said in zip(passages, suggestions, strict=True):
            keeps_its_promises(suggester.edition, passage, said)


def keeps_its_promises(edition: Edition, passage: str, said: Suggestion) -> None:
    assert tuple(said.sections) == edition.section_codes
    assert said.chosen == edition.in_order(said.chosen)
    assert {edition.section_of_theme[theme] for theme in said.themes} == set(said.chosen)
    assert said.stance in STANCES
    assert 0 <= said.confidence <= 1
    ends = [0, *(place for span in said.reasons for place in span), len(passage)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in said.reasons)
    assert said.chosen or not said.reasons


def test_reasons_are_the_words_that_speak_for_the_section(suggester: SectionSuggester) -> None:
    passage = "The council should give longer contracts and more funding to them."
    words = {passage[start:end] for start, end in suggester.reasons(passage, "LG")}
    assert words & {"contracts", "funding", "longer contracts", "council"}
    assert suggester.reasons("", "LG") == ()
    assert suggester.reasons("and the of it", "LG") == ()


def test_reasons_can_be_left_out(suggester: SectionSuggester) -> None:
    answer = Answer(["More funding for staff training."])
    assert suggester.suggest([answer])[0][0].reasons
    assert suggester.suggest([answer], reasons=False)[0][0].reasons == ()


def test_the_rest_of_the_answer_counts_and_can_be_switched_off(small: Edition, suggester: SectionSuggester) -> None:
    alone = one(suggester, "It was long.").sections
    between = suggester.suggest([Answer(["The waiting list was closed.", "It was long.", "I rang again."])])[0][1]
    assert between.sections != alone
    deaf = taught(small, context=False)
    beside = deaf.suggest([Answer(["The phone.", "It was."]), Answer(["Money.", "It was."])])
    assert beside[0][1].sections == beside[1][1].sections


def test_a_question_settles_an_elliptical_answer_and_never_clear_words(suggester: SectionSuggester) -> None:
    asked = "What training do staff and volunteers need?"
    told = one(suggester, "More of it please.", asked).sections["LG"]
    assert told > one(suggester, "More of it please.").sections["LG"]
    clear = "They answered the phone the first time I rang the helpline and made me welcome."
    assert one(suggester, clear, asked).chosen == one(suggester, clear).chosen == ("AE",)


def test_a_question_pulls_no_more_than_it_may_and_can_be_switched_off(small: Edition) -> None:
    plain, pulled = (one(taught(small), "It was.", question).sections for question in ("", "How did you phone?"))

    def log_odds(chance: float) -> float:
        return float(np.log(chance / (1 - chance)))

    assert 0 < log_odds(pulled["A"]) - log_odds(plain["A"]) <= 1.5 + 1e-9
    deaf = taught(small, question_pull=0.0)
    assert one(deaf, "It was.", "How did you phone?") == one(deaf, "It was.")


def test_without_taught_questions_a_question_changes_nothing(small: Edition) -> None:
    passages, coded = zip(*TAUGHT, strict=True)
    suggester = SectionSuggester(small).fit(passages, coded)
    assert one(suggester, "It was.", "How did you phone?") == one(suggester, "It was.")


@pytest.mark.parametrize(("name", "least"), [("coding-dev", 0.55), ("plain-dev", 0.68)])
def test_it_codes_texts_it_has_not_seen(suggester: SectionSuggester, name: str, least: float) -> None:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    segments = [json.loads(line)["segments"] for line in lines]
    found = suggester.suggest([Answer([each["text"] for each in answer]) for answer in segments], reasons=False)
    pairs = [(s, f) for answer, said in zip(segments, found, strict=True) for s, f in zip(answer, said, strict=True)]
    assert np.mean([section_f1(code, pairs) for code in suggester.edition.section_codes]) > least


def section_f1(code: str, pairs: list[tuple[dict[str, list[str]], Suggestion]]) -> float:
    sure = [(code in said.chosen, code in true["labels"]) for true, said in pairs if code not in true["contested"]]
    said, true = np.array(sure).T
    return f1(said, true)


def test_the_rest_of_a_response_is_the_mean_of_its_other_passages() -> None:
    scores = np.array([[1.0], [3.0], [5.0], [7.0]])
    assert rest_of_response(scores, np.array([4, 4, 4, 9])).ravel().tolist() == [4.0, 3.0, 2.0, 0.0]


def test_thresholds_part_what_can_be_parted() -> None:
    chances = np.array([[0.1], [0.2], [0.4], [0.6]])
    truths = np.array([[False], [False], [True], [True]])
    assert 0.2 <= best_thresholds(chances, truths)[0] < 0.4


def test_calibration_error_is_0_where_confidence_comes_true_and_large_where_it_does_not() -> None:
    confidence = np.array([0.75] * 4 + [0.25] * 4)
    assert calibration_error(confidence, np.array([True] * 3 + [False] * 4 + [True])) == pytest.approx(0.0)
    assert calibration_error(confidence, np.array([False] * 4 + [True] * 4)) == pytest.approx(0.75)
