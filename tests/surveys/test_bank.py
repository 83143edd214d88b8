"""The bank: questions by lineage through surveys and versions, and asking one again."""

from datetime import timedelta

from surveys.definition.bank import FIRST, Version, bank, for_reuse
from surveys.definition.compared import REWORDED, SAME
from surveys.definition.load import load_survey, parse_survey, survey_from
from surveys.definition.tables import as_tables
from surveys.example.load import SURVEY
from tests.factories import NOW, definition

TEXT = definition("conditions")


def version(number: int = 1, text: str = TEXT, address: str = "conditions", days: int = 0) -> Version:
    return Version(address, number, NOW + timedelta(days=days), parse_survey(text))


REWORD = TEXT.replace("Did you ask for help?", "Did you look for help?")
SECOND_WAVE = REWORD.replace('name = "asked"', 'name = "looked"\nlineage = "asked"').replace("${asked}", "${looked}")


def test_questions_are_grouped_by_lineage_newest_first() -> None:
    found = {each.lineage: each for each in bank([version(address="later", days=9, text=SECOND_WAVE), version()])}
    assert set(found) == {"asked", "how", "wait", "long"}
    later, first = found["asked"].appearances
    assert (later.version.address, later.against) == ("later", (REWORDED,))
    assert later.means
    assert (first.version.address, first.against) == ("conditions", (FIRST,))
    assert found["wait"].newest.against == (SAME,)


def test_versions_that_ask_just_so_are_one_appearance() -> None:
    versions = [version(1), version(2, days=1), version(3, REWORD, days=2), version(4, REWORD, days=3)]
    asked = next(each for each in bank(versions) if each.lineage == "asked")
    assert [(each.numbers, each.against) for each in asked.appearances] == [
        ("3 to 4", (REWORDED,)),
        ("1 to 2", (FIRST,)),
    ]


def test_searching_wants_every_word_somewhere_in_a_question() -> None:
    versions = [version()]
    assert [each.lineage for each in bank(versions, "TELEPHONE ask")] == ["how"]
    assert [each.lineage for each in bank(versions, "telephone weeks")] == []
    assert len(bank(versions, " ")) == 4


def test_a_question_that_is_asked_again_keeps_its_lineage() -> None:
    source = version()
    target = as_tables(parse_survey(definition()))
    asked = source.survey.question("asked")
    assert asked is not None
    question, left = for_reuse(source, asked, target)
    target["page"][1]["question"].append(question)
    added = survey_from(target).question("asked")
    assert added is not None
    assert (added.lineage, left) == ("asked", [])


def test_it_gets_a_new_name_where_its_own_is_taken() -> None:
    source = version()
    how = source.survey.question("how")
    assert how is not None
    question, left = for_reuse(source, how, as_tables(source.survey))
    assert (question["name"], question["lineage"]) == ("how_2", "how")
    assert "relevant" not in question
    assert left == ["“relevant”, which asks for other questions"]


def test_what_the_survey_does_not_have_stays_behind() -> None:
    example = load_survey(SURVEY)
    source = Version("views", 1, NOW, example)
    target, behind = as_tables(parse_survey(definition())), list[str]()
    for question in example.questions:
        if question.kind not in ("audience", "information"):
            tables, left = for_reuse(source, question, target)
            target["page"][1]["question"].append(tables)
            behind += left
    assert len(survey_from(target).questions) > 10
    assert "the audience “family”" in behind
    assert "the wording for “commissioner”, which this survey does not have" in behind
