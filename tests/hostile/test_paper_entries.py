"""Canaries on paper and on the telephone: what is typed in is nowhere in clear, and what is stopped is nowhere."""

from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from safekeeping.keystore import ResponseKey
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.intake.tables import Intake, Response, SpentNonce
from surveys.paper.forms import PaperEntry, PaperForm
from tests.hostile.test_nothing_readable import Traces, disguises, dumped, files, found
from tests.safekeeping.listening import listen
from tests.surveys.browsing import intake_answers, put_up
from tests.surveys.managing.typist import Typist, typist

FIRST = {"audience": "survivor", "asked": "no"}


def walk(who: Typist, traces: Traces) -> Typist:
    """Type a canary into every text of an entry, the first time in a way that cannot be taken."""
    who.press("continue", **FIRST)
    words = {"live": traces.word(), "clause_why": traces.word(), "say": traces.word()}
    assert who.press("continue", **words).status == 422
    return who.press("continue", **{**words, "live": "ZZ99 9ZZ"})


def traces_of(app: Flask, engine: Engine, keys: Vault, settings: Settings, folder: Path) -> Traces:
    """A sheet entered twice and compared, one entered half, a call that is sent, a call that is stopped."""
    put_up(engine, keys, "paper")
    ann, ben = typist(app, engine), typist(app, engine, "Ben")
    traces, log = Traces(), listen()
    at = walk(ann.start(), traces).press("finish").at
    ben.go(at)
    walk(ben.press("begin"), traces).press("finish")
    ben.post({"go": "send", "pick-say": "other", "q-say": "x" * 3000 + traces.word()})
    traces.left = {"while it waits": b"".join((files(folder) | dumped(settings)).values())}
    ben.post({"go": "send", "pick-say": "other", "q-say": traces.word(), "pick-clause": "first"})
    traces.sent = [traces.typed[-1], traces.typed[1]]
    walk(ann.start("18"), traces)
    walk(ben.start(way="phone").press("begin"), traces).press("finish")
    traces.sent.append(traces.typed[-1])
    walk(ben.start(way="phone").press("begin"), traces).go(f"{ben.at}/views")
    ben.press("stop")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE paper_entry RENAME TO gone"))
    ann.client.get(f"/desk/enter/paper?{traces.word()}")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO paper_entry"))
    traces.left |= {"log": log.getvalue().encode()} | files(folder) | dumped(settings)
    return traces


def test_what_is_typed_in_is_nowhere_in_clear_and_leads_to_nobody(
    app: Flask, engine: Engine, keys: Vault, settings: Settings, tmp_path: Path
) -> None:
    traces = traces_of(app, engine, keys, settings, tmp_path)
    answers = str(intake_answers(engine, keys, "paper"))
    assert all(word in answers for word in traces.sent), "what was typed did arrive, or this would prove nothing"
    assert b"Everything on paper" in b"".join(traces.left.values()), "the search sees what is not sealed"
    assert b"fault in a page" in traces.left["log"]
    assert found(traces, [needle for word in traces.typed for needle in disguises(word)]) == []
    assert found(traces, [b"9ZZ"]) == []
    with Session(engine) as session:
        (waiting,) = session.scalars(select(PaperForm))
        assert waiting.label == "18"
        assert list(session.scalars(select(PaperEntry.form_id))) == [waiting.id]
        assert len(list(session.scalars(select(SpentNonce.nonce)))) == 2
    for table in (Intake, Response, ResponseKey, SpentNonce):
        names = {column.name for column in table.__table__.columns}
        assert not names & {"form_id", "label", "staff_id", "way"}
