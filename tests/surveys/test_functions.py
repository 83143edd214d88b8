"""Every function of expressions by its own tiny definition: a page opens for one answer and not for another."""

from datetime import date

import pytest

from surveys.definition.load import parse_survey
from surveys.definition.path import Path
from surveys.expression.functions import FUNCTIONS
from tests.factories import DEFINITIONS, definition
from tests.surveys.function_cases import CASES


def test_every_function_has_a_definition_and_a_case() -> None:
    defined = {path.stem for path in (DEFINITIONS / "functions").glob("*.toml")}
    assert set(FUNCTIONS) == set(CASES) == defined


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("holds", [True, False])
def test_the_page_opens_where_the_condition_holds(name: str, holds: bool) -> None:
    survey = parse_survey(definition(f"functions/{name}"))
    answer = CASES[name][0 if holds else 1]
    path = Path(survey, {} if answer is None else {"a": answer}, date(2026, 11, 22))
    assert [each.page.name for each in path.pages] == (["first", "then"] if holds else ["first"])
