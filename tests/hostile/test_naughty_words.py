"""Words that break programs, in every field that takes words: kept as typed, shown as typed, wherever they are read."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from analysis.coding.passages import cut
from analysis.coding.tables import Passage
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Example, Tally, render_report
from analysis.standard.edition import load_edition
from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.formats.convert import read_any, write_any
from surveys.intake.mix import mix
from surveys.intake.read import ReadResponse, read_all
from surveys.intake.tables import Response
from surveys.paper.forms import PaperForm
from surveys.writing.editing import question_named, questions
from surveys.writing.written import WrittenSurvey, as_survey, tables_of
from tests.factories import opener_of
from tests.hostile.naughty import WORDS, tenth
from tests.hostile.wide import NAMES, Structure, begun, kept_of, put_up_wide, tables
from tests.surveys.browsing import Person, put_up
from tests.surveys.managing.at_the_desk import at_the_desk
from tests.surveys.managing.forms import Forms
from tests.surveys.managing.typist import typist

one_kind = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FIELDS_EACH = 5
#: Read and written by every Unicode program, and refused by some text columns or spreadsheets.
STAFF_WORDS = ["a\0b", *WORDS[::20], "\0", "a\ufffeb\uffff", "\x01\x0b\x1b", "=1+1", "e\u0301", "\u202eabc"]


def sheets(words: list[str]) -> Iterator[dict[str, str]]:
    """What people type page by page: each word once in a field of every kind."""
    rows = len(NAMES) // FIELDS_EACH
    for start in range(0, len(words), rows):
        some = words[start : start + rows]
        yield {name: some[at // FIELDS_EACH % len(some)] for at, name in enumerate(NAMES)}


def answered(person: Person, typed: dict[str, str]) -> dict[str, str]:
    """Type, look at the check page and at the form again, send; what should be kept."""
    wanted = {name: text for name, word in typed.items() if (text := kept_of(word))}
    person.press("continue", **typed)
    shown = Structure(person.page).written
    lost = [text for text in wanted.values() if not any(line.endswith(text) for line in shown)]
    assert lost == []
    person.press("change:words")
    form = person.form()
    again = {name: kept_of(form[f"q-{name}"]) for name in wanted}
    assert again == wanted
    person.press("continue")
    assert person.press("send").status_code == 303
    return wanted


def written_in(response: ReadResponse) -> dict[str, str]:
    return {name: response.answers[name] for name in NAMES if name in response.answers}


def comes_back_everywhere(app: Flask, engine: Engine, keys: Vault, words: list[str]) -> None:
    """Every page takes and shows it, what is kept is what was typed, coders and readers of the report see just that."""
    survey = put_up_wide(engine, keys)
    wanted = [answered(begun(app), typed) for typed in sheets(words)]
    with session_for(engine) as session:
        opener = opener_of(keys, session.get_one(PublishedSurvey, survey.id))
        mix(session, survey.id, opener, closing=True)
        session.execute(update(Response).values(set_aside=False))  # all this came faster than anybody types
        kept = list(read_all(session, survey.id, opener))
        assert sorted(map(sorted, (written_in(each).items() for each in kept))) == sorted(
            sorted(each.items()) for each in wanted
        )
        passages = [passage for response in kept for passage in cut_up(session, response)]
    coded_as_written(app, engine, kept, passages)
    reported_as_written([text for each in wanted for text in each.values()])


def cut_up(session: Session, response: ReadResponse) -> list[tuple[bytes, bytes, str]]:
    """The first passage of each long text of a response: its id, the response's, the answer's name."""
    first = {}
    for name, text in written_in(response).items():
        if name.startswith("long"):
            rows = [
                Passage(response_id=response.id, question=name, start=start, end=end, may_quote=False)
                for start, end in cut(text)
            ]
            session.add_all(rows)
            session.flush()
            first.update({name: rows[0].id} if rows else {})
    return [(passage, response.id, name) for name, passage in first.items()]


def coded_as_written(
    app: Flask, engine: Engine, kept: list[ReadResponse], passages: list[tuple[bytes, bytes, str]]
) -> None:
    texts = {(each.id, name): text for each in kept for name, text in each.answers.items()}
    who = typist(app, engine)
    for passage, response, name in passages:
        page = who.client.get(f"/desk/code/wide/{passage.hex()}")
        assert page.status_code == 200
        assert answer_on(page.text) == texts[response, name]


def answer_on(page: str) -> str:
    """The whole answer as the coding desk shows it, without what only a screen reader says."""
    (inside,) = (each for each in page.split('<div class="answer" dir="auto">')[1:] if 'id="now"' in each)
    inside = inside.split("</div>")[0]
    return Structure(f'<p class="written">{inside}</p>').written[0].replace("This passage: ", "", 1)


def reported_as_written(texts: list[str]) -> None:
    edition, tally = load_edition("mdan"), Tally()
    for _ in range(100):
        tally.add("survivor", 1, ["AE"])
    figures = figures_from(tally, edition, {"survivor": "Men"})
    page = render_report(figures, "", [Example("AE", text) for text in texts], {"model": texts[0]}, texts[0])
    assert Structure(page).written == texts
    assert Structure(page).texts["title"] == texts[0]


@one_kind
def test_every_word_comes_back_as_it_was_typed(app: Flask, engine: Engine, keys: Vault) -> None:
    comes_back_everywhere(app, engine, keys, tenth(WORDS))


@pytest.mark.slow
@one_kind
def test_every_word_comes_back_at_full_size(app: Flask, engine: Engine, keys: Vault) -> None:
    assert len(WORDS) >= 507
    comes_back_everywhere(app, engine, keys, WORDS)


@one_kind
def test_words_in_boxes_for_numbers_and_dates_come_back_to_be_mended(app: Flask, engine: Engine, keys: Vault) -> None:
    """What is no number, date or postcode is shown again with what is wrong; it never breaks the page."""
    put_up(engine, keys, "paper")
    person = Person(app.test_client(), "paper").start()
    person.press("continue", asked="yes")
    token = person.form()["token"]
    for word in tenth(WORDS):
        boxes = ("where_other", "when-day", "when-month", "when-year", "live", "visits", "order", "believed-listened")
        for page in ("you", "police", "views"):
            sent = person.post(
                {"go": "continue", "page": page, "token": token, **{f"q-{name}": word for name in boxes}}
            )
            assert sent.status_code in (303, 400, 422), (word, page)  # 400: that page is not asked for
            assert person.client.get("/paper").status_code in (200, 422), (word, page)


# Typed at the desk -----------------------------------------------------------------------------------


def now(session: Session) -> dict[str, Any]:
    """The tables of what is being written."""
    session.expire_all()
    tables = tables_of(session, session.scalars(select(WrittenSurvey)).one())
    session.rollback()
    return tables


def test_words_in_the_editor_come_back_as_they_were_typed(app: Flask, session: Session) -> None:
    """In the wording and hint of a question and in a choice, in its boxes again, in the outline and on paper."""
    desk = at_the_desk(app, session, "one-choice")
    name = next(each["name"] for each in questions(now(session)) if each["kind"] == "one-choice")
    at = f"question/{name}"
    for word in STAFF_WORDS:
        _goes, typed = Forms(desk.look(at)).to("")
        typed["wording"], typed["hint"], typed["choices-0-label"] = word, word, word
        sent = desk.client.post(desk.at(at), data={**typed.to_dict(flat=False), "do": "save"})
        assert sent.status_code in (200, 303), (word, sent.status_code)
        kept, text = question_named(now(session), name), kept_of(word).strip()
        assert (kept["wording"], kept.get("hint", ""), kept["choices"][0]["label"]) == (text, text, text)
        assert Forms(desk.look(at)).to("")[1]["wording"].removeprefix("\n") == text
        for page in ("", "paper", "preview", "launch") if word in STAFF_WORDS[::6] else ():
            assert desk.client.get(desk.at(page).rstrip("/")).status_code in (200, 422), (word, page)


def test_the_label_of_a_sheet_comes_back_as_it_was_typed(app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "paper")
    who = typist(app, engine)
    for word in STAFF_WORDS[::3]:
        who.go("/desk/enter/paper")
        assert who.post({"label": word, "way": "paper"}).status in (200, 422), word
    with Session(engine) as session:
        labels = set(session.scalars(select(PaperForm.label)))
    assert labels >= {text for word in STAFF_WORDS[::3] if 0 < len(text := " ".join(kept_of(word).split())) <= 20}


def test_what_is_written_to_a_file_is_read_again_as_it_was(tmp_path: Path) -> None:
    """A survey whose every text is such a word; a file for spreadsheets cannot hold control characters."""
    for word in STAFF_WORDS:
        if not (text := kept_of(word).strip()):
            continue
        survey, faults = as_survey(tables(title=text, public_title=text, intro=[text]))
        assert survey is not None, faults
        for ending in (".toml", ".json", ".xlsx"):
            path = tmp_path / f"survey{ending}"
            write_any(survey, path)
            if ending == ".toml":
                assert read_any(path).tables["title"] == unicodedata.normalize("NFC", text)
