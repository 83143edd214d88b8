"""A survey written as an XLSForm is a form that pyxform converts, and comes back as the same survey."""

import importlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given, settings

from surveys.definition.load import BadSurvey, load_survey, survey_from
from surveys.definition.path import Path as Way
from surveys.definition.survey import Survey
from surveys.definition.tables import as_tables
from surveys.formats.losses import Loss
from surveys.formats.xlsform_reading import read_xlsform
from surveys.formats.xlsform_writing import write_xlsform
from tests.surveys.random_surveys import answered

DEFINITIONS = Path(__file__).parent.parent / "definitions"
EXAMPLE = Path(__file__).resolve().parents[3] / "surveys" / "example" / "survey.toml"
#: What XLSForm has no place for -> by which words the loss is named.
NAMED = {
    "asked_because": "it says why it is asked",
    "lineage": "earlier waves",
    "speaks_to": "speaks to clauses",
    "unit": "has a unit",
    "content_note": "has a content note",
    "quoting": "which answer allows quoting",
}
KINDS_KEPT = sorted(path.stem for path in DEFINITIONS.glob("*.toml"))


def there_and_back(survey: Survey, path: Path) -> tuple[Survey, tuple[Loss, ...]]:
    losses = write_xlsform(survey, path)
    imported = read_xlsform(path)
    assert imported.losses == (), [str(loss) for loss in imported.losses]
    return survey_from(imported.tables), losses


def minimal(**changed: Any) -> dict[str, Any]:
    """Tables of a survey with one question, changed."""
    question: dict[str, Any] = {"name": "a", "kind": "short-text", "wording": "What else?"} | changed.pop(
        "question", {}
    )
    whole: dict[str, Any] = {"title": "T", "public_title": "T", "address": "t", "intro": ["Hello."]}
    whole |= {"audience": [{"name": "everyone", "label": "Everyone", "plural": "People"}]}
    return whole | {"page": [{"name": "one", "title": "One", "question": [question]}]} | changed


@pytest.mark.parametrize("name", KINDS_KEPT)
def test_every_kind_comes_back_as_it_was_but_for_what_is_named(name: str, tmp_path: Path) -> None:
    survey = load_survey(DEFINITIONS / f"{name}.toml")
    path = tmp_path / "form.xlsx"
    back, losses = there_and_back(survey, path)
    importlib.import_module("pyxform.xls2xform").convert(path)
    renamed = {question.name for question in survey.questions}
    assert renamed <= {question.name for question in back.questions} | {"audience"}
    for question in survey.questions:
        _compare(question, back, " ".join(map(str, losses)))


def _compare(question: Any, back: Survey, named: str) -> None:
    now: Any = back.question(question.name)
    if question.kind == "clause-view":
        assert "it asks about clause" in named
        return
    assert now.kind == question.kind
    assert [choice.value for choice in getattr(now, "choices", ())] == [
        choice.value for choice in getattr(question, "choices", ())
    ]
    for field in ("relevant", "audiences", "required_because", "personal", "choice_filter", "constraint"):
        assert getattr(now, field, None) == getattr(question, field, None), field
    for field, words in NAMED.items():
        if getattr(question, field, None):
            assert words in named
    assert now.wording["default"].startswith(question.wording["default"])


def test_the_example_survey_comes_back_in_both_languages(tmp_path: Path) -> None:
    survey = load_survey(EXAMPLE)
    back, losses = there_and_back(survey, tmp_path / "form.xlsx")
    assert back.languages == survey.languages
    assert list(back.audience_names()) == list(survey.audience_names())
    assert [(page.name, page.audiences, page.relevant) for page in back.pages] == [
        (page.name, page.audiences, page.relevant) for page in survey.pages
    ]
    for question in survey.questions:
        now = back.question(question.name)
        assert now is not None
        assert now.kind == question.kind
        assert now.wording["cy"].startswith(question.wording["cy"])
    assert any("other words are for" in loss.what for loss in losses)
    assert all(str(loss) for loss in losses)


