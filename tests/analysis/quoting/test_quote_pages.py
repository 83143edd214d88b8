"""The pages of quotes: choose, change, look as the second person, release, take back; each fault says what it is."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.coding.flag_tables import PassageFlags
from analysis.findings.disclosure import Share
from analysis.findings.report import Figures, Group, Heading
from analysis.findings.tables import Made, keep
from analysis.quoting.checklist import ASKED
from analysis.quoting.releasing import release_quotes
from analysis.quoting.tables import ProposedQuote, QuoteVersion
from safekeeping.jobs import Bench, this_hour
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from tests.analysis.quoting.quoted import OTHERS, WORDS, Consultation
from tests.factories import let_in

LIST, CHOOSE = "/desk/quotes/each", "/desk/quotes/each/candidates"
NOTHING = Group("", "Everyone", None, None, None, (Share(None, "group"),))
FIGURES = Figures("a standard", (Heading("AE", "Access"),), (), NOTHING)
Look = Callable[[Any], list[Any]]


class Person:
    """Somebody in a browser."""

    def __init__(self, app: Flask, session: Session, name: str, *roles: str) -> None:
        self.client: FlaskClient = let_in(app, session, name, roles or ("coder",))

    def get(self, address: str) -> str:
        return unescape(self.client.get(address).text)

    def send(self, address: str, **fields: str) -> tuple[int, str, str]:
        """Press a button of the page at that address, with what its form holds and what is typed."""
        page = self.client.get(address).text
        held = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
        chosen = {
            name: found[1]
            for name, options in re.findall(r'<select [^>]*name="([\w-]+)">(.*?)</select>', page, re.DOTALL)
            if (found := re.search(r'value="([^"]*)" selected', options))
        }
        ticked = dict.fromkeys(re.findall(r'<input type="checkbox" name="([\w-]+)" checked', page), "on")
        sent = self.client.post(address, data={**chosen, **ticked, **held, **fields})
        return sent.status_code, sent.headers.get("Location", ""), unescape(sent.text)


class Here:
    """Two people and a consultation with one passage that may be quoted by each of two people."""

    def __init__(self, app: Flask, session: Session, keys: Vault, engine: Engine) -> None:
        self.consultation = Consultation(session, keys, engine)
        figures = Made(FIGURES, "<svg/>", (), {})
        keep(session, self.consultation.row.public_key, self.consultation.row.id, figures, this_hour())
        session.commit()
        self.ann, self.ben = Person(app, session, "Ann"), Person(app, session, "Ben")
        self.bench = Bench(engine, keys, lambda done, total: None, {})
        self.survey_id = self.consultation.row.id.hex()
        session.commit()

    def candidate(self, words: str) -> str:
        page = self.ann.get(CHOOSE)
        card = next(each for each in page.split('<li class="card">') if words in each)
        found = re.search(r'name="passage" value="(\w+)"', card)
        assert found
        return found[1]

    def proposed(self) -> str:
        status, place, _text = self.ann.send(CHOOSE, passage=self.candidate(WORDS[:20]), section="AE")
        assert status == 303
        return place

    def asked(self) -> str:
        place = self.proposed()
        assert self.ann.send(place, do="ask")[:2] == (303, f"{LIST}?done=asked")
        return place

    def released(self) -> str:
        place = self.asked()
        answers = {f"asked-{key}": "no" for key in ASKED}
        assert self.ben.send(f"{place}/second", do="approved", **answers)[:2] == (303, f"{LIST}?done=approved")
        release_quotes(self.bench, self.survey_id)
        return place


@pytest.fixture
def here(app: Flask, session: Session, keys: Vault, engine: Engine) -> Here:
    return Here(app, session, keys, engine)


one_store = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_from_choosing_to_the_findings_and_back(here: Here, app: Flask, session: Session, look: Look) -> None:
    place = here.released()
    reader = Person(app, session, "Reader", "reviewer")
    report = "In [town] my ex [name] took the keys. [name] at the project rang me every week after that."
    for address in ("/desk/find/each", "/desk/find/each/report.html"):
        page = reader.get(address)
        assert report in page
        assert "<footer>Survivors</footer>" in page
        assert not re.search("Mandy|Denise|Leeds", page)
    assert reader.client.get(place).status_code == 403
    listed = here.ben.get(LIST)
    assert report in listed
    assert "released" in here.ann.get(f"{LIST}?state=released").lower()
    ledger = reader.get(f"{LIST}/ledger")
    assert "Released" in ledger
    assert "rang me" not in ledger
    back = {"token": _token(listed), "quote": place.split("/")[-1]}
    assert here.ben.client.post(f"{LIST}/back", data=back).status_code == 303
    assert report not in reader.get("/desk/find/each")
    verbs = [row.verb for row in look(select(TrailRow)) if "quote" in row.verb]
    assert verbs == ["proposed quote", "changed quote", "looked at quote", "took back quote"]
    assert not any("Denise" in row.detail + row.object for row in look(select(TrailRow)))


def _token(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.slow
@one_store
def test_candidates_are_what_is_allowed(here: Here) -> None:
    page = here.ann.get(CHOOSE)
    assert page.count('class="card"') == 1 + 3, "the filters, two answers of one person, one of another"
    assert "Nothing fits this" in here.ann.get(f"{CHOOSE}?marked=on")
    assert "Nothing fits this" in here.ann.get(f"{CHOOSE}?section=LG")
    passage = here.candidate(WORDS[:20])
    here.ann.send(CHOOSE, passage=passage, section="AE")
    assert WORDS[:20] not in here.ann.get(CHOOSE)
    assert here.ann.send(CHOOSE, passage=passage, section="AE")[0] == 422
    assert here.ann.send(CHOOSE, passage="00" * 16, section="AE")[0] == 404
    assert here.ann.send(CHOOSE, passage="no", section="AE")[0] == 404


@pytest.mark.slow
@one_store
def test_what_may_speak_of_danger_is_not_shown(here: Here, session: Session) -> None:
    passage = bytes.fromhex(here.candidate(WORDS[:20]))
    flags = PassageFlags(passage_id=passage, rules="r", identifiers=[], danger=True, chance=0.9, signs=[])
    session.add(flags)
    session.commit()
    assert WORDS[:20] not in here.ann.get(CHOOSE)
    status, _place, page = here.ann.send(CHOOSE, passage=passage.hex(), section="AE")
    assert (status, "speak of danger now" in page) == (422, True)


@one_store
def test_spans_are_changed_and_both_sides_shown(here: Here, look: Look) -> None:
    place = here.proposed()
    page = here.ann.get(place)
    keys = dict(re.findall(r'<b dir="auto">([^<]+)</b>.*?name="do-([\d-]+)"', page, re.DOTALL))
    assert set(keys) == {"Leeds", "Mandy", "Denise"}
    typed = {f"do-{keys['Mandy']}": "words", f"words-{keys['Mandy']}": "former wife", f"do-{keys['Leeds']}": "cut"}
    assert here.ann.send(place, add="Rang  me", **{"add-do": "cut"}, **typed)[0] == 303
    text = "In […] my ex [former wife] took the keys. [name] at the project […] every week after that."
    assert text in re.sub(r"</?mark[^>]*>", "", here.ann.get(place))
    for fields, says in (
        ({f"do-{keys['Denise']}": "leave"}, "Say why “Denise” may stay"),
        ({f"do-{keys['Denise']}": "words", f"words-{keys['Denise']}": " [] "}, "Type what should stand"),
        ({"add": "nowhere to be seen"}, "does not stand in the passage"),
        ({"add": "Denise"}, "replaced already"),
        ({"version": "00"}, "changed this quote meanwhile"),
    ):
        status, _place, page = here.ann.send(place, **fields)
        assert (status, says in page) == (422, True), says
    assert here.ann.send(place, chapter="XX")[0] == 400
    assert here.ann.send(place, by_question="say")[0] == 400
    assert here.ann.send(place)[0] == 303
    assert len(look(select(QuoteVersion))) == 2, "what was refused or did not change is not kept"
    assert here.ann.send(place, **{f"do-{WORDS.index('rang me')}-{WORDS.index('rang me') + 7}": "drop"})[0] == 303
    assert "rang me" in re.sub(r"</?mark[^>]*>", "", here.ann.get(place)).split("As it would be released")[1]


@one_store
def test_the_second_person_is_another_one_and_answers_everything(here: Here) -> None:
    place = here.asked()
    second = f"{place}/second"
    assert "waits for a second person" in here.ben.get("/desk/")
    assert "waits for a second person" not in here.ann.get("/desk/")
    assert "You proposed or changed this quote yourself" in here.ann.get(second)
    held = {"token": _token(here.ann.get(LIST + "/candidates")), "do": "approved"}
    version = re.search(r'name="version" value="(\w+)"', here.ann.get(place))
    assert version
    all_no = {f"asked-{key}": "no" for key in ASKED}
    alone = here.ann.client.post(second, data={**held, **all_no, "version": version[1]})
    assert alone.status_code == 422
    for fields, says in (
        ({}, "Answer every question"),
        ({**all_no, "asked-pair": "yes"}, "answered yes"),
        ({**all_no, "version": "00"}, "Read it again"),
    ):
        status, _place, page = here.ben.send(second, do="approved", **fields)
        assert (status, says in page) == (422, True), says
    assert here.ben.send(second, do="sent")[0] == 422
    assert here.ben.send(second, do="sent", reason="the keys")[0] == 303
    assert "the keys" in here.ann.get(place)
    assert here.ben.send(second, do="else")[0] in (400, 404)


@pytest.mark.slow
@one_store
def test_who_is_not_asked_sees_nothing(here: Here, app: Flask, session: Session) -> None:
    place = here.proposed()
    for role in ("analyst", "reviewer", "key-holder", "administrator", "author"):
        person = Person(app, session, role.title(), role)
        for address in (LIST, CHOOSE, place, f"{place}/second"):
            assert person.client.get(address).status_code == 403
        assert person.client.get(f"{LIST}/ledger").status_code == 200


@one_store
def test_the_database_holds_no_word(here: Here, engine: Engine) -> None:
    here.released()
    with engine.connect() as connection:
        for name in ("quote", "quote_version", "quote_replacement", "quote_review", "quote_release", "quote_ledger"):
            held = repr(connection.execute(ProposedQuote.metadata.tables[name].select()).all())
            assert not re.search("Mandy|Denise|took the keys|Survivors|survivor", held)
    assert OTHERS
