"""What programs read: lists a few at a time, figures as the report shows them, definitions that load again."""

import json
from itertools import chain

import pytest
from sqlalchemy.orm import Session

from analysis.api.rate import Rate
from analysis.api.shapes import Definition, Findings, Progress, Surveys, Versions
from analysis.findings.tables import Findings as FindingsRow
from analysis.findings.tables import opened
from safekeeping.headers import HEADERS
from safekeeping.vault import Vault
from surveys.definition.load import survey_from
from surveys.definition.published import CLOSED, SHREDDING, definition_of, publish_again
from surveys.responding.buckets import Size
from tests.analysis.api.at_the_door import SECRET_WORDS, Programs, addresses, figures_made, problem_of
from tests.factories import NOW

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_the_list_says_what_is_there_and_no_more(programs: Programs, session: Session) -> None:
    programs.mine.row.state = CLOSED
    answer = programs.ask("/api/1/surveys", programs.token(["surveys"]))
    found = Surveys.model_validate_json(answer.text)
    assert [(each.address, each.open, each.consultation) for each in found.surveys] == [
        ("beside", True, "Matter beside"),
        ("mine", False, "Matter mine"),
    ]
    assert found.next is None
    assert found.surveys[1].state == "closed"
    assert [each.code for each in found.surveys[1].audiences] == list(definition_of(programs.mine.row).audience_names())


def test_figures_are_those_of_the_report_and_hold_no_words(programs: Programs, session: Session, keys: Vault) -> None:
    answer = programs.ask("/api/1/surveys/mine/findings", programs.token())
    found = Findings.model_validate_json(answer.text)
    figures = opened(session.get_one(FindingsRow, programs.mine.row.id), keys).figures
    assert [group.responses for group in found.groups] == [group.responses for group in figures.groups]
    assert [[share.percent for share in group.shares] for group in found.groups] == [
        [share.percent for share in group.shares] for group in figures.groups
    ]
    assert found.groups[0].responses == 55
    assert found.groups[0].shares[0].percent is not None
    assert found.everyone.model_dump()["responses"] == figures.everyone.responses
    assert found.manifest == {"standard": "mdan abc", "model": "none"}
    assert SECRET_WORDS not in answer.text
    assert "svg" not in answer.text


def test_progress_tells_the_same_counts_as_the_findings(programs: Programs) -> None:
    token = programs.token()
    told = Progress.model_validate_json(programs.ask("/api/1/surveys/mine/progress", token).text)
    figures = Findings.model_validate_json(programs.ask("/api/1/surveys/mine/findings", token).text)
    assert told.answered == figures.everyone.responses
    assert {each.code: each.answered for each in told.audiences} == {g.code: g.responses for g in figures.groups}
    assert all(each.answered is None or each.answered % 5 == 0 for each in told.audiences)


def test_a_small_consultation_gives_no_figure(programs: Programs) -> None:
    for count in (1, 9):
        name = f"few-{count}"
        token = programs.token(of=programs.matter(name, programs.mine.organisation, survivor=count))
        told = json.loads(programs.ask(f"/api/1/surveys/{name}/progress", token).text)
        assert told["answered"] is None
        assert [each["answered"] for each in told["audiences"]] == [None] * len(told["audiences"])
        figures = json.loads(programs.ask(f"/api/1/surveys/{name}/findings", token).text)
        for group in [*figures["groups"], figures["everyone"]]:
            assert group["responses"] is group["passages"] is group["base"] is None
            assert {share["percent"] for share in group["shares"]} == {None}


@pytest.mark.parametrize("state", ["", SHREDDING])
def test_what_has_no_figures_says_so(programs: Programs, session: Session, state: str) -> None:
    bare = programs.matter("bare", programs.mine.organisation, **({"survivor": 40} if state else {}))
    bare.row.state = state or bare.row.state
    token = programs.token()
    told = Progress.model_validate_json(programs.ask("/api/1/surveys/bare/progress", token).text)
    assert (told.answered, told.counted_at) == (None, None)
    assert told.audiences
    answer = programs.ask("/api/1/surveys/bare/findings", token)
    assert answer.status_code == 404
    assert "No figures have been made" in problem_of(answer)["detail"]


def test_every_version_is_given_as_it_was_published(programs: Programs, session: Session) -> None:
    row = programs.mine.row
    publish_again(session, row, row.definition.replace('title = "', 'title = "Better '), NOW)
    token, at = programs.token(), "/api/1/surveys/mine/versions"
    listed = Versions.model_validate_json(programs.ask(f"{at}?limit=1", token).text)
    assert [version.number for version in listed.versions] == [1]
    assert listed.next == f"{at}?after=1&limit=1"
    further = Versions.model_validate_json(programs.ask(listed.next, token).text)
    assert [version.number for version in further.versions] == [2]
    newest = Definition.model_validate_json(programs.ask(f"{at}/2", token).text)
    assert survey_from(newest.definition, "what was given") == definition_of(row)
    assert newest.sha256 == further.versions[0].sha256 == row.definition_hash


def test_a_version_that_is_not_there(programs: Programs) -> None:
    token = programs.token()
    for number in ("0", "3", "01", "١", "1.0", "-1", "99999", "9" * 400, "x"):
        answer = programs.ask(f"/api/1/surveys/mine/versions/{number}", token)
        assert answer.status_code == 404, number
        problem_of(answer)


def test_who_has_it_already_is_told_so(programs: Programs, session: Session) -> None:
    token = programs.token()
    for at in ["/api/1/surveys", *chain(*addresses(programs.mine).values())]:
        first = programs.ask(at, token)
        mark = first.headers["ETag"]
        again = programs.ask(at, token, headers={"If-None-Match": mark})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
        assert programs.ask(at, token, headers={"If-None-Match": '"other"'}).status_code == 200
    mark = programs.ask("/api/1/surveys/mine/findings", token).headers["ETag"]
    figures_made(session, programs.mine.row, survivor=80)
    session.commit()
    assert programs.ask("/api/1/surveys/mine/findings", token, headers={"If-None-Match": mark}).status_code == 200


def test_nobody_without_a_token_learns_from_a_mark(programs: Programs) -> None:
    mark = programs.ask("/api/1/surveys", programs.token()).headers["ETag"]
    assert programs.ask("/api/1/surveys", headers={"If-None-Match": mark}).status_code == 401
    assert programs.ask("/api/1/surveys", headers={"If-None-Match": "*"}).status_code == 401


def test_every_answer_carries_the_headers_and_no_cookie(programs: Programs) -> None:
    for path in ("/api/1/surveys", "/api/1/openapi.json", "/api/1/nothing", "/api/nothing", "/api/"):
        for token in (None, programs.token()):
            answer = programs.ask(path, token)
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
            assert "Set-Cookie" not in answer.headers
            assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
            assert answer.content_type in ("application/json", "application/problem+json")


def test_too_many_questions_wait_a_second(programs: Programs) -> None:
    seconds = [0.0]
    programs.app.extensions["api_rate"] = Rate(Size(3, 3600), lambda: seconds[0])
    busy, other = programs.token(), programs.token()
    statuses = [programs.ask("/api/1/surveys", busy).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = programs.ask("/api/1/surveys", busy)
    assert answer.headers["Retry-After"] == "1"
    problem_of(answer)
    assert programs.ask("/api/1/surveys", other).status_code == 200
    seconds[0] += 1
    assert programs.ask("/api/1/surveys", busy).status_code == 200


def test_usually_sixty_may_be_asked_at_once(programs: Programs) -> None:
    token = programs.token()
    statuses = [programs.ask("/api/1/surveys", token).status_code for _ in range(63)]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses[60:]