@settings(max_examples=8)
@given(drawn=answered())
def test_the_same_answers_lead_the_same_way(drawn: tuple[Survey, Any, Any], tmp_path_factory: Any) -> None:
    survey, _, answers = drawn
    try:
        survey = survey_from(as_tables(survey))
    except BadSurvey:
        assume(False)
    back, _ = there_and_back(survey, tmp_path_factory.mktemp("way") / "form.xlsx")
    before, after = Way(survey, answers), Way(back, answers)
    assert [each.page.name for each in after.pages] == [each.page.name for each in before.pages]
    assert after.to_keep() == before.to_keep()


def test_names_that_a_form_cannot_have_twice_are_changed_and_named(tmp_path: Path) -> None:
    rows = [{"name": "b", "wording": "B"}, {"name": "c", "wording": "C"}]
    grid = {"name": "b", "kind": "scale-grid", "wording": "How?", "labels": ["No", "Yes"], "rows": rows}
    asked = {"name": "a", "kind": "short-text", "wording": "Why?", "relevant": "${b.b} = '1'"}
    tables = minimal(page=[{"name": "a", "title": "One", "question": [grid, asked]}])
    back, losses = there_and_back(survey_from(tables), tmp_path / "form.xlsx")
    assert [loss.place for loss in losses] == ["question “b”, row “b”", "page “a”"]
    question = back.question("a")
    assert question is not None
    assert question.relevant is not None
    assert question.relevant.text == "${b.b_2} = '1'"


@pytest.mark.parametrize("name", ["data", "meta", "instanceID", "generated_table_list_label_1", "today", "audit"])
def test_names_that_mean_something_to_forms(name: str, tmp_path: Path) -> None:
    after = {"name": "z", "kind": "short-text", "wording": "Z?", "relevant": f"${{{name}}} = 'x'"}
    first = {"name": name, "kind": "short-text", "wording": "A?"}
    tables = minimal(page=[{"name": name, "title": "One", "question": [first, after]}])
    back, losses = there_and_back(survey_from(tables), tmp_path / "form.xlsx")
    kept = back.questions[0].name
    assert kept == (f"{name}_1" if name in ("meta", "instanceID") else name)
    assert back.questions[1].relevant is not None
    assert back.questions[1].relevant.text == f"${{{kept}}} = 'x'"
    assert losses


@pytest.mark.parametrize("label", ["=1+1", "+44", "-5 to 5", "@once", '=HYPERLINK("http://example.org")'])
def test_no_cell_is_a_formula(label: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    back, losses = there_and_back(survey_from(minimal(question={"wording": label})), path)
    assert losses == ()
    assert back.questions[0].wording == {"default": label}
    sheets = openpyxl.load_workbook(path).worksheets
    assert {cell.data_type for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize(
    "label", ["**Not** bold", "# no heading", "_so_", "a_b", "2 * 3 * 4", "back\\slash *x*", "1 < 2"]
)
def test_words_that_look_like_formatting_stay(label: str, tmp_path: Path) -> None:
    back, _ = there_and_back(survey_from(minimal(question={"wording": label})), tmp_path / "form.xlsx")
    assert back.questions[0].wording == {"default": label}


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    question = {"speaks_to": ["AE"], "lineage": "old", "asked_because": "Because.", "personal": True}
    survey = survey_from(minimal(question=question, wave="2", quoting=None))
    _, losses = there_and_back(survey, tmp_path / "form.xlsx")
    assert {loss.place for loss in losses} == {"question “a”", "wave"}
    assert len(losses) == 5


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_shows_a_label_as_text(tmp_path: Path) -> None:
    write_xlsform(survey_from(minimal(question={"wording": "=1+1"})), tmp_path / "form.xlsx")
    command = ["soffice", "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(tmp_path / "form.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "=1+1" in (tmp_path / "form.csv").read_text(encoding="utf-8")
