"""Learning from people: better where they have decided enough, cautious elsewhere, the same every time."""

import random
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pytest

from analysis.coding.suggestion import Answer, Suggestion, needs_a_person
from analysis.learning.curve import learning_curve
from analysis.learning.curve_chart import curve_chart
from analysis.learning.curve_said import ACROSS, Point, advice, chart_said, described
from analysis.learning.refit import Decided, LearntSuggester, as_answers, before
from analysis.standard.edition import load_edition
from safekeeping.languages import speaking

EDITION = load_edition("mdan")
CODES = EDITION.section_codes
OF = {
    "LG": "money board pay budget",
    "AE": "phone leaflet hours poster",
    "SD": "worker refuge session plan",
    "OE": "safer sleep happy calm",
}


class Guess:
    """Suggests the first section for everything, not very sure."""

    def suggest(self, answers: Any, reasons: bool = True) -> list[list[Suggestion]]:
        return [[self.one(passage) for passage in answer.passages] for answer in answers]

    def one(self, passage: str) -> Suggestion:
        if passage == "junk":
            return needs_a_person(CODES, "local:m:1")
        return Suggestion(dict.fromkeys(CODES, 0.2) | {"LG": 0.6}, ("LG",), ("LG1",), "problem", 0.4, ((0, 2),))


def decided(count: int, seed: int = 3) -> Decided:
    chance = random.Random(seed)
    sections = [chance.choice(CODES) for _ in range(count)]
    words = [" ".join([*chance.choices(OF[code].split(), k=3), "really", "there"]) for code in sections]
    return Decided(tuple(words), ("",) * count, np.arange(count) // 2, tuple((code,) for code in sections))


def test_what_people_decided_corrects_what_was_suggested() -> None:
    learnt = LearntSuggester(Guess(), EDITION, decided(80), "learnt:x")
    fresh = decided(40, seed=9)
    found = [each for (each,) in learnt.suggest([Answer([words]) for words in fresh.passages])]
    assert np.mean([each.chosen == given for each, given in zip(found, fresh.sections, strict=True)]) > 0.9
    assert {each.origin for each in found} == {"learnt:x"}
    assert all(0 < each.confidence <= 1 for each in found)
    assert all({EDITION.section_of_theme[theme] for theme in each.themes} <= set(each.chosen) for each in found)


def test_the_same_decisions_give_the_same_suggestions() -> None:
    answers = [Answer([words]) for words in decided(12, 5).passages]
    first, again = (LearntSuggester(Guess(), EDITION, decided(60), "l").suggest(answers) for _ in range(2))
    assert first == again


def test_a_section_given_too_seldom_stays_as_it_was() -> None:
    all_of_one = decided(60)
    rare = Decided(all_of_one.passages, all_of_one.questions, all_of_one.groups, (("LG",),) * 57 + (("OE",),) * 3)
    found = LearntSuggester(Guess(), EDITION, rare, "l").suggest([Answer(["safer sleep happy"])])[0][0]
    assert found.chosen == ("LG",)


def test_too_few_decisions_are_refused() -> None:
    for few in (decided(29), replace(decided(40), groups=np.zeros(40, dtype=np.int64))):
        assert not few.enough()
        with pytest.raises(ValueError, match="too few"):
            LearntSuggester(Guess(), EDITION, few, "l")


def test_what_a_language_model_could_not_say_stays_with_a_person() -> None:
    learnt = LearntSuggester(Guess(), EDITION, decided(60), "l")
    assert learnt.suggest([Answer(["junk", "money pay"]), Answer([])])[0][0].abstains
    assert learnt.suggest([]) == []


def test_the_curve_rises_where_decisions_help_and_is_said_in_words() -> None:
    rows = decided(200)
    earlier = before([each for (each,) in Guess().suggest(as_answers(rows))], EDITION)
    points = learning_curve(rows, earlier, rows.truths(EDITION))
    assert [each.decisions for each in points] == [0, 10, 20, 40, 80, 160]
    assert points[0].percent < 40 < 90 < points[-1].percent
    assert points == learning_curve(rows, earlier, rows.truths(EDITION))
    assert f"After 160 decisions: {points[-1].percent:.0f}." in described(points)
    assert curve_chart(points) == curve_chart(points)
    assert f"{escape(described(points))}</desc>" in curve_chart(points)


def test_the_words_of_the_curve_are_its_readers() -> None:
    points = [Point(0, 40.4, 100), Point(10, 50.5, 100), Point(20, 70.5, 99)]
    drawn = curve_chart(points)
    assert chart_said(drawn, points) == drawn
    with speaking("cy"):
        said = chart_said(drawn, points)
        assert f"{escape(described(points))}</desc>" in said
        assert "Penderfyniadau y dysgwyd ohonynt</text>" in said
    assert ACROSS not in said
    assert described(points) not in said


@pytest.mark.parametrize(
    ("percents", "said"),
    [
        ((50, 60, 70), "would still help"),
        ((50, 69, 70), "little more"),
        ((50, 50, 50), "not become better"),
        ((50,), "too few"),
    ],
)
def test_what_follows_for_the_work(percents: tuple[int, ...], said: str) -> None:
    points = [Point(10 * place, percent, 100) for place, percent in enumerate(percents)]
    assert said in advice(points)
