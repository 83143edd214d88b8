"""Attacks on the programs' door: each token at each address with each scope, swaps between consultations and
organisations, and requests no honest program sends."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import delete

from safekeeping.clock import steady_now
from safekeeping.tokens import SCOPES, AccessToken, new_token
from tests.analysis.api.at_the_door import Matter, Programs, addresses, problem_of
from tests.factories import let_in

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
WHERE = ("mine", "beside", "foreign")


def matters(programs: Programs) -> dict[str, Matter]:
    return {name: getattr(programs, name) for name in WHERE}


def test_each_token_at_each_address_with_each_scope(programs: Programs) -> None:
    """Every scope alone x (all of one's organisation, one consultation) x every address of three surveys."""
    tried = 0
    for scope in SCOPES:
        for of, seen in ((None, {"mine", "beside"}), (programs.mine, {"mine"})):
            token = programs.token([scope], of)
            for name, matter in matters(programs).items():
                for needed, paths in addresses(matter).items():
                    for path in paths:
                        expected = 403 if needed != scope else 200 if name in seen else 404
                        assert programs.ask(path, token).status_code == expected, (scope, path)
                        tried += 1
            listed = programs.ask("/api/1/surveys", token)
            assert listed.status_code == (200 if scope == "surveys" else 403)
            if scope == "surveys":
                assert {each["address"] for each in listed.get_json()["surveys"]} == seen
    assert tried == 96


def test_a_survey_of_others_and_none_at_all_look_the_same(programs: Programs) -> None:
    token = programs.token(of=programs.mine)
    for path in chain(*addresses(programs.mine).values()):
        answers = [programs.ask(path.replace("mine", other), token) for other in ("beside", "foreign", "not-there")]
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


def test_a_token_of_others_sees_their_own_only(programs: Programs) -> None:
    token = programs.token(organisation=programs.foreign.organisation)
    listed = programs.ask("/api/1/surveys", token).get_json()
    assert [each["address"] for each in listed["surveys"]] == ["foreign"]
    assert "mine" not in programs.ask("/api/1/surveys?after=a", token).text


def changed(token: str) -> list[str]:
    """The token with each sign changed, one at a time."""
    other = {"0": "1"}
    return [token[:at] + other.get(token[at], "0") + token[at + 1 :] for at in range(len(token))]


def test_no_sign_of_a_token_can_be_changed(programs: Programs) -> None:
    token = programs.token()
    tries = [*changed(token), token.upper(), token[:-1], f"{token}0", f" {token} x", new_token(), "heard_", ""]
    answers = [programs.ask("/api/1/surveys", each) for each in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert programs.ask("/api/1/surveys", token).status_code == 200


def test_wrong_over_ended_and_missing_look_the_same(programs: Programs) -> None:
    today = steady_now().date()
    over, ended = programs.token(ends_on=today - timedelta(days=2)), programs.token(["surveys"])
    too_far = programs.token(ends_on=today + timedelta(days=1000))
    programs.session.execute(delete(AccessToken).where(AccessToken.scopes == "surveys"))
    programs.session.commit()
    for path in ("/api/1/surveys", "/api/1/surveys/mine/findings", "/api/1/surveys/not-there/progress"):
        answers = [programs.ask(path, each) for each in (over, ended, too_far, new_token(), None)]
        assert {(each.status_code, each.text, each.headers["WWW-Authenticate"]) for each in answers} == {
            (401, answers[0].text, 'Bearer realm="Heard"')
        }


def test_a_token_in_the_address_is_refused_whatever_else_is_sent(programs: Programs) -> None:
    token = programs.token()
    for query in (f"access_token={token}", f"limit={token}", f"x={token}", "access_token=1", f"{token}"):
        for header in (None, token):
            answer = programs.ask(f"/api/1/surveys?{query}", header)
            assert answer.status_code == 400
            assert "must never stand in an address" in problem_of(answer)["detail"]
            assert token not in answer.text


def test_a_token_opens_nothing_at_the_desk_and_a_session_nothing_here(programs: Programs) -> None:
    token = programs.token()
    client = programs.app.test_client()
    for path in ("/desk/", "/desk/tokens", "/desk/find/mine", "/desk/people"):
        assert programs.ask(path, token).status_code == 401
        client.set_cookie("d", token)
        assert client.get(path).status_code == 401
    staff = let_in(programs.app, programs.session)
    assert staff.get("/desk/").status_code == 200
    assert staff.get("/api/1/surveys").status_code == 401


WAYS_OF_SENDING = (
    "Basic {0}",
    "{0}",
    "Bearer",
    "Bearer ",
    "Bearer {0} {0}",
    "Bearer {0},Bearer {0}",
    "Bearer {0}, Basic eDp5",
    "Bearer\t{0}",
    "Bearer {0}\x01",
    "Bearer {0}é",
    "Bearer " + "a" * 100_000,
    "Token {0}",
    'Bearer token="{0}"',
)


def test_other_ways_of_sending_a_token_are_refused(programs: Programs) -> None:
    token = programs.token()
    for sent in WAYS_OF_SENDING:
        answer = programs.ask("/api/1/surveys", headers={"Authorization": sent.format(token)})
        assert answer.status_code == 401, sent
        problem_of(answer)


def test_the_scheme_may_be_written_small(programs: Programs) -> None:
    sent = {"Authorization": f"bearer {programs.token()}"}
    assert programs.ask("/api/1/surveys", headers=sent).status_code == 200


def test_two_headers_are_as_none(programs: Programs) -> None:
    token = programs.token()
    twice = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    assert programs.app.test_client().get("/api/1/surveys", headers=twice).status_code == 401


NO_QUERIES = (
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1e1",
    "limit=%D9%A1",
    "limit=",
    "limit=5&limit=5",
    "after=%00",
    "after=A",
    "after=a%27%20OR%201=1",
    "after=" + "a" * 5000,
    "page=2",
    "=",
    "%ff=%ff",
)


def test_what_cannot_stand_behind_the_question_mark(programs: Programs) -> None:
    token = programs.token()
    for query in NO_QUERIES:
        answer = programs.ask(f"/api/1/surveys?{query}", token)
        assert answer.status_code == 400, query
        assert "%" not in problem_of(answer)["detail"]
        assert "aaaa" not in answer.text


NO_ADDRESSES = (
    "/api/1/surveys/%00/findings",
    "/api/1/surveys/mine%00/findings",
    "/api/1/surveys//findings",
    "/api/1//surveys",
    "/api/1/surveys/",
    "/api/1/surveys/..%2f..%2fdesk/findings",
    "/api/1/surveys/%ff%fe/findings",
    "/api/1/surveys/" + "x" * 9000 + "/findings",
    "/api/2/surveys",
    "/api/1/SURVEYS",
    "/api/",
)


def test_addresses_that_are_none(programs: Programs) -> None:
    token = programs.token()
    for path in NO_ADDRESSES:
        answer = programs.ask(path, token)
        assert answer.status_code == 404, path
        problem_of(answer)


def test_nothing_can_be_changed(programs: Programs) -> None:
    client, sent = programs.app.test_client(), {"Authorization": f"Bearer {programs.token()}"}
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"):
        for path in ("/api/1/surveys", "/api/1/openapi.json", "/api/1/surveys/mine/findings"):
            answer = client.open(path, method=method, headers=sent)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
            problem_of(answer)


def test_who_wants_something_else_is_told_so(programs: Programs) -> None:
    token = programs.token()
    wanted = {"application/json": 200, "*/*": 200, "application/*;q=0.5": 200, "text/html": 406, "nonsense": 406}
    found = {each: programs.ask("/api/1/surveys", token, headers={"Accept": each}).status_code for each in wanted}
    assert found == wanted


def test_a_fault_says_nothing_of_itself(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(token_id: bytes) -> bool:
        raise RuntimeError("words of a fault")

    monkeypatch.setattr(programs.app.extensions["api_rate"], "allows", broken)
    answer = programs.ask("/api/1/surveys", programs.token())
    assert answer.status_code == 500
    assert "words of a fault" not in answer.text
    problem_of(answer)


def test_who_asks_is_not_known_to_the_door(programs: Programs) -> None:
    """No address and no kind of program reaches a page, as at the respondents' door; nor does a cookie."""
    seen: list[dict[str, Any]] = []
    door: Any = programs.app.wsgi_app.wsgi  # type: ignore[attr-defined]  # within what gives answers their headers
    inner = door.wsgi

    def looked_at(environ: dict[str, Any], start: Any) -> Any:
        seen.append(environ)
        return inner(environ, start)

    door.wsgi = looked_at
    told = {"X-Forwarded-For": "192.0.2.7", "User-Agent": "who", "Cookie": "d=1", "Referer": "http://example.org/"}
    programs.ask("/api/1/surveys", programs.token(), headers=told)
    (environ,) = seen
    names = {name for name in environ if name.startswith(("HTTP_", "REMOTE_"))}
    assert names == {"HTTP_AUTHORIZATION", "HTTP_HOST"}
