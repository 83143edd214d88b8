"""What depends on the database: the order of lists, and figures of a token's own consultations."""

from sqlalchemy.orm import Session

from analysis.api.shapes import Findings, Surveys
from tests.analysis.api.at_the_door import Programs


def test_long_lists_come_a_few_at_a_time(programs: Programs, session: Session) -> None:
    for number in range(5):
        programs.matter(f"more-{number}", programs.mine.organisation)
    token, at, seen = programs.token(), "/api/1/surveys?limit=3", []
    while at:
        found = Surveys.model_validate_json(programs.ask(at, token).text)
        assert len(found.surveys) <= 3
        seen += [each.address for each in found.surveys]
        at = found.next or ""
    assert seen == ["beside", "mine", *(f"more-{number}" for number in range(5))]


def test_figures_are_read_and_others_are_not(programs: Programs) -> None:
    token = programs.token(of=programs.mine)
    found = Findings.model_validate_json(programs.ask("/api/1/surveys/mine/findings", token).text)
    assert found.groups[0].responses == 55
    assert programs.ask("/api/1/surveys/beside/findings", token).status_code == 404
