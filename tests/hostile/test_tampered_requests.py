"""Requests that no page of ours would send: tokens, cookies, buttons, pages, names and values that somebody made up.

Each attack begins from the same draft. It must leave the draft as it was, or as an honest press would; and no answer
may be kept that was not sent from the check page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from safekeeping.cookies import new_secret
from safekeeping.database import session_for
from safekeeping.vault import Vault, form_token
from surveys.definition.published import Open
from surveys.responding import drafts
from surveys.responding.drafts import SENT, Draft
from surveys.responding.moving import ACTIONS
from tests.surveys.browsing import Person, intake_answers, intake_count, put_up

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Form = dict[str, Any]

#: Buttons of other rooms, of programs, and of nobody.
FOREIGN_BUTTONS = (
    "publish close open shred trial forget decide accept save-answers finish begin stop compare settle undo redo "
    "delete start-over submit Send SEND send\0 sen send: continue2 Continue CONTINUE back! __init__ __class__ "
    "constructor none null 0 1 true admin language2 exit leave logout reset clear-all rank-all answer page code2 "
    "receipt withdraw2 reopen mix take_in take-in export download read unseal key keys secret publish:now act visit "
    "show render draft drop sweep"
).split()
#: What stands after the colon of buttons that have one, where nothing of ours does.
NOWHERE = (
    "",
    "none",
    "words",
    "you ",
    "YOU",
    "after",
    "__class__",
    "..",
    "0",
    "-1",
    "é",
    "x" * 5000,
    "a:b:c",
    "%",
    "'",
)
#: Names of what a draft, a submission or a row is made of.
INSIDE = (
    "survey nonce at answers seen changing version language typed opened faulty quotable began handle receipt saved "
    "elsewhere ticket caught set_aside id survey_id sealed state public_key definition secret vault csrf_token _method "
    "q- q-__class__ q-__dict__ q-nonce q-at q-answers q-token q-page q-came q-else q-town-x q-say q-whom-x q-audience "
    "q-audience-x q-asked[] q-asked[0] q-asked.x q-ASKED Q-asked q.asked asked whom region audience calculated q-other "
    "q-whom_other q-region_other q-not_said q-asked-not_said quote quote-asked"
).split()
VALUES = (
    *"maybe,YES,yes ,yes\0,no_answer,other,not_said,apart,1,0,true,[],{},é,north south,hill;port,None,null".split(","),
    *(" yes", "north,south", "__class__", "x" * 3000),
)


@dataclass(frozen=True)
class Attack:
    """One request. `honest` says that it may do what an honest press does, and no more."""

    form: Form
    cookie: str | None = None
    honest: bool = False
    how: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    """A person in the middle of a survey, and a copy of their draft to begin from."""

    app: Flask
    person: Person
    target: Open
    draft: Draft
    form: Form
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def secret(self) -> bytes:
        """What is in their cookie."""
        cookie = self.person.client.get_cookie("s")
        assert cookie
        return bytes.fromhex(cookie.value)

    def now(self) -> Draft:
        """Their draft as it is kept."""
        with session_for(self.app.extensions["drafts_engine"]) as session:
            found = drafts.load(session, self.secret, self.target.id, datetime.now(UTC))
        assert found
        return found

    def put_back(self, secret: bytes) -> None:
        """The draft and the cookie as they were."""
        with session_for(self.app.extensions["drafts_engine"]) as session:
            drafts.save(session, secret, replace(self.draft, lay=b""), datetime.now(UTC))
        self.person.client.set_cookie("s", secret.hex())

    def send(self, attack: Attack) -> TestResponse:
        """The request, from a browser of its own where it has another cookie."""
        client = self.person.client if attack.cookie is None else self.app.test_client()
        if attack.cookie is not None:
            how = {"environ_overrides": {"HTTP_COOKIE": attack.cookie}}
            return client.post("/logic", data=attack.form, **how)
        return client.open(**{"path": "/logic", "method": "POST", "data": attack.form, **attack.how})


def scene(app: Flask, target: Open) -> Scene:
    """On the page with conditions, a filter and a text, once honestly filled in."""
    person = Person(app.test_client(), "logic").start()
    person.press("continue", asked="yes", whom="A friend", region="north")
    person.press("continue", town="hill")
    person.press("back")
    found = Scene(app, person, target, replace(NOBODY), {**person.form(), "go": "continue"})
    found.draft = found.now()
    person.post(found.form)
    found.after = found.now().answers
    found.put_back(found.secret)
    return found


NOBODY = Draft("", "", "")


def tokens(there: Scene) -> Iterator[Attack]:
    """Tokens of nobody, of others, of before, and almost right ones."""
    right = form_token(there.secret)
    flipped = [right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :] for at in range(0, len(right), 4)]
    others = [
        form_token(each)
        for each in (new_secret(), b"", b"x" * 32, there.secret[::-1], bytes.fromhex(there.draft.nonce))
    ]
    shaped = [
        "",
        " ",
        right[:-1],
        right + "0",
        right.upper() + "x",
        f" {right}",
        right[::-1],
        "0" * 64,
        there.secret.hex(),
        "é",
        "None",
    ]
    for token, go in product((*flipped, *others, *shaped), ("continue", "back", "send", "change:you")):
        yield Attack({**there.form, "token": token, "go": go})
    without = {name: value for name, value in there.form.items() if name != "token"}
    yield Attack(without)
    yield Attack({**there.form, "token": ["x", right]})
    yield Attack({**without, "csrf_token": right, "Token": right})
    yield Attack(without, how={"headers": {"X-CSRFToken": right, "X-CSRF-Token": right}})
    yield Attack(without, how={"query_string": {"token": right}})


def cookies(there: Scene) -> Iterator[Attack]:
    """Cookies that are nobody's, with the token of somebody."""
    secret, form = there.secret.hex(), there.form
    values = [
        secret[:-2],
        secret + "00",
        secret[::-1],
        "0" * 64,
        "",
        "x" * 64,
        there.draft.nonce * 2,
        there.draft.handle * 2,
        "é" * 32,
    ]
    values += [f"{at:02x}" + secret[2:] for at in range(1, 20) if f"{at:02x}" != secret[:2]]
    for value, go in product(values, ("continue", "send")):
        yield Attack({**form, "go": go}, cookie=f"s={value}")
    for name in ("S", "ss", "__Host-s", "session", "d", "s ", "$s", "s[]"):
        yield Attack(form, cookie=f"{name}={secret}")
    yield Attack(form, cookie=f"s={'1' * 64}; s={secret}; s={'2' * 64}")


