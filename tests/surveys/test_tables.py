"""A survey as plain tables and as TOML: read back, it is the same survey."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from surveys.definition.load import load_survey, parse_survey, survey_from
from surveys.definition.survey import Survey
from surveys.definition.tables import as_tables, to_toml
from surveys.example.load import SURVEY
from tests.factories import DEFINITIONS
from tests.surveys.random_surveys import Rules, surveys


@pytest.mark.parametrize("path", [*sorted(DEFINITIONS.rglob("*.toml")), SURVEY], ids=lambda path: path.stem)
def test_written_and_read_again_it_is_the_same(path: Path) -> None:
    survey = load_survey(path)
    assert parse_survey(to_toml(survey)) == survey
    assert survey_from(as_tables(survey)) == survey


@settings(max_examples=30)
@given(surveys())
def test_so_is_any_other(case: tuple[Survey, Rules]) -> None:
    survey, _ = case
    assert Survey.model_validate(as_tables(survey)) == survey


def test_a_choice_s_own_columns_are_never_taken_for_wordings() -> None:
    survey = load_survey(DEFINITIONS / "conditions.toml")
    tables = as_tables(survey)
    tables["page"][1]["question"][1]["choices"][0]["properties"] = {"default": "x"}
    assert as_tables(survey_from(tables)) == tables
