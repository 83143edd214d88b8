"""What needs a person: counted against an audit that stands in, and said honestly where there is none."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.learning import audited, training_rows
from analysis.learning.audited import AuditedPassage, evenly, one_of_each
from analysis.learning.deciding import Unit, as_responses, decide
from analysis.learning.weighing import weigh
from analysis.standard.edition import load_edition
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.tables import Response
from tests.analysis.leveled import keep_levels
from tests.factories import let_in, opener_of, published_survey, submitted

Look = Callable[[Any], list[Any]]
CODES = ("LG", "AE", "SD", "OE")
PAGE = "/desk/code/tiny/needs-a-person"
PEOPLE = 60


def drawn(number: int, response: int, sections: tuple[str, ...] = (), chance: float = 1.0) -> AuditedPassage:
    return AuditedPassage(bytes([number]), bytes([response]), sections, "survivor", chance)


def test_only_one_passage_of_each_response_counts() -> None:
    kept = one_of_each([drawn(3, 1), drawn(2, 1), drawn(4, 2)])
    assert [(each.passage_id, each.response_id) for each in kept] == [(b"\x02", b"\x01"), (b"\x04", b"\x02")]


def test_what_was_drawn_more_often_is_thinned_to_the_same_chance() -> None:
    rare = [AuditedPassage(b"a%d" % n, b"a%d" % n, (), "commissioner", 1.0) for n in range(400)]
    common = [AuditedPassage(b"b%d" % n, b"b%d" % n, (), "survivor", 0.25) for n in range(100)]
    kept = evenly([*rare, *common])
    assert sum(each.audience == "survivor" for each in kept) == 100
    assert 70 <= sum(each.audience == "commissioner" for each in kept) <= 130
    assert evenly([*rare, *common]) == kept
    assert evenly([]) == []


def unit(name: str, response: str, chance: float, sure: float = 0.9) -> Unit:
    return Unit(name.encode(), response.encode(), {"A": chance}, frozenset("A" if chance > 0.5 else ""), sure)


def test_the_machine_decides_what_the_audit_allows() -> None:
    units = [unit("1", "1", 0.95), unit("2", "2", 0.6), unit("3", "3", 0.03), Unit(b"4", b"4", {})]
    known = [(unit("x", "x", 0.95), {"A"})] * 30 + [(unit("x", "x", 0.6), set[str]())] * 30
    found = decide(units, known, ["A"], 0.1)
    (line,) = found.lines
    assert (line.yes, line.no, line.person) == (1, 0, 3)
    assert (round(line.present.limit, 2), line.absent.decides) == (0.61, False)
    assert found.person == 3
    assert (found.whole, found.exact, found.total, found.audited) == (1, 0, 4, 60)


def test_whole_sets_are_decided_by_how_sure_the_suggestion_is() -> None:
    known = [(unit("x", "x", 0.95, sure=0.9), {"A"})] * 30 + [(unit("x", "x", 0.6, sure=0.6), set[str]())] * 30
    found = decide([unit("1", "1", 0.6, sure=0.8), unit("2", "2", 0.6, sure=0.6)], known, ["A"], 0.1)
    assert (found.exact, round(found.exact_side.limit, 2)) == (1, 0.61)


def test_a_response_is_its_likeliest_passage_and_abstains_with_one_of_them() -> None:
    found = as_responses(
        [unit("1", "r", 0.2), unit("2", "r", 0.8, sure=0.4), unit("3", "s", 0.2), Unit(b"4", b"s", {})]
    )
    assert [(each.id, dict(each.chances), each.sure) for each in found] == [(b"r", {"A": 0.8}, 0.4), (b"s", {}, 0.0)]


@pytest.fixture
def survey_id(session: Session, keys: Vault) -> bytes:
    """Two passages each of sixty people; the machine is sure of the first, and right, and unsure of the second."""
    row = published_survey(session, keys)
    submitted(session, row, PEOPLE, say="Nobody rang. Then somebody did.")
    mix(session, row.id, opener_of(keys, row))
    for response_id in session.scalars(select(Response.id)).all():
        for number, start in enumerate((0, 13)):
            name = hashlib.sha256(response_id + bytes([number])).digest()[:16]  # random, and the same in every run
            passage = Passage(id=name, response_id=response_id, question="say", start=start, end=12, may_quote=False)
            session.add(passage)
            session.flush()
            session.add(suggestion(name, sure=number == 0))
    keep_levels(session, row.id)
    session.commit()
    return row.id


def row_of(session: Session, survey_id: bytes) -> PublishedSurvey:
    return session.get_one(PublishedSurvey, survey_id)


def suggestion(passage_id: bytes, *, sure: bool) -> Suggestion:
    chances = dict.fromkeys(CODES, 0.04) | {"AE": 0.96 if sure else 0.55}
    return Suggestion(
        passage_id=passage_id,
        model="m",
        sections=["AE"],
        probabilities=chances,
        themes=[],
        stance="problem",
        confidence=0.95 if sure else 0.4,
        reasons=[],
    )


def coded_blind(session: Session, survey_id: bytes, standard: str, _opener: object) -> list[AuditedPassage]:
    """An audit that stands in: all passages; people say AE of the sure ones and nothing of the others."""
    assert standard == "mdan"
    found = session.execute(select(Passage.id, Passage.response_id, Passage.start)).all()
    return [AuditedPassage(id, response, () if start else ("AE",), "survivor", 0.5) for id, response, start in found]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_without_an_audit_every_passage_needs_a_person(app: Flask, session: Session, survey_id: bytes) -> None:
    desk = let_in(app, session)
    page = desk.get(PAGE).text
    assert "No audit sample has been coded yet, so every one of the 120 passages needs a person." in page
    assert [f'<td class="n">{least}</td>' in page for least in (45, 22, 11)] == [True] * 3
    assert "may say yes" not in page.lower()
    assert f"{PAGE.rpartition('/')[0]}?first=doubtful" in page
    assert let_in(app, session, "Author", ("author",)).get(PAGE).status_code == 403
    assert desk.get("/desk/code/nowhere/needs-a-person").status_code == 404


def test_with_an_audit_it_says_how_many_and_why(
    app: Flask, session: Session, keys: Vault, survey_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audited, "AUDITED", (coded_blind,))
    found = weigh(session, survey_id, load_edition("mdan"), 0.1, opener_of(keys, row_of(session, survey_id)))
    lines = {line.code: line for line in found.passages.lines}
    assert found.passages.audited == found.responses.audited == PEOPLE
    assert (lines["AE"].yes, lines["AE"].no, lines["AE"].person) == (60, 0, 60)
    assert (lines["LG"].yes, lines["LG"].no) == (0, 120)
    assert (found.passages.whole, found.passages.exact) == (60, 60)
    assert {line.yes for line in found.responses.lines if line.code == "AE"} == {PEOPLE}
    assert found.responses.whole == PEOPLE
    assert [(each.audience, each.decided.whole) for each in found.audiences] == [("survivor", PEOPLE)]
    session.rollback()
    desk = let_in(app, session)
    page = desk.get(PAGE).text
    assert "60 passages of 120 need a person." in page
    assert "60 of them nobody has coded yet." in page
    assert "It says yes from 56 % on." in page
    assert "It never says yes: only 0 in the audit look like that, and 22 are needed." in page
    assert "45 are needed" in desk.get(f"{PAGE}?wrong=5").text
    assert desk.get(f"{PAGE}?wrong=99").status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_responses_of_which_a_passage_was_not_audited_teach_nothing_about_responses(
    session: Session, keys: Vault, survey_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(session: Session, survey_id: bytes, standard: str, _opener: object) -> list[AuditedPassage]:
        return [each for each in coded_blind(session, survey_id, standard, _opener) if not each.sections]

    monkeypatch.setattr(audited, "AUDITED", (half,))
    found = weigh(session, survey_id, load_edition("mdan"), 0.1, opener_of(keys, row_of(session, survey_id)))
    assert (found.passages.audited, found.responses.audited) == (PEOPLE, 0)
    assert found.responses.person == PEOPLE


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_most_doubtful_come_first_and_stay_first(
    app: Flask, session: Session, survey_id: bytes, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = let_in(app, session)
    silent = look(select(Passage.id).order_by(Passage.id.desc()))[0]
    session.delete(session.get_one(Suggestion, silent))
    session.commit()
    audit = look(select(Passage.id).where(Passage.start > 0).order_by(Passage.id))[:1]

    def apart(_survey_id: bytes) -> Select[bytes]:
        return select(Passage.id).where(Passage.id.in_(audit))

    monkeypatch.setattr(training_rows, "KEPT_APART", (apart,))
    seen = [decided(desk) for _ in range(3)]
    assert seen[0] == silent.hex()
    doubtful = [each.hex() for each in look(select(Passage.id).where(Passage.start > 0).order_by(Passage.id))]
    assert seen[1:] == [each for each in doubtful if each != silent.hex()][1:3]


def decided(desk: FlaskClient) -> str:
    """Code the most doubtful passage; the desk leads on to the next one in the same order."""
    place = desk.get("/desk/code/tiny?first=doubtful").headers["Location"]
    token = desk.get(place).text.split('name="token" value="')[1].split('"')[0]
    answer = desk.post(place, data={"token": token, "decide": "none"})
    assert "first=doubtful" in answer.headers["Location"]
    return str(place).partition("?")[0].rpartition("/")[2]