def requests_of_others(there: Scene) -> Iterator[Attack]:
    """Forms of other sites, other methods, other kinds of bodies."""
    origins = (
        "null",
        "http://example.org",
        "http://localhost.example.org",
        "http://localhost:81",
        "https://localhost",
        "",
        "x",
    )
    for origin in origins:
        yield Attack(there.form, how={"headers": {"Origin": origin}})
    for site in ("cross-site", "same-site", "", "x", "Same-Origin"):
        yield Attack(there.form, how={"headers": {"Sec-Fetch-Site": site}})
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "GET", "TRACE", "PROPFIND", "post "):
        yield Attack(there.form, how={"method": method, "headers": {"X-HTTP-Method-Override": "POST"}})
        yield Attack({}, how={"method": method, "data": None, "query_string": there.form})
    for kind in ("application/json", "text/plain", "application/xml", "application/x-www-form-urlencoded2", ""):
        yield Attack({}, how={"data": b"go=continue&q-whom=x", "content_type": kind})
    for path in ("/logic/", "//logic", "/LOGIC", "/logic;x", "/logic%20", "/nowhere", "/desk/logic", "/x", "/about"):
        yield Attack(there.form, how={"path": path})


def buttons(there: Scene) -> Iterator[Attack]:
    """Buttons that are not on this page, and places that are not on this path."""
    for go in FOREIGN_BUTTONS:
        yield Attack({**there.form, "go": go})
    for go, where in product(("change", "clear", "rank", "language", "save"), NOWHERE[1:]):
        yield Attack({**there.form, "go": f"{go}:{where}"})
    for go in (
        "rank:whom:up:x",
        "rank:region:up:north",
        "clear:else",
        "clear:came",
        "change:after2",
        "skip",
        "code",
        "save:again",
        "send",
    ):
        yield Attack({**there.form, "go": go})
    for page, go in product(
        ("", *NOWHERE[1:2], *NOWHERE[4:], "sent", "check your answers"), ("continue", "back", "skip")
    ):
        yield Attack({**there.form, "page": page, "go": go})


def names(there: Scene) -> Iterator[Attack]:
    """What is inside a draft, as names of fields; and every field twice."""
    for name, value in product(INSIDE, ("forged", "yes", "00" * 16)):
        yield Attack({**there.form, name: value}, honest=True)
    for name, value in product(
        ("go", "page", "token", "q-asked", "q-whom", "q-region", "q-town"), ("send", "last", "no", "south", "port")
    ):
        yield Attack({**there.form, name: [there.form.get(name, ""), value]}, honest=True)


