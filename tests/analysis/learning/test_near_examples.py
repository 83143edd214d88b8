"""Why: the nearest coded examples, own ones before shipped ones, found when asked for."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from analysis.coding.features import TextFeatures
from analysis.coding.reading import read_passages
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.learning import near_examples as module
from analysis.learning import training_rows
from analysis.learning.nearest import Example, Nearness, shares
from analysis.standard.edition import load_edition
from analysis.taking_in import take_in
from safekeeping.jobs import Bench
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from surveys.intake.read import ReadResponse, read_wanted
from tests.factories import NOW, let_in, published_survey, submitted

Look = Callable[[Any], list[Any]]
LEAFLET = "The leaflet in the surgery only showed women."
SAID = (
    "The poster in the surgery only showed women.",
    "The poster in the library only showed women.",
    "I was put on a waiting list for seven months.",
)


def test_the_nearest_share_a_section_and_most_of_their_words() -> None:
    examples = [
        Example("The poster in the surgery only showed women.", ("AE",), (), "problem"),
        Example("The poster in the surgery only showed women.", ("AE",), (), "problem"),
        Example("Every poster showed women.", ("AE", "LG"), (), "problem"),
        Example("The leaflet in the surgery only showed women, sadly.", ("SD",), (), "problem"),
        Example("Nobody rang.", ("AE",), (), "problem"),
        Example("The weather was grey and the poster wet.", (), (), "neutral"),
    ]
    near = Nearness(TextFeatures(load_edition("mdan")).fit([each.words for each in examples]), examples)
    assert near.shipped(LEAFLET, ("AE",), 3) == [examples[0], examples[2]]
    assert near.shipped(LEAFLET, (), 3) == [examples[5]]
    assert near.shipped("xyzzy", ("AE",), 3) == near.shipped("", ("AE",), 3) == []
    assert near.ranked(LEAFLET, [examples[4].words, examples[3].words]) == [1]
    assert near.ranked(LEAFLET, []) == []


@pytest.mark.parametrize(
    ("given", "suggested", "same"),
    [(("AE",), ("AE", "LG"), True), (("AE",), ("LG",), False), ((), (), True), (("AE",), (), False)],
)
def test_sections_are_shared(given: tuple[str, ...], suggested: tuple[str, ...], *, same: bool) -> None:
    assert shares(given, suggested) is same


@pytest.fixture
def desk(
    app: Flask, session: Session, engine: Engine, keys: Vault, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """Three kinds of answer, four of each, taken in; the desk reads the models of this installation."""
    row = published_survey(session, keys)
    for words in SAID:
        submitted(session, row, 4, say=words)
    survey_id = row.id
    session.commit()
    take_in(Bench(engine, keys, lambda done, total: None, {"model folder": model_folder}), survey_id.hex())
    monkeypatch.setattr(module, "PATIENCE", 600)  # a test waits as long as a slow machine needs
    found = module.near_examples
    monkeypatch.setattr(
        "analysis.coding.desk_view.near_examples",
        lambda session, opener, models, asked: found(session, opener, model_folder, asked),
    )
    return let_in(app, session)


def words_of(session: Session, keys: Vault) -> dict[bytes, str]:
    """The words of every passage, by its id."""
    survey_id = published_at(session, "tiny").id
    return {each.id: each.words for each in read_passages(session, survey_id, keys.opener(survey_id))}


def code(session: Session, passage_id: bytes, who: str, *sections: str) -> None:
    person = add_staff(session, who, ("coder",))
    said = {"sections": list(sections), "act": "changed", "standard": "mdan", "coded_at": NOW}
    session.add(Coding(passage_id=passage_id, staff_id=person.id, **said))


def shown(desk: FlaskClient, passage_id: bytes, **asked: str) -> str:
    page = desk.get(f"/desk/code/tiny/{passage_id.hex()}", query_string={"why": "on", **asked}).text
    assert "Coded passages most like this one" in page
    return page.partition('id="why"')[2].partition("Hide them")[0]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_only_when_asked_and_shipped_ones_say_that_they_are_written(desk: FlaskClient, look: Look) -> None:
    first = look(select(Suggestion.passage_id).where(Suggestion.confidence > 0))[0]
    page = desk.get(f"/desk/code/tiny/{first.hex()}?first=doubtful").text
    assert "most like this one" in page
    assert "written for that, not collected" not in page
    link = re.search(r'href="([^"]*why=on[^"]*)"', page)
    assert link
    assert "first=doubtful" in link[1]
    examples = shown(desk, first)
    assert 1 <= examples.count("written for that, not collected") == examples.count("<q>") <= 3
    assert "decided by you" not in examples


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_own_decisions_come_first_and_never_lead(
    desk: FlaskClient, session: Session, keys: Vault, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = words_of(session, keys)
    here, twin, *_rest = [id for id, said in words.items() if "surgery" in said]
    library = next(id for id, said in words.items() if "library" in said)
    waiting = next(id for id, said in words.items() if "waiting" in said)
    sections = session.get_one(Suggestion, here).sections
    assert sections
    for passage_id in (here, twin, library):
        code(session, passage_id, "Researcher", *sections)
    code(session, waiting, "Somebody else", *sections)
    session.commit()
    examples = shown(desk, here)
    assert examples.count("decided by you") == 2
    assert examples.index("surgery only showed") < examples.index("library only showed")
    assert "seven months" not in examples.partition("written for that")[0]
    assert f'{here.hex()}">' not in examples

    def apart(_survey_id: bytes) -> Select[bytes]:
        return select(Passage.id).where(Passage.id.in_([twin]))

    monkeypatch.setattr(training_rows, "KEPT_APART", (apart,))
    assert shown(desk, here).count("decided by you") == 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_only_a_few_of_the_sealed_answers_are_opened(
    desk: FlaskClient, session: Session, keys: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = words_of(session, keys)
    here = next(id for id, said in words.items() if "surgery" in said)
    sections = session.get_one(Suggestion, here).sections
    for passage_id in words:
        code(session, passage_id, "Researcher", *sections)
    session.commit()
    opened = []

    def counted(*of: Any) -> Iterator[ReadResponse]:
        for each in read_wanted(*of):
            opened.append(each.id)
            yield each

    monkeypatch.setattr(module, "OPENED", 2)
    monkeypatch.setattr(module, "read_wanted", counted)
    assert shown(desk, here).count("decided by you") <= 2
    assert len(opened) == 2


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_where_no_suggester_is_kept_it_says_so(
    desk: FlaskClient, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def from_nowhere(session: Session, opener: Any, models: Path, asked: Any) -> Any:
        return module.near_examples(session, opener, tmp_path / "nowhere", asked)

    monkeypatch.setattr("analysis.coding.desk_view.near_examples", from_nowhere)
    first = look(select(Suggestion.passage_id).where(Suggestion.confidence > 0))[0]
    page = desk.get(f"/desk/code/tiny/{first.hex()}?why=on").text
    assert "They cannot be shown yet" in page
