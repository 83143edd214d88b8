"""Questions that open and close, buttons that stay on the page, other languages, trials: and no word is lost."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish, publish_again
from surveys.responding.kinds import html_id
from tests.factories import NOW, definition
from tests.surveys.browsing import Person, heading, intake_answers, intake_count, put_up


@pytest.fixture
def store(tmp_path: Path, migrated_sqlite: bytes) -> str:
    """Moving does not depend on the database: one kind is enough."""
    path = tmp_path / "heard.sqlite"
    path.write_bytes(migrated_sqlite)
    return f"sqlite:///{path}"


@pytest.fixture
def logic(client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """A survivor at the page whose questions depend on each other."""
    put_up(engine, keys, "logic")
    return Person(client, "logic").start()


@pytest.fixture
def ranking(client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """Somebody who puts things in order."""
    put_up(engine, keys, "ranking")
    return Person(client, "ranking").start()


@pytest.fixture
def reader(client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """Somebody who has not opened the survey in three languages yet."""
    put_up(engine, keys, "languages")
    return Person(client, "languages")


# Questions that open -------------------------------------------------------------------------------


def test_a_question_that_opens_on_the_same_page_is_asked_there(logic: Person, engine: Engine, keys: Vault) -> None:
    answer = logic.press("continue", asked="yes")
    assert answer.headers["Location"] == f"/logic#{html_id('q-whom')}"
    assert "One more question, because of what you answered." in logic.page
    assert (heading(logic.page), logic.form()["q-asked"]) == ("The question", "yes")
    logic.press("continue", whom="My doctor")
    assert heading(logic.page) == "What came of it"
    assert "What came of asking My doctor?" in logic.page
    logic.press("continue", came="Little")
    logic.press("continue")
    logic.press("send")
    assert intake_answers(engine, keys, "logic") == [
        {"audience": "survivor", "asked": "yes", "whom": "My doctor", "came": "Little"}
    ]


def test_a_question_that_closes_takes_its_answer_and_its_faults_along(logic: Person) -> None:
    logic.press("continue", asked="yes")
    assert logic.press("continue", asked="no", whom="w" * 300).status_code == 303
    assert heading(logic.page) == "The last page"
    logic.press("continue")
    assert "Whom did you ask?" not in logic.page


def test_a_question_left_blank_twice_is_not_asked_a_third_time(logic: Person) -> None:
    logic.press("continue", asked="yes")
    logic.press("continue")
    assert heading(logic.page) == "What came of it"


def test_choices_that_depend_on_an_answer_of_the_page_are_offered_once_it_is_given(logic: Person) -> None:
    assert "In which town?" not in logic.page
    logic.press("continue", region="north")
    assert ("Hilltown" in logic.page, "Portville" in logic.page) == (True, False)
    logic.press("continue", town="hill")
    assert heading(logic.page) == "The last page"
    logic.press("continue")
    logic.press("change:asked")
    logic.press("continue", region="south")
    assert "Portville" in logic.page
    logic.press("continue", town="port")
    assert "Portville" in logic.page
    assert heading(logic.page) == "Check your answers"


def test_changing_an_answer_leads_through_what_it_opens_and_back(logic: Person) -> None:
    logic.press("continue", asked="no")
    logic.press("continue", **{"else": "No"})
    logic.press("change:asked")
    logic.press("continue", asked="yes")
    assert "One more question" in logic.page
    logic.press("continue", whom="A friend")
    assert heading(logic.page) == "What came of it"
    logic.press("continue")
    assert heading(logic.page) == "Check your answers"


def test_the_last_page_cannot_be_asked_for_to_pass_over_those_before(logic: Person) -> None:
    logic.post({**logic.form(), "page": "last", "go": "continue"})
    assert heading(logic.page) == "The question"
    assert logic.press("send").status_code == 400


def test_a_page_with_a_note_can_be_skipped_and_what_was_typed_waits_there(
    logic: Person, engine: Engine, keys: Vault
) -> None:
    logic.press("continue", asked="yes")
    logic.press("continue")
    assert "This page asks about hard things." in logic.page
    logic.press("skip", came="Half a sentence")
    assert heading(logic.page) == "The last page"
    logic.press("back")
    assert logic.form()["q-came"] == "Half a sentence"
    logic.press("skip")
    logic.press("continue")
    assert "Half a sentence" not in logic.page
    logic.press("send")
    assert intake_answers(engine, keys, "logic") == [{"audience": "survivor", "asked": "yes"}]


def test_a_page_without_a_note_cannot_be_skipped(logic: Person) -> None:
    assert "Skip this page" not in logic.page
    assert logic.press("skip").status_code == 400


def test_back_keeps_what_cannot_be_taken_as_it_was_typed(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "limits")
    person = Person(client, "limits").start()
    person.press("back", asked="many", why="Somewhere to stay")
    person.press("continue")
    assert (person.form()["q-asked"], person.form()["q-why"]) == ("many", "Somewhere to stay")
    assert person.press("continue").status_code == 422


# Buttons that stay ---------------------------------------------------------------------------------


def test_a_choice_can_be_cleared(logic: Person) -> None:
    logic.press("continue", asked="yes")
    answer = logic.press("clear:asked", whom="Typed meanwhile", region="north")
    assert answer.headers["Location"] == f"/logic#{html_id('q-asked')}"
    assert "q-asked" not in logic.form()
    assert (logic.form()["q-whom"], logic.form()["q-region"]) == ("Typed meanwhile", "north")


def test_things_are_put_in_order_by_buttons(ranking: Person, engine: Engine, keys: Vault) -> None:
    for value in ("night", "men", "housing"):
        ranking.press(f"rank:first:next:{value}")
    assert 'value="rank:first:next:waiting"' not in ranking.page  # three are the most
    assert ranking.press("rank:first:up:housing").headers["Location"] == f"/ranking#{html_id('q-first')}-up-3"
    assert ranking.press("rank:first:up:housing").headers["Location"] == f"/ranking#{html_id('q-first')}-down-3"
    ranking.press("rank:first:down:night")
    ranking.press("rank:first:out:men")
    assert ranking.form()["q-first"] == "housing night"
    ranking.press("continue")
    assert re.findall(r'class="written" dir="auto">(\d\. .*?)<', ranking.page) == [
        "1. A safe place to live",
        "2. Somebody to call at night",
    ]
    ranking.press("send")
    assert intake_answers(engine, keys, "ranking") == [{"audience": "survivor", "first": ["housing", "night"]}]


@pytest.mark.parametrize(
    "press", ["first:up:night", "first:up:none", "first:none:night", "first:next:", "first", "first:out:men:more"]
)
def test_a_press_that_makes_no_sense_changes_nothing(ranking: Person, press: str) -> None:
    assert ranking.press(f"rank:{press}", first="night <b> night").status_code == 303
    assert ranking.form()["q-first"] == "night"


@pytest.mark.parametrize("go", ["rank:none:up:night", "rank:", "rank:audience:up:x", "clear:none", "clear:", "skip:"])
def test_a_button_for_what_is_not_there_is_refused(ranking: Person, go: str) -> None:
    assert ranking.press(go).status_code == 400


# Languages -----------------------------------------------------------------------------------------


def attributes(page: str) -> tuple[str, str]:
    found = re.search(r'<html lang="(.*?)" dir="(.*?)"', page)
    assert found
    return found[1], found[2]


def test_before_the_start_a_link_chooses_the_language_and_start_keeps_it(reader: Person) -> None:
    reader.page = reader.client.get("/languages?in=ar").text
    assert attributes(reader.page) == ("ar", "rtl")
    assert 'href="?in=cy"' in reader.page
    reader.press("intro")
    assert "بضعة أسئلة." in reader.page
    assert 'name="in" value="cy"' in reader.page
    reader.press("start")
    assert attributes(reader.page) == ("ar", "rtl")
    assert heading(reader.page) == "الأسئلة"


def test_the_browser_is_asked_for_its_language(reader: Person) -> None:
    for asked, said in (("cy-GB,en;q=0.5", "cy"), ("de", "en"), ("", "en"), ("ar;q=0.1,cy;q=0.9", "cy")):
        page = reader.client.get("/languages", headers={"Accept-Language": asked}).text
        assert attributes(page)[0] == said


def test_an_unknown_language_is_not_spoken(reader: Person) -> None:
    assert attributes(reader.client.get("/languages?in=de").text)[0] == "en"
    reader.look()
    reader.press("start")
    assert reader.press("language:de").status_code == 400


def test_changing_the_language_keeps_the_place_and_what_was_typed(reader: Person, engine: Engine, keys: Vault) -> None:
    reader.look()
    reader.press("start")
    reader.press("language:cy", help="Nobody\r\nasked", known="other", known_other="Somewhere", first="night")
    assert heading(reader.page) == "Y cwestiynau"
    form = reader.form()
    typed = [form[f"q-{name}"] for name in ("help", "known", "known_other", "first")]
    assert typed == ["Nobody\r\nasked", "other", "Somewhere", "night"]
    reader.press("continue")
    reader.press("continue")
    reader.press("language:ar")
    assert attributes(reader.page) == ("ar", "rtl")
    reader.press("send")
    reader.press("language:en")
    assert heading(reader.page) == "Thank you. Your answers are kept."
    assert intake_count(engine) == 1


def test_a_text_without_a_translation_says_its_own_language(reader: Person) -> None:
    reader.look()
    reader.press("start")
    reader.press("language:ar")
    assert '<span lang="en" dir="ltr">This hint has no translation.</span>' in reader.page
    assert '<span lang="en" dir="ltr">No</span>' in reader.page
    reader.press("language:en")
    assert 'lang="en" dir="ltr">No' not in reader.page


# Versions and trials -------------------------------------------------------------------------------


def test_who_began_with_a_version_ends_with_it(person: Person, engine: Engine) -> None:
    person.start()
    changed = definition("tiny").replace('title = "Your words"', 'title = "Other words"').replace("“", '"')
    with session_for(engine) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        publish_again(session, row, changed, NOW)
    assert heading(person.look()) == "Your words"
    other = Person(person.client.application.test_client()).start()
    assert heading(other.page) == "Other words"
    person.press("continue")
    person.press("send")
    person.post({"go": "start"})
    person.press("continue", audience="survivor")
    assert heading(person.page) == "Other words"


def test_a_trial_says_on_each_page_that_it_is_one(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        publish(session, keys, definition("tiny"), NOW, trial_at="try-tiny")
    person = Person(client, "try-tiny")
    pages = [person.look()]
    for go, typed in (("start", {}), ("continue", {"audience": "survivor"}), ("continue", {}), ("send", {})):
        person.press(go, **typed)
        pages.append(person.page)
    assert ["This is a trial." in page for page in pages] == [True] * 5
    assert heading(person.page) == "Thank you. This was a trial."
    assert client.get("/").text.count("try-tiny") == 0
    with Session(engine) as session:
        assert session.scalars(select(PublishedSurvey.address)).all() == ["try-tiny"]
