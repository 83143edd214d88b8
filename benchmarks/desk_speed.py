"""How long a coder waits for the next passage, beside an empty page of the same server in the same run.

    .venv/bin/python benchmarks/desk_speed.py [responses] [address of an empty database]

Three passages a response; the coder has decided on none, on half, and on all but the last of them. A decision is saved
and the next page shown (one POST, one GET) through the application itself, without a network. The promise: the median
is under 100 ms with 10,000 responses, on SQLite and on PostgreSQL.
"""

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding, DeskAct, Passage, Suggestion
from app import ROOT, create_app
from safekeeping.database import in_parts, session_for
from safekeeping.keystore import KeyToKeep
from safekeeping.opening import open_installation
from safekeeping.permissions import ROLES
from safekeeping.settings import Settings, read_settings
from safekeeping.staff import add_staff, begin_session
from safekeeping.vault import random_id, seal_response
from surveys.definition.published import publish
from surveys.intake.tables import Response

RESPONSES, ROUNDS = 10_000, 40
WORDS = "Nobody rang me back for weeks. The poster only showed women. In the end my doctor knew somebody."
SURVEY = (ROOT / "surveys" / "example" / "survey.toml").read_text(encoding="utf-8")


def fill(settings: Settings, address: str, count: int) -> bytes:
    """A survey with so many responses of three passages, each with a suggestion. Its id."""
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        definition = SURVEY.replace('address = "views"', f'address = "{address}"')
        row = publish(session, opened.vault, definition, datetime.now(UTC))
        survey_id, public = row.id, row.public_key
    content = json.dumps({"answers": {"audience": "survivor", "help": WORDS}}).encode()
    made = [(random_id(), seal_response(content, public, survey_id)) for _ in range(count)]
    keys = [KeyToKeep(new_id, each.wrapped_key, random_id() + random_id()) for new_id, each in made]
    opened.vault.store.put_responses(survey_id, keys)
    ends = [WORDS.index(". ") + 1, WORDS.rindex(". ") + 1, len(WORDS)]
    starts = [0, ends[0] + 1, ends[1] + 1]
    with session_for(opened.engine) as session:
        for some in in_parts(made):
            rows = [{"id": i, "survey_id": survey_id, "tag": s.tag, "ciphertext": s.ciphertext} for i, s in some]
            session.execute(insert(Response), rows)
            places = [
                {"id": random_id(), "response_id": i, "question": "help", "start": a, "end": b, "may_quote": False}
                for i, _sealed in some
                for a, b in zip(starts, ends, strict=True)
            ]
            session.execute(insert(Passage), places)
            said: dict[str, Any] = {"model": "m", "sections": ["AE"], "probabilities": {"AE": 0.9}, "themes": ["AE1"]}
            said |= {"stance": "problem", "confidence": 0.8, "reasons": [[0, 6]]}
            session.execute(insert(Suggestion), [{"passage_id": each["id"], **said} for each in places])
    return survey_id


def code(session: Session, survey_id: bytes, coder: bytes, upto: int) -> None:
    """Let the coder have decided on the first so many passages, in the order in which they come."""
    of_it = select(Passage).join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    order = (Passage.response_id, Passage.question, Passage.start)
    done = set(session.scalars(select(Coding.passage_id).where(Coding.staff_id == coder)))
    ids = [each.id for each in session.scalars(of_it.order_by(*order).limit(upto)) if each.id not in done]
    then, each_takes = datetime.now(UTC) - timedelta(days=30), timedelta(seconds=20)
    for some in in_parts(ids):
        rows, acts = [], []
        for number, passage_id in enumerate(some):
            coding_id, at = random_id(), then + number * each_takes
            who = {"passage_id": passage_id, "staff_id": coder}
            said = {"sections": ["AE"], "themes": [], "stance": "", "act": "accepted", "standard": "mdan"}
            rows.append({"id": coding_id, **who, **said, "book": "", "coded_at": at})
            act = {"survey_id": survey_id, "kind": "coded", "about": coding_id, "detail": {}, "done_at": at}
            acts.append({"id": random_id(), **who, **act})
        session.execute(insert(Coding), rows)
        session.execute(insert(DeskAct), acts)
        then += AT_A_TIME
    session.commit()


AT_A_TIME = timedelta(hours=1)


def let_in(app: Flask) -> tuple[FlaskClient, bytes]:
    """A browser in which a coder is signed in, and who that is."""
    with session_for(app.extensions["engine"]) as session:
        person = add_staff(session, "Coder", ROLES)
        secret, coder = begin_session(session, person, datetime.now(UTC)), person.id
    client = app.test_client()
    client.set_cookie("d", secret.hex())
    return client, coder


def milliseconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def decide(client: FlaskClient, order: str) -> float:
    """Save a decision and show the next page, from a page that is open already."""
    page = client.get(f"/desk/code/views{order}").headers["Location"]
    token = re.search(r'name="token" value="(\w+)"', client.get(page).text)
    assert token  # noqa: S101

    def save_and_see() -> None:
        saved = client.post(page, data={"token": token[1], "decide": "accept", "memo": ""})
        assert saved.status_code == 303, saved.status_code  # noqa: S101
        shown = client.get(saved.headers["Location"])
        assert shown.status_code == 200, shown.status_code  # noqa: S101

    return milliseconds(save_and_see)


def report(client: FlaskClient, what: str, rounds: int, order: str = "") -> None:
    """One line: an empty page, the next passage, and how many times as long."""
    empty, nexts = [], []
    for _ in range(rounds):
        empty.append(milliseconds(lambda: client.get("/desk/account")))
        nexts.append(decide(client, order))
    page, following = statistics.median(empty), statistics.median(nexts)
    slowest = sorted(nexts)[int(len(nexts) * 0.95)]
    print(f"{what:28}  {page:10.1f}  {following:12.1f}  {slowest:12.1f}  {following / page:6.1f}", flush=True)


def main() -> None:
    """Fill, measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES
    with tempfile.TemporaryDirectory() as folder:
        told = {"HEARD_INSTANCE": folder} | ({"HEARD_DATABASE": sys.argv[2]} if len(sys.argv) > 2 else {})
        settings = read_settings(told, ROOT)
        survey_id = fill(settings, "views", count)
        fill(settings, "noise", count // 5)
        app = create_app(settings)
        client, coder = let_in(app)
        print(f"{count} responses, {3 * count} passages; milliseconds")
        print(f"{'decided before':28}  {'empty page':>10}  {'next passage':>12}  {'95 in 100':>12}  {'ratio':>6}")
        client.get("/desk/code/views")
        report(client, "none", ROUNDS)
        for what, upto in (("half of them", 3 * count // 2), ("all but 100", 3 * count - 100)):
            with Session(app.extensions["engine"]) as session:
                code(session, survey_id, coder, upto)
            report(client, what, ROUNDS)
            report(client, f"{what}, doubtful", ROUNDS // 2, "?first=doubtful")


if __name__ == "__main__":
    main()
