"""What changed between two versions, and what it means for counting."""

import pytest

from surveys.definition.changes import Changed, changes
from surveys.definition.compared import (
    CHOICES,
    CONDITION,
    KIND,
    LIMITS,
    MOVED,
    NEW,
    REMOVED,
    REWORDED,
    SAME,
    SCALE,
    TRANSLATION,
)
from surveys.definition.load import parse_survey, survey_from
from surveys.definition.survey import Survey
from surveys.definition.tables import as_tables
from tests.factories import definition

TEXT = definition("conditions")
BEFORE = parse_survey(TEXT)


def after(*replaced: tuple[str, str], text: str = TEXT) -> Survey:
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return parse_survey(text)


def changed(survey: Survey, before: Survey = BEFORE) -> dict[str, Changed]:
    return {each.name: each for each in changes(before, survey).questions}


def test_nothing_changed() -> None:
    found = changes(BEFORE, parse_survey(TEXT))
    assert {each.changes for each in found.questions} == {(SAME,)}
    assert (found.changed, found.others, found.in_a_sentence) == ([], (), "Nothing changed.")


@pytest.mark.parametrize(
    ("old", "new", "name", "change"),
    [
        ("Did you ask for help?", "Did you look for help?", "asked", REWORDED),
        ("By telephone", "I rang", "how", CHOICES),
        ('value = "phone"', 'value = "rang"', "how", CHOICES),
        ('other = "In another way"', 'other = "Some other way"', "how", CHOICES),
        ("${asked} = 'yes'", "${asked} != 'no'", "how", CONDITION),
        ("${how} != ''", "${how} = 'phone'", "wait", CONDITION),
        ('unit = "weeks"', 'unit = "weeks"\nmost = 500', "wait", LIMITS),
        ('unit = "weeks"', 'unit = "days"', "wait", REWORDED),
        ("personal = true", "personal = false", "wait", CHOICES),
        ('name = "long"\nkind = "long-text"', 'name = "long"\nkind = "short-text"', "long", KIND),
    ],
)
def test_each_change_is_told_with_the_words_before_and_after(old: str, new: str, name: str, change: str) -> None:
    found = changed(after((old, new)))
    assert found[name].changes[0] == change
    assert found[name].differences[0].before != found[name].differences[0].after
    assert found[name].means
    assert {other.changes for other in found.values() if other.name != name} <= {(SAME,), (CONDITION,)}


def test_old_and_new_words_stand_side_by_side() -> None:
    (difference,) = changed(after(("Did you ask for help?", "Did you look for help?")))["asked"].differences
    assert (difference.before, difference.after) == ("Did you ask for help?", "Did you look for help?")


def test_points_of_a_scale() -> None:
    text = definition("scale")
    before = parse_survey(text)
    label = next(question.labels[0]["default"] for question in before.questions if question.kind == "scale")
    (found,) = changes(before, after((label, "Something else"), text=text)).changed
    assert (found.changes, found.breaks) == ((SCALE,), True)


def test_new_and_removed() -> None:
    found = changed(after(('name = "long"', 'name = "longer"')))
    assert (found["longer"].changes, found["long"].changes) == ((NEW,), (REMOVED,))


def test_a_new_name_with_the_old_lineage_is_the_same_question() -> None:
    found = changed(after(('name = "long"', 'name = "longer"\nlineage = "long"')))
    assert found["longer"].changes == (SAME,)
    assert "long" not in found


def test_only_what_went_elsewhere_moved() -> None:
    tables = as_tables(BEFORE)
    tables["page"][1]["question"].reverse()
    found = changed(survey_from(tables))
    assert [each.changes for each in found.values() if each.changes != (SAME,)] == [(MOVED,)]
    assert not any(each.breaks for each in found.values())


def test_translations_are_told_apart_from_the_wording() -> None:
    said = 'wording = { default = "Did you ask for help?", cy = "A ofynnoch chi?" }'
    welsh = (('address = "conditions"', 'address = "conditions"\nlanguages = ["cy"]'),)
    first = after(*welsh, ('wording = "Did you ask for help?"', said))
    second = after(*welsh, ('wording = "Did you ask for help?"', said.replace("A ofynnoch", "Wnaethoch")))
    found = changed(second, first)["asked"]
    assert found.changes == (TRANSLATION,)
    assert (found.breaks, found.differences[0].about) == (False, "question (cy)")


def test_texts_outside_the_questions_are_told() -> None:
    found = changes(BEFORE, after(('title = "Asking"', 'title = "Asking for help"'), ('"Conditions"', '"Others"')))
    assert {each.about for each in found.others} == {"Page 2 · Page title", "title"}
    assert "can still be counted together" in found.in_a_sentence


def test_a_page_in_front_does_not_change_the_texts_of_those_behind_it() -> None:
    page = '[[page]]\nname = "early"\ntitle = "Early"\nquestion = [{ name = "e", kind = "information", wording = "E" }]'
    first, second, rest = definition("conditions").split("[[page]]", 2)
    found = changes(parse_survey(f"{first}[[page]]{second}{page}\n[[page]]{rest}"), BEFORE).others
    assert [(each.about, each.before, each.after) for each in found] == [("Page 2 · Page title", "Early", "")]


def test_the_sentence_counts_what_breaks() -> None:
    two = after(("Did you ask for help?", "Did you look for help?"), ("By telephone", "I rang"))
    assert changes(BEFORE, two).in_a_sentence.startswith("For 2 questions")