def values(there: Scene) -> Iterator[Attack]:
    """What is on no list, for each list; what can be taken is taken, and nothing else."""
    for name, value in product(("q-asked", "q-region", "q-town"), VALUES):
        yield Attack({**there.form, name: value})


CLASSES: tuple[Callable[[Scene], Iterator[Attack]], ...] = (
    tokens, cookies, requests_of_others, buttons, names, values,
)  # fmt: skip


def accepted(there: Scene, attack: Attack, engine: Engine) -> str:
    """What the attack achieved; nothing if it achieved nothing."""
    secret = there.secret
    status = there.send(attack).status_code
    there.person.client.set_cookie("s", secret.hex())
    now = there.now()
    wrong = f"answered with {status}" if status >= 500 else ""
    if intake_count(engine):
        wrong = "something was kept"
    elif attack.honest and (now.answers != there.after or inner(now) != inner(there.draft)):
        wrong = f"not what an honest press does: {now}"
    elif not attack.honest and (now.answers, inner(now)) != (there.draft.answers, inner(there.draft)):
        wrong = f"changed: {now}"
    there.put_back(secret)
    return wrong


def inner(draft: Draft) -> Draft:
    """What nothing typed may ever change."""
    moving: dict[str, Any] = {"seen": (), "opened": (), "typed": {}, "changing": False, "faulty": False}
    return replace(draft, at="", answers={}, **moving)


def achieved(app: Flask, engine: Engine, keys: Vault, every: int) -> list[tuple[str, int, str]]:
    put_up(engine, keys)
    there = scene(app, put_up(engine, keys, "logic"))
    found, count = [], 0
    for attacks in CLASSES:
        for at, attack in enumerate(attacks(there)):
            count += 1
            if at % every == 0 and (wrong := accepted(there, attack, engine)):
                found.append((attacks.__name__, at, f"{attack} {wrong}"))
    assert count >= 500
    return found


def test_nothing_forged_is_accepted(app: Flask, engine: Engine, keys: Vault) -> None:
    assert achieved(app, engine, keys, every=10) == []


@pytest.mark.slow
def test_nothing_forged_is_accepted_at_full_size(app: Flask, engine: Engine, keys: Vault) -> None:
    assert achieved(app, engine, keys, every=1) == []


def test_the_scene_sees_what_is_accepted(app: Flask, engine: Engine, keys: Vault) -> None:
    """An honest press, said to be an attack, is told of: the comparison is not blind."""
    there = scene(app, put_up(engine, keys, "logic"))
    assert accepted(there, Attack({**there.form, "q-whom": "Somebody else"}), engine)
    assert accepted(there, Attack({**there.form, "q-region": "south"}, honest=True), engine)
    assert not accepted(there, Attack(there.form, honest=True), engine)


# After sending ---------------------------------------------------------------------------------------


def test_after_sending_no_button_changes_what_was_sent(app: Flask, engine: Engine, keys: Vault) -> None:
    target = put_up(engine, keys, "logic")
    there = scene(app, target)
    while 'value="send"' not in there.person.page:
        there.person.press("continue")
    old = there.person.form()
    there.person.press("send")
    sent = intake_answers(engine, keys, "logic")
    for go, page in product((*ACTIONS, "change:asked", "clear:region", "send:now"), ("", "you", "asked", "last")):
        forged = {**old, **there.form, "go": go, "page": page, "q-whom": "Forged", "q-region": "south"}
        assert there.person.client.post("/logic", data=forged).status_code in (200, 303, 400)
        draft = there.now()
        assert (draft.at, draft.answers, draft.typed) == (SENT, {}, {}), (go, page)
    assert intake_answers(engine, keys, "logic") == sent


def test_no_cookie_of_one_door_opens_the_other(app: Flask, engine: Engine, keys: Vault) -> None:
    there = scene(app, put_up(engine, keys, "logic"))
    secret = there.secret.hex()
    for cookie in (f"d={secret}", f"s={secret}; d={secret}", f"d={there.draft.nonce * 2}", "d=", f"__Host-d={secret}"):
        for path in ("/desk/", "/desk/collect", "/desk/code/logic", "/desk/write/new"):
            answer = app.test_client().get(path, environ_overrides={"HTTP_COOKIE": cookie})
            assert answer.status_code == 401
