"""Every sample form is read as pyxform judges it: accepted means loaded, with a line for each loss."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import survey_from
from surveys.definition.survey import Survey
from surveys.formats.losses import BadFile, Imported
from surveys.formats.xlsform_logic import CannotRead, carried, limits
from surveys.formats.xlsform_reading import read_xlsform

FORMS = Path(__file__).parent / "xlsforms"
SAMPLES = sorted(path.stem for path in FORMS.glob("*.md"))
#: What is said of nearly every form, and of none in particular.
USUAL = ("there is no introduction", "would show in the browser", "text questions have no longest")


def accepted(path: Path) -> bool:
    """Whether pyxform converts the form."""
    try:
        importlib.import_module("pyxform.xls2xform").convert(path)
    except Exception:  # it stumbles over some forms that it should refuse
        return False
    return True


def read(name: str) -> tuple[Survey, list[str]]:
    """The survey of a sample, and the losses that are its own."""
    imported = read_xlsform(FORMS / f"{name}.md")
    return survey_from(imported.tables), own_losses(imported)


def own_losses(imported: Imported) -> list[str]:
    return [str(loss) for loss in imported.losses if not any(usual in loss.what for usual in USUAL)]


def of(survey: Survey, name: str) -> Any:
    question = survey.question(name)
    assert question is not None, name
    return question


def written(folder: Path, text: str) -> Path:
    path = folder / "form.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_what_pyxform_accepts_loads_and_what_it_refuses_is_refused_at_its_place(name: str) -> None:
    path = FORMS / f"{name}.md"
    fit = accepted(path)
    assert fit is not name.startswith("refused-")
    if fit:
        imported = read_xlsform(path)
        survey_from(imported.tables)
        assert all(loss.place and loss.what and loss.instead for loss in imported.losses)
    else:
        with pytest.raises(BadFile) as refused:
            read_xlsform(path)
        assert f"{name}.md, sheet" in str(refused.value)
        assert ", row " in str(refused.value)


LOSSLESS = (
    "one-choice several-choices or-other yes-no rank text notes notes-only choice-filter relevant-paths welsh-first "
    "languages"
).split()


@pytest.mark.parametrize("name", LOSSLESS)
def test_what_has_a_place_here_is_carried_over_without_a_loss(name: str) -> None:
    assert read(name)[1] == []


def test_kinds_are_recognised() -> None:
    assert [question.kind for question in read("text")[0].questions] == ["short-text", "long-text"]
    assert [of(read("one-choice")[0], name).shown_as for name in ("first", "next")] == ["buttons", "list"]
    assert of(read("yes-no")[0], "asked").kind == "yes-no"
    assert of(read("rank")[0], "first").kind == "ranking"
    dates = read("dates")[0]
    assert [question.kind for question in dates.questions] == ["date"] * 4 + ["short-text"]
    assert [of(dates, name).precision for name in ("day", "month", "year")] == ["day", "month", "year"]
    assert (of(dates, "day").earliest, of(dates, "day").latest) == ("1990-01-01", "today")


def test_limits_go_where_they_have_a_place() -> None:
    numbers = read("numbers")[0]
    assert (of(numbers, "weeks").least, of(numbers, "weeks").most, of(numbers, "weeks").constraint) == (0, 520, None)
    assert of(numbers, "hours").constraint.text == ". > 0"
    assert (of(numbers, "calls").least, of(numbers, "calls").constraint.text) == (1, ". != 13")
    several = of(read("several-choices")[0], "ways")
    assert several.at_most == 2
    assert [choice.value for choice in several.choices if choice.exclusive] == ["none"]
    survey, losses = read("constraint")
    assert of(survey, "name").kind == "long-text"
    assert of(survey, "name").longest == 900
    assert len(losses) == 1
    assert "sheet survey, row 3: its constraint has no message" in losses[0]


def test_a_choice_that_is_written_out_and_its_text_are_one_question() -> None:
    survey, _ = read("or-other")
    assert [question.name for question in survey.questions] == ["who", "all"]
    assert of(survey, "who").other == {"default": "Other"}
    assert [choice.value for choice in of(survey, "who").choices] == ["gp", "kin"]


def test_scales_and_tables() -> None:
    scale, losses = read("scale")
    assert of(scale, "heard").kind == "scale"
    assert not of(scale, "heard").apart_offered
    assert of(scale, "again").kind == "one-choice"
    assert len(losses) == 1
    table, losses = read("table-list")
    assert [row.name for row in of(table, "view").rows] == ["heard", "safe"]
    assert of(table, "why").relevant.text == "${view.safe} = '1'"
    assert "the points are stored as 1, 2, 3" in losses[0]
    torn, losses = read("table-list-torn")
    assert [question.kind for question in torn.questions] == ["one-choice", "one-choice"]
    assert "its questions have conditions of their own" in losses[0]


def test_groups_are_pages_and_groups_in_them_give_their_conditions() -> None:
    pages, _ = read("pages")
    assert [page.name for page in pages.pages] == ["one", "two"]
    assert str(pages.pages[1].relevant.text if pages.pages[1].relevant else "") == "${many} > 1"
    nested, losses = read("nested")
    assert [question.name for question in nested.questions] == ["many", "inner_title", "old", "where"]
    assert of(nested, "where").relevant.text == "(${many} > 1) and (${old} < 18) and (${old} > 4)"
    assert len(losses) == 2
    assert "asked once" in read("repeat")[1][0]


def test_notes_before_everything_are_the_introduction() -> None:
    survey, _ = read("notes")
    assert survey.intro == ({"default": "Thank you for looking at this."},)
    assert [question.name for question in survey.pages[1].questions] == ["soft", "r"]


def test_nothing_about_a_device_is_taken_and_each_is_named() -> None:
    survey, losses = read("device")
    assert [question.name for question in survey.questions] == ["day", "why"]
    named = " ".join(losses)
    for kind in ("start", "end", "deviceid", "username", "phonenumber", "geopoint", "photo", "audio", "barcode"):
        assert f"“{kind}” is not taken" in named
    assert of(survey, "why").relevant.text == "${day} = today()"
    assert of(survey, "why").wording == {"default": "Why today, …?"}


def test_a_form_of_which_nothing_can_be_asked_says_so_on_a_page() -> None:
    survey, losses = read("device-only")
    assert [question.kind for question in survey.questions] == ["information"]
    assert "it holds nothing that can be asked here" in losses[-1]


def test_conditions_that_cannot_be_read_show_the_question_to_everybody_and_are_named() -> None:
    survey, losses = read("not-parsed")
    assert [question.relevant for question in survey.questions] == [None] * 5
    assert len(losses) == 4
    assert all("Instead: it is shown to everybody" in loss for loss in losses)
    assert "row 3: “pulldata(" in losses[0]


def test_conditions_that_are_refused_here_are_taken_out_alone() -> None:
    never, losses = read("never")
    assert [question.name for question in never.questions] == ["a", "b"]
    assert "sheet survey, row 6: nobody would ever see it. Instead: it is left out." in losses or losses
    assert any("“c”" in loss and "Instead: the question is left out" in loss for loss in losses)
    clashes, losses = read("clashes")
    assert [question.relevant for question in clashes.questions] == [None] * 3
    assert len(losses) == 2


def test_names_and_values_that_cannot_be_kept_are_changed_wherever_they_stand() -> None:
    names, losses = read("names")
    assert [question.name for question in names.questions][:2] == ["how_many", "how_many_2"]
    assert of(names, "how_many_2").wording == {"default": "And of ${how_many}?"}
    assert of(names, "how_many_2").relevant.text == "${how_many} > 1"
    assert len(losses) == 4
    values, _ = read("values")
    assert of(values, "more").relevant.text == "${who} = 'a_b'"
    assert of(values, "less").relevant.text == "selected(${who}, 'c_d')"


def test_a_question_called_audience_asks_who_is_answering() -> None:
    survey, _ = read("audience")
    assert list(survey.audience_names()) == ["survivor", "provider_1", "buyer"]
    assert of(survey, "story").audiences == ("survivor",)
    assert of(survey, "work").audiences == ("provider_1", "buyer")
    late, losses = read("audience-late")
    assert late.audience_names() == {"everyone": "People"}
    assert of(late, "b").relevant.text == "${audience_2} = 'me'"
    assert len(losses) == 1


def test_languages() -> None:
    survey, _ = read("languages")
    assert (survey.language, survey.languages) == ("en", ("cy",))
    assert of(survey, "who").choices[0].label == {"default": "A doctor", "cy": "Meddyg"}
    assert read("welsh-first")[0].language == "cy"
    unknown, losses = read("languages-unknown")
    assert unknown.languages == ("cy",)
    assert of(unknown, "a").wording == {"default": "What else?", "cy": "Beth arall?"}
    assert any("“Elvish” is not known" in loss for loss in losses)


def test_formatting_goes_and_a_script_stays_text() -> None:
    survey, losses = read("formatting")
    assert of(survey, "a").wording == {"default": "Which of these was it?"}
    assert of(survey, "b").wording == {"default": "Where\nwas it?"}
    assert of(survey, "c").wording == {"default": "Is 2 < 3, and is a_b_c a name? 2*3*4"}
    assert of(survey, "d").wording == {"default": "<script>alert(1)</script> What now?"}
    assert len(losses) == 2


def test_a_title_that_gives_away_what_it_is_about_is_for_staff() -> None:
    survey, losses = read("settings")
    assert (survey.title, survey.address) == ("Men and harm", "my-form-1")
    assert survey.public_title == {"default": "A few questions"}
    assert len(losses) == 4
    assert read("text")[0].public_title == {"default": "Your views"}


def test_required_and_calculated() -> None:
    survey, losses = read("required")
    assert of(survey, "a").required_because == {"default": "It sets what follows."}
    assert of(survey, "b").required_because == {"default": "We need this answer to go on."}
    assert [of(survey, name).required_because for name in "cd"] == [None, None]
    assert len(losses) == 2
    worked_out, losses = read("calculate")
    assert {each.name: each.value.text for each in worked_out.calculated} == {
        "both": "${girls} + ${boys}",
        "once": "(${girls})",
    }
    assert len(losses) == 2


def test_a_form_is_read_from_csv_also_as_windows_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes('survey,,,\n,type,name,label\n,integer,a,"How many – ’so’?"\n'.encode("cp1252"))
    imported = read_xlsform(path)
    assert of(survey_from(imported.tables), "a").wording == {"default": "How many – ’so’?"}
    assert "line 3: the file is not UTF-8 text" in str(imported.losses[0])


def test_typographic_quotes_stay(tmp_path: Path) -> None:
    form = "| survey |\n| | type | name | label |\n| | text | a | What’s “it”? |\n"
    survey = survey_from(read_xlsform(written(tmp_path, form)).tables)
    assert of(survey, "a").wording == {"default": "What’s “it”?"}


def test_few_rows_cannot_ask_for_endless_work(tmp_path: Path) -> None:
    deep = ["| survey |", "| | type | name | label |"]
    deep += [f"| | begin_group | g{at} | G |" for at in range(70)]
    deep += ["| | text | t | T |", *["| | end_group | | |"] * 70]
    with pytest.raises(BadFile, match="deep within one another"):
        read_xlsform(written(tmp_path, "\n".join(deep)))
    wide = ["| survey |", "| | type | name | label |", *[f"| | select_one w | q{at} | Q |" for at in range(101)]]
    wide += ["| choices |", "| | list_name | name | label |", *[f"| | w | v{at} | V |" for at in range(1000)]]
    with pytest.raises(BadFile, match="more than 100,000 choices"):
        read_xlsform(written(tmp_path, "\n".join(wide)))


def test_expressions_are_put_into_our_names() -> None:
    names = {"a": "${b}", "day": "today()", "row": "${grid.row}"}
    assert carried("${ a } = 1 and ${row} != ''", names, {}) == "${b} = 1 and ${grid.row} != ''"
    assert carried("../a = '../a' or /data/g/a > 2", names, {}) == "${b} = '../a' or ${b} > 2"
    assert carried("once(${a})", names, {}) == "(${b})"
    assert carried("${a} = 'x' or . = 'x'", names, {"b": {"x": "y"}}, {"x": "z"}) == "${b} = 'y' or . = 'z'"
    with pytest.raises(CannotRead, match="“c” is not asked here"):
        carried("${c} = 1", names, {})


def test_limits_are_told_from_the_rest_of_a_constraint() -> None:
    assert limits(". >= -5 and . < 10", "number") == ({"least": -5, "most": 9}, "")
    assert limits(". >= 1 and (. = 3 or . = 5)", "number") == ({"least": 1}, "(. = 3 or . = 5)")
    assert limits(". > 1.5", "number", decimals=True) == ({}, ". > 1.5")
    assert limits("string-length(.) <= 20", "short-text") == ({"longest": 20}, "")
    assert limits(". <= 20", "short-text") == ({}, ". <= 20")


CELLS = st.sampled_from(
    "text integer decimal date note calculate hidden select_one~w select_multiple~w rank~w begin_group end_group a b "
    "audience g w ${a}~=~'x' ${b} true() false() .~>~3 ../a~=~1 **bold** <br> <script> field-list table-list likert "
    "minimal yes no start=1~end=5 x y not_said other".replace(" ", "\n")
    .replace("~", " ")
    .split("\n")
)
COLUMNS = "type name label hint relevant constraint appearance required calculation choice_filter parameters".split()


@settings(max_examples=25)
@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=6), max_size=5))
def test_any_form_loads_or_is_refused(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = [[row.get(column, "") for column in COLUMNS] for row in rows]
    first = ["select_one w", "a", "A?", *[""] * (len(COLUMNS) - 3)]
    table = ["| survey |", *(f"| | {' | '.join(line)} |" for line in (COLUMNS, first, *lines))]
    choices = "| choices |\n| | list_name | name | label |\n| | w | x | X |\n| | w | y | Y |\n"
    path = written(tmp_path_factory.mktemp("any"), "\n".join(table) + "\n" + choices)
    try:
        survey_from(read_xlsform(path).tables)
    except BadFile:
        assert not accepted(path)
