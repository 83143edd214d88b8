"""K of the test plan: every role at every address, and swapping what an address is about between consultations and
organisations. What is declared is what happens; nothing of another consultation is read or changed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from safekeeping.clock import steady_now
from safekeeping.guard import ASKED_FOR, OWN, SETTING_UP
from safekeeping.organisations import Organisation, add_organisation, begin_consultation, first_organisation
from safekeeping.permissions import ROLES, permits
from safekeeping.staff import HeldRole, Staff, add_staff, begin_session
from safekeeping.vault import Vault, form_token
from surveys.definition.published import publish
from surveys.writing.written import WrittenStep, begin_writing
from tests.factories import NOW, definition, submitted

Look = Callable[[Any], list[Any]]
ANYWHERE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def desk_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address of the desk that somebody must be permitted, and the action; what forgets a draft comes last."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.rule.endswith("/forget"), each.rule)):
        action = getattr(app.view_functions[rule.endpoint], ASKED_FOR, None)
        if rule.rule.startswith("/desk") and action not in (None, OWN, SETTING_UP):
            yield rule, str(action)


class World:
    """Two organisations, and two consultations in the first; each with a survey, a draft and somebody."""

    def __init__(self, app: Flask, session: Session, keys: Vault) -> None:
        self.app, self.session, self.keys = app, session, keys
        here, there = first_organisation(session), add_organisation(session, "Other House")
        self.mine = self.matter("mine", here)
        self.beside = self.matter("beside", here)
        self.foreign = self.matter("foreign", there)
        self.here = here
        session.commit()

    def matter(self, name: str, organisation: Organisation) -> dict[str, Any]:
        matter = begin_consultation(self.session, organisation.id, name)
        text = definition().replace('address = "tiny"', f'address = "{name}"').replace('title = "', f'title = "{name} ')
        row = publish(self.session, self.keys, text, NOW, consultation_id=matter.id)
        submitted(self.session, row, 12, say=f"words of {name}")
        tables = {"title": f"draft of {name}", "address": f"{name}-2"}
        written = begin_writing(self.session, tables, f"began {name}", None, matter.id)
        person = add_staff(self.session, f"person of {name}", (), organisation)
        return {"address": name, "written_id": written.id.hex(), "person_id": person.id.hex(), "id": matter.id}

    def visitor(self, role: str, matter: dict[str, Any] | None = None) -> FlaskClient:
        """Somebody of the first organisation with one role: in one consultation, or in all."""
        person = add_staff(self.session, f"{role} {matter and matter['address']}", (), self.here)
        person.roles.append(HeldRole(role=role, consultation_id=matter["id"] if matter else None))
        self.session.flush()
        secret = begin_session(self.session, person, steady_now())
        self.session.commit()
        client = self.app.test_client()
        client.set_cookie("d", secret.hex())
        client.environ_base["token"] = form_token(secret)
        return client


def filled(rule: Rule, matter: dict[str, Any]) -> str:
    """The address about that consultation; what else it names is not there."""
    address = rule.rule
    for argument in rule.arguments:
        for form in (f"<{argument}>", f"<int:{argument}>", f"<path:{argument}>"):
            address = address.replace(form, str(matter.get(argument, "1" if "int" in form else "none")))
    return address


def asked(client: FlaskClient, rule: Rule, matter: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        data = {"token": client.environ_base["token"]} if method == "POST" else None
        answer = client.open(filled(rule, matter), method=method, data=data)
        yield method, answer.status_code, answer.text


@pytest.fixture
def world(app: Flask, session: Session, keys: Vault) -> World:
    return World(app, session, keys)


@ANYWHERE
@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_what_is_declared_and_nothing_else(world: World, role: str) -> None:
    client = world.visitor(role)
    found = {
        (method, rule.rule, status == 403)
        for rule, _ in desk_rules(world.app)
        for method, status, _ in asked(client, rule, world.mine)
    }
    declared = {
        (method, rule.rule, not permits(frozenset({role}), action))
        for rule, action in desk_rules(world.app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == declared
    assert len(found) > 80


@ANYWHERE
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("other", ["beside", "foreign"])
def test_nothing_of_another_consultation_is_read_or_changed(world: World, look: Look, role: str, other: str) -> None:
    client = world.visitor(role, world.mine)
    matter = getattr(world, other)
    before = len(look(select(WrittenStep)))
    for rule, _ in desk_rules(world.app):
        if not rule.arguments & {"address", "written_id"}:
            continue
        for method, status, page in asked(client, rule, matter):
            assert status in (403, 404), (method, rule.rule, status)
            assert f"words of {other}" not in page
            assert f"draft of {other}" not in page
    assert len(look(select(WrittenStep))) == before


@ANYWHERE
@pytest.mark.parametrize("role", ROLES)
def test_lists_name_one_s_own_consultations_only(world: World, role: str) -> None:
    client = world.visitor(role, world.mine)
    for rule, _ in desk_rules(world.app):
        if not rule.arguments and "GET" in (rule.methods or ()):
            page = client.get(rule.rule, follow_redirects=True).text
            assert "beside tiny" not in page.lower(), rule.rule
            assert "foreign" not in page, rule.rule


@ANYWHERE
def test_what_a_form_names_in_its_body_is_no_way_around_either(world: World, look: Look) -> None:
    client = world.visitor("author", world.mine)
    token = client.environ_base["token"]
    for other in ("beside", "foreign"):
        sent = client.post("/desk/write/new/earlier", data={"token": token, "survey": other})
        assert sent.status_code == 404
    boss = world.visitor("administrator")
    person = f"/desk/people/{world.mine['person_id']}"
    data = {"token": boss.environ_base["token"], "do": "roles", "role": f"coder@{world.foreign['id'].hex()}"}
    assert boss.post(person, data=data).status_code == 400
    assert boss.post(f"/desk/people/{world.foreign['person_id']}", data={**data, "role": "coder"}).status_code == 404
    assert look(select(HeldRole).where(HeldRole.consultation_id == world.foreign["id"])) == []
    assert all(not person.gone for person in look(select(Staff)))
