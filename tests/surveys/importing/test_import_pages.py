"""The whole way of a file over HTTP: chosen, mapped, tried out, taken in or thrown away; short files and long ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from analysis.jobs import KINDS
from safekeeping.database import session_for
from safekeeping.jobs import Job
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from safekeeping.working import run_one
from surveys.definition.published import CLOSED, SHREDDED, PublishedSurvey
from surveys.importing import import_pages, taking
from surveys.importing.waiting import TakenImport, WaitingImport
from surveys.writing.written import WrittenStep
from tests.factories import let_in
from tests.surveys.browsing import intake_answers, intake_count, put_up
from tests.surveys.importing.exports import ANSWERS, as_csv, google, limesurvey, microsoft, plain
from tests.surveys.managing.forms import Forms

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
START = "/desk/import/paper"
SAYING = [["audience", "say"], *(["survivor", f"Words {number}"] for number in range(12))]


def sent(fields: dict[str, str], content: bytes, name: str, field: str = "file") -> dict[str, Any]:
    """What a browser sends with a file. The test client itself would put a long one on the disk."""
    parts = [f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    head = f'--xx\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = "\r\n".join([*parts, head]).encode() + content + b"\r\n--xx--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=xx"}


@dataclass
class Bringer:
    """Somebody at the desk who brings a file, and the page they see."""

    client: FlaskClient
    at: str = ""
    page: str = ""
    status: int = 0

    def _see(self, answer: TestResponse) -> "Bringer":
        self.at, self.page, self.status = answer.request.path, answer.text, answer.status_code
        return self

    def go(self, at: str) -> "Bringer":
        """Open a page, wherever it leads."""
        return self._see(self.client.get(at, follow_redirects=True))

    def bring(self, content: bytes, name: str = "answers.csv", to: str = START) -> "Bringer":
        """Send a file."""
        self.go("/desk/write/new" if to.endswith("answers") else to)
        token = re.findall(r'name="token" value="(\w+)"', self.page)[0]
        field = "answers" if to.endswith("answers") else "file"
        return self._see(self.client.post(to, **sent({"token": token}, content, name, field), follow_redirects=True))

    def press(self, go: str = "on", **changed: str) -> "Bringer":
        """Send the form of the page with its button, as it stands or changed."""
        fields: MultiDict[str, str] = Forms(self.page).to("")[1]
        fields["go"] = go
        for name, value in changed.items():
            fields[name.replace("_", "-")] = value
        return self._see(self.client.post(self.at, data=fields, follow_redirects=True))


@pytest.fixture
def ann(app: Flask, engine: Engine, keys: Vault, session: Session) -> Bringer:
    """Somebody who has a survey with every kind of question."""
    put_up(engine, keys, "paper")
    return Bringer(let_in(app, session, "Ann"))


def in_intake(engine: Engine, keys: Vault) -> list[dict[str, Any]]:
    return intake_answers(engine, keys, "paper")


@pytest.mark.parametrize(
    ("make", "name"),
    [(limesurvey, "l.csv"), (microsoft, "m.xlsx"), (google, "g.csv"), (plain, "p.csv")],
    ids=["limesurvey", "microsoft", "google", "plain"],
)
def test_an_export_comes_in_over_three_pages(
    ann: Bringer, engine: Engine, keys: Vault, make: Callable[[], bytes], name: str
) -> None:
    assert "Which column is which question?" in ann.bring(make(), name).page
    assert "What would come in" in ann.press().page
    assert "1 of" in ann.page
    assert intake_count(engine) == 0
    assert "Taken in. The file is forgotten here." in ann.press("take").page
    assert in_intake(engine, keys) == [ANSWERS]


def test_what_was_done_is_in_the_trail_and_the_file_is_gone(ann: Bringer, look: Look) -> None:
    ann.bring(as_csv(SAYING)).press().press("take")
    (row,) = look(select(TrailRow).where(TrailRow.verb == "imported"))
    assert (row.object, row.detail) == ("paper", '{"rows": 10}')
    assert look(select(WaitingImport)) == []
    assert [each.rows for each in look(select(TakenImport))] == [10]
    assert "A file with about 10 rows" in ann.go(START).page


def test_rows_come_in_no_order(ann: Bringer, engine: Engine, keys: Vault) -> None:
    rows = [["audience", "say"], *(["survivor", f"{number:03}"] for number in range(60))]
    ann.bring(as_csv(rows)).press().press("take")
    found = [each["say"] for each in in_intake(engine, keys)]
    assert sorted(found) == [f"{number:03}" for number in range(60)]
    assert found != sorted(found)


def test_strange_values_are_asked_about(ann: Bringer, engine: Engine, keys: Vault) -> None:
    rows = [["audience", "asked", "agree"], ["survivor", "Perhaps", "no"], ["Carers", "PERHAPS", "no"]]
    page = ann.bring(as_csv(rows)).press().page
    assert "What do these values mean?" in page
    assert page.count("<select") == 2
    names = dict(re.findall(r'<label for="(v-\w+)"><b class="written">(\w+)', page))
    meant = {"Perhaps": "yes", "Carers": "provider"}
    fields = {name.replace("-", "_"): meant[text] for name, text in names.items()}
    assert "2 of 2" in ann.press(**fields).page
    ann.press("take")
    kept = sorted((each["audience"], each["asked"]) for each in in_intake(engine, keys))
    assert kept == [("provider", "yes"), ("survivor", "yes")]


def test_a_value_that_is_not_offered_is_refused(ann: Bringer) -> None:
    ann.bring(as_csv([["audience", "asked"], ["survivor", "Perhaps"]])).press()
    name = re.findall(r'name="(v-\w+)"', ann.page)[0]
    assert ann.press(**{name.replace("-", "_"): "maybe"}).status == 400


def test_what_is_not_taken_in_is_listed_and_can_be_saved(ann: Bringer) -> None:
    rows = [["audience", "visits", "asked"], *(["survivor", "many", "yes"] for _ in range(60))]
    page = ann.bring(as_csv(rows)).press().page
    assert "60 of 60" in page
    assert "The first 50 are here." in page
    assert page.count("<tr>") == 51
    saved = ann.client.get(ann.at.replace("/check", "/losses.csv"))
    assert saved.mimetype == "text/csv"
    assert saved.text.count("\r\n") == 61


def test_faults_of_a_plan_are_said_where_they_are(ann: Bringer) -> None:
    ann.bring(as_csv([["who", "a", "b"], ["x", "1", "2"]]))
    assert ann.press().status == 422
    for said in ("No column goes to a question", "It is not known who answered"):
        assert said in ann.page
    assert ann.press(c_1="say", c_2="say", audience="survivor").status == 422
    assert "“a” and “b” go to the same place" in ann.page
    assert ann.press(c_1="say", c_2="visits", audience="survivor").status == 200
    ann.go(ann.at.replace("/check", ""))
    assert ann.press(c_1="nothing").status == 400


def test_one_audience_can_be_said_for_all(ann: Bringer, engine: Engine, keys: Vault) -> None:
    ann.bring(as_csv([["say"], ["Here"], ["There"]])).press(audience="provider").press("take")
    assert {each["audience"] for each in in_intake(engine, keys)} == {"provider"}


def test_the_same_file_is_known_again(ann: Bringer, engine: Engine) -> None:
    ann.bring(as_csv(SAYING)).press().press("take")
    ann.bring(as_csv(SAYING), "another-name.csv").press()
    assert "This very file was taken in before" in ann.page
    assert ann.press("take").status == 422
    assert intake_count(engine) == 12
    assert ann.press("take", again="yes").status == 200
    assert intake_count(engine) == 24


def test_a_file_can_be_thrown_away(ann: Bringer, engine: Engine, look: Look) -> None:
    for step in ("columns", "check"):
        ann.bring(as_csv(SAYING))
        if step == "check":
            ann.press()
        assert "Thrown away" in ann.press("throw").page
        assert look(select(WaitingImport)) == []
    assert intake_count(engine) == 0


def test_another_file_takes_the_place_of_one_not_finished(ann: Bringer, look: Look) -> None:
    ann.bring(as_csv(SAYING))
    first = ann.at
    assert "Go on with the file you brought: 12 rows" in ann.go(START).page
    ann.bring(as_csv(SAYING[:5]))
    assert [each.count for each in look(select(WaitingImport))] == [4]
    assert "That file is not here any more" in ann.go(first).page


def test_nobody_sees_the_file_of_somebody_else(ann: Bringer, app: Flask, engine: Engine) -> None:
    ann.bring(as_csv(SAYING))
    with Session(engine) as session:
        ben = Bringer(let_in(app, session, "Ben"))
    for page in ("", "/values", "/check", "/losses.csv"):
        assert "That file is not here any more" in ben.go(ann.at + page).page
    assert "Go on with" not in ben.go(START).page


@pytest.mark.parametrize("role", ["publisher", "coder", "analyst", "reviewer", "key-holder", "administrator"])
def test_only_who_enters_answers_brings_files(ann: Bringer, app: Flask, engine: Engine, role: str) -> None:
    with Session(engine) as session:
        other = Bringer(let_in(app, session, "Other", [role]))
    assert other.go(START).status == 403
    assert other.client.post(START, **sent({}, b"x" * 300_000, "x.csv")).status_code == 403


def test_files_that_cannot_be_read_are_refused_with_a_sentence(ann: Bringer, look: Look) -> None:
    for content, name, said in (
        (b"", "x.csv", "it is empty"),
        (b"audience,say\n", "x.csv", "no rows under it"),
        (b"%PDF-1.7", "x.csv", "it is a PDF"),
        (b"PK\x03\x04 broken", "x.xlsx", "damaged"),
        (as_csv([["audience", "say"], ["", ""]]), "x.csv", "no rows with anything in them"),
    ):
        assert ann.bring(content, name).status == 422
        assert said in ann.page
        assert "Nothing was changed" in ann.page
    assert ann.bring(b"x", "").status == 422
    assert look(select(WaitingImport)) == []


def test_a_large_file_is_taken_here_and_nowhere_else(ann: Bringer) -> None:
    rows = [["audience", "say"], *(["survivor", "é" * 1500] for _ in range(300))]
    assert "300 rows" in ann.bring(as_csv(rows)).page
    assert len(as_csv(rows)) > 800_000
    answer = ann.client.post("/desk/write/new/file", **sent({}, as_csv(rows), "x.csv"))
    assert answer.status_code == 413
    answer = ann.client.post(START, **sent({}, b"x" * import_pages.LARGEST, "x.csv"))
    assert answer.status_code == 413


def do_jobs(app: Flask, engine: Engine, kinds: tuple[str, ...] = ("check import", "import")) -> list[tuple[int, int]]:
    """Do what waits; how far it said that it was."""
    seen: list[tuple[int, int]] = []
    context = {"watch": lambda done, total: seen.append((done, total))}
    mine = {kind: KINDS[kind] if kind in kinds else lambda bench, argument: None for kind in KINDS}
    while run_one(engine, app.extensions["vault"], mine, context):
        pass
    return seen


def test_a_long_file_is_a_job(ann: Bringer, app: Flask, engine: Engine, keys: Vault, look: Look) -> None:
    rows = [["audience", "say"], *(["survivor", f"{number}"] for number in range(taking.AT_ONCE + 50))]
    assert "The file is being tried out" in ann.bring(as_csv(rows)).press().page
    assert do_jobs(app, engine)[-1] == (500, 550)
    assert "550 of 550" in ann.go(ann.at).page
    check = ann.at
    assert "The file is being taken in" in ann.press("take").page
    assert "The file is being taken in" in ann.go(check.replace("/check", "")).page
    assert "is being taken in. Wait" in ann.bring(as_csv(SAYING)).page
    assert intake_count(engine) == 0
    do_jobs(app, engine)
    assert "That file is not here any more" in ann.go(check).page
    assert intake_count(engine) == 550
    assert [each.rows for each in look(select(TakenImport))] == [550]
    assert [each.actor_id is not None for each in look(select(TrailRow).where(TrailRow.verb == "imported"))] == [True]


def test_a_job_that_fails_takes_nothing_in_and_can_be_tried_again(
    ann: Bringer, app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "AT_ONCE", 5)
    monkeypatch.setattr("surveys.importing.at_import.AT_ONCE", 5)
    ann.bring(as_csv(SAYING)).press()
    do_jobs(app, engine)
    ann.go(ann.at).press("take")
    with monkeypatch.context() as broken:
        broken.setattr(taking, "record", lambda *given, **more: 1 / 0)
        do_jobs(app, engine)
    assert intake_count(engine) == 0
    assert "That did not work" in ann.go(ann.at).page
    ann.press("check")
    do_jobs(app, engine)
    ann.go(ann.at).press("take")
    do_jobs(app, engine)
    assert intake_count(engine) == 12


def test_a_closed_survey_takes_files_and_a_deleted_one_does_not(ann: Bringer, engine: Engine, look: Look) -> None:
    with session_for(engine) as session:
        session.scalars(select(PublishedSurvey)).one().state = CLOSED
    ann.bring(as_csv(SAYING[:4])).press().press("take")
    assert intake_count(engine) == 3
    assert [job.kind for job in look(select(Job))] == ["take in"]
    with session_for(engine) as session:
        session.scalars(select(PublishedSurvey)).one().state = SHREDDED
    assert ann.go(START).at == "/desk/collect"
    assert "Bring earlier answers" not in ann.page


def test_collect_leads_here(ann: Bringer) -> None:
    assert f'href="{START}"' in ann.go("/desk/collect").page


def test_a_survey_can_begin_with_the_columns_of_a_table(ann: Bringer, look: Look) -> None:
    heads = ["Timestamp", "Email", "Did it help?", "What did you use?", "How long did you wait?", "Anything else?"]
    rows = [
        ["1/1/2024 10:00", "a@example.org", ("Yes", "No")[n % 2], ("Chat", "Chat, Phone")[n % 2], n, "Long " * n * 3]
        for n in range(12)
    ]
    page = ann.bring(as_csv([heads, *rows]), "Help in 2024.csv", to="/desk/write/new/answers").page
    assert "What could not be carried over" in page
    assert "it is asked as several choices" in page
    (step,) = [each for each in look(select(WrittenStep)) if "Did it help?" in each.tables]
    for kind in ("yes-no", "several-choices", "number", "long-text"):
        assert f'"{kind}"' in step.tables
    assert "example.org" not in step.tables + page
    assert look(select(WaitingImport)) == []


def test_a_survey_does_not_begin_with_a_file_that_cannot_be_read(ann: Bringer) -> None:
    assert ann.bring(b"%PDF", "x.csv", to="/desk/write/new/answers").status == 422
    assert ann.bring(as_csv([["Email"], ["a@example.org"]]), to="/desk/write/new/answers").status == 422
