"""LimeSurvey's .lss: every kind of question is carried over or named, and nothing in a file can do harm."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import survey_from
from surveys.definition.survey import Survey
from surveys.formats.limesurvey import read_limesurvey
from surveys.formats.losses import BadFile, Imported

Row = dict[str, Any]
QUESTION = {"gid": 1, "parent_qid": 0, "other": "N", "mandatory": "N", "relevance": "1", "scale_id": 0}


def table(name: str, rows: Iterable[Row]) -> str:
    """One of LimeSurvey's tables as it exports them."""
    cells = ("".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows)
    return f"<{name}><rows>{''.join(f'<row>{each}</row>' for each in cells)}</rows></{name}>"


def lss(path: Path, kind: str = "Survey", **tables: list[Row]) -> Path:
    """A file with these tables, and the few that every file has."""
    tables.setdefault("surveys", [{"sid": 9, "language": "en", "additional_languages": "cy"}])
    words = {"surveyls_language": "en", "surveyls_title": "Help for <b>men</b>", "surveyls_welcometext": "<p>Hello</p>"}
    tables.setdefault("surveys_languagesettings", [words])
    tables.setdefault("groups", [{"gid": 1, "group_order": 1, "grelevance": ""}])
    tables.setdefault("group_l10ns", [{"gid": 1, "group_name": "First", "description": "", "language": "en"}])
    inside = "".join(table(name, rows) for name, rows in tables.items())
    file = path / "survey.lss"
    file.write_text(f"<document><LimeSurveyDocType>{kind}</LimeSurveyDocType>{inside}</document>", encoding="utf-8")
    return file


def asked(*questions: Row) -> dict[str, list[Row]]:
    """The tables of questions: `subs` and `answers` are code -> text, `attributes` name -> value."""
    tables: dict[str, list[Row]] = {
        name: []
        for name in ("questions", "subquestions", "question_l10ns", "answers", "answer_l10ns", "question_attributes")
    }
    number = 100
    for order, question in enumerate(questions):
        qid = order + 1
        own = {key: value for key, value in question.items() if key not in ("text", "subs", "answers", "attributes")}
        tables["questions"].append({"qid": qid, "question_order": order, **QUESTION, **own})
        tables["question_l10ns"].append({"qid": qid, "question": question.get("text", "What?"), "language": "en"})
        for code, text in question.get("subs", {}).items():
            number += 1
            scale, code = (1, code[1:]) if code.startswith("+") else (0, code)
            sub = {"qid": number, "parent_qid": qid, "title": code, "question_order": number, "scale_id": scale}
            tables["subquestions"].append(sub)
            tables["question_l10ns"].append({"qid": number, "question": text, "language": "en"})
        for code, text in question.get("answers", {}).items():
            number += 1
            scale, code = (1, code[1:]) if code.startswith("+") else (0, code)
            tables["answers"].append({"aid": number, "qid": qid, "code": code, "sortorder": number, "scale_id": scale})
            tables["answer_l10ns"].append({"aid": number, "answer": text, "language": "en"})
        for name, value in question.get("attributes", {}).items():
            tables["question_attributes"].append({"qid": qid, "attribute": name, "value": value, "language": ""})
    return tables


def read(path: Path, *questions: Row, **tables: list[Row]) -> tuple[Survey, Imported]:
    """The survey of these questions; that it loads is part of every test."""
    imported = read_limesurvey(lss(path, "Survey", **(asked(*questions) | tables)))
    return survey_from(imported.tables), imported


ONE = {"title": "Q1", "type": "L", "answers": {"A1": "Yes", "A2": "No"}}
MANY = {"title": "Q2", "type": "M", "subs": {"SQ001": "Distance", "SQ002": "Hours"}}
SCALE = {"SQ001": "Listening", "SQ002": "Safety"}
#: Kind of LimeSurvey -> what is asked instead, in order.
CARRIED: list[tuple[Row, list[str]]] = [
    ({**ONE, "type": "L"}, ["one-choice"]),
    ({**ONE, "type": "!"}, ["one-choice"]),
    ({**ONE, "type": "O"}, ["one-choice", "long-text"]),
    (MANY, ["several-choices"]),
    ({**MANY, "type": "P"}, ["several-choices"]),
    ({"type": "5"}, ["scale"]),
    ({"type": "A", "subs": SCALE}, ["scale-grid"]),
    ({"type": "B", "subs": SCALE}, ["scale-grid"]),
    ({"type": "C", "subs": SCALE}, ["scale-grid"]),
    ({"type": "E", "subs": SCALE}, ["scale-grid"]),
    ({"type": "F", "subs": SCALE, "answers": {"A1": "Bad", "A2": "Good"}}, ["scale-grid"]),
    ({"type": "H", "subs": SCALE, "answers": {"A1": "Bad", "A2": "Good"}}, ["scale-grid"]),
    ({"type": "F", "subs": SCALE, "answers": {f"A{n}": f"{n}" for n in range(12)}}, ["one-choice", "one-choice"]),
    (
        {"type": "1", "subs": SCALE, "answers": {"A1": "a", "A2": "b", "+B1": "c", "+B2": "d"}},
        ["scale-grid", "scale-grid"],
    ),
    ({"type": ":", "subs": {**SCALE, "+C1": "before", "+C2": "after"}}, ["number"] * 4),
    ({"type": ";", "subs": {**SCALE, "+C1": "before"}}, ["short-text"] * 2),
    ({"type": "S"}, ["short-text"]),
    ({"type": "T"}, ["long-text"]),
    ({"type": "U"}, ["long-text"]),
    ({"type": "N"}, ["number"]),
    ({"type": "K", "subs": SCALE}, ["number", "number"]),
    ({"type": "Q", "subs": SCALE}, ["short-text", "short-text"]),
    ({"type": "D"}, ["date"]),
    ({"type": "Y"}, ["yes-no"]),
    ({"type": "G"}, ["one-choice"]),
    ({"type": "R", "answers": {"A1": "a", "A2": "b"}}, ["ranking"]),
    ({"type": "X"}, ["information"]),
]


@pytest.mark.parametrize(("question", "kinds"), CARRIED, ids=lambda each: str(each)[:40])
def test_each_kind_becomes_ours(question: Row, kinds: list[str], tmp_path: Path) -> None:
    survey, imported = read(tmp_path, {"title": "Q1", **question})
    assert [each.kind for each in survey.questions] == kinds
    if question["type"] in "OP1:;KQ":
        assert any(survey.questions[0].name[:2] in loss.place for loss in imported.losses)


@pytest.mark.parametrize("kind", ["|", "I", "?", ""])
def test_kinds_that_have_no_equal_are_named(kind: str, tmp_path: Path) -> None:
    survey, imported = read(tmp_path, {"title": "Q1", "type": kind}, {"title": "Q2", "type": "S"})
    assert [each.name for each in survey.questions] == ["Q2"]
    assert "question “Q1”" in [loss.place for loss in imported.losses]


CONDITIONS = [
    ('Q1.NAOK == "A1"', "${Q1} = 'A1'"),
    ("Q1 != 'A1' and Q3.NAOK > 3", "${Q1} != 'A1' and ${Q3} > 3"),
    ("((Q1.NAOK == 'A1' || Q4.NAOK == 'Y') && Q3 <= 2.5)", "(${Q1} = 'A1' or ${Q4} = 'yes') and ${Q3} <= 2.5"),
    ("Q2_SQ001.NAOK == 'Y'", "selected(${Q2}, 'SQ001')"),
    ("Q2_SQ002 == ''", "not(selected(${Q2}, 'SQ002'))"),
    ("!is_empty(Q2_SQ001)", "selected(${Q2}, 'SQ001')"),
    ("!is_empty(Q3.NAOK)", "not(${Q3} = '')"),
    ("not (Q1 eq 'A2')", "not(${Q1} = 'A2')"),
    ("Q5_SQ001.NAOK >= 'A2'", "${Q5.SQ001} >= 2"),
    ("9X1X1 == 'A2'", "${Q1} = 'A2'"),
    ("in_array(Q1, 'A1', 'A2') and Q3 lt 4", "(${Q1} = 'A1' or ${Q1} = 'A2') and ${Q3} < 4"),
    ("strlen(Q6.NAOK) > 2 and (Q3 + 1) / 2 == 3", "string-length(${Q6}) > 2 and (${Q3} + 1) div 2 = 3"),
]
BEFORE: list[Row] = [
    ONE,
    MANY,
    {"title": "Q3", "type": "N"},
    {"title": "Q4", "type": "Y"},
    {"title": "Q5", "type": "F", "subs": SCALE, "answers": {"A1": "Bad", "A2": "So so", "A3": "Good"}},
    {"title": "Q6", "type": "S"},
]


@pytest.mark.parametrize(("written", "ours"), CONDITIONS)
def test_conditions_are_carried_over(written: str, ours: str, tmp_path: Path) -> None:
    survey, imported = read(tmp_path, *BEFORE, {"title": "Q9", "type": "T", "relevance": written})
    found = survey.question("Q9")
    assert found is not None
    assert found.relevant is not None, imported.losses
    assert found.relevant.text == ours


@pytest.mark.parametrize(
    "written",
    ["Q1 == 'A7'", "unknown == 1", "countif(1, Q1) > 2", "Q1 ==", "(((", "TOKEN:EMAIL == 'x'", "Q2 == 'Y'", "(" * 99],
)
def test_a_condition_without_equal_is_named_and_everybody_is_asked(written: str, tmp_path: Path) -> None:
    survey, imported = read(tmp_path, *BEFORE, {"title": "Q9", "type": "T", "relevance": written})
    found = survey.question("Q9")
    assert found is not None
    assert found.relevant is None
    assert [loss.instead for loss in imported.losses if loss.place == "question “Q9”"] == ["it is shown to everybody"]


def test_rows_of_conditions_in_older_files(tmp_path: Path) -> None:
    rows = [
        {"qid": 7, "cqid": 1, "cfieldname": "9X1X1", "method": "==", "value": "A1", "scenario": 1},
        {"qid": 7, "cqid": 1, "cfieldname": "9X1X1", "method": "==", "value": "A2", "scenario": 1},
        {"qid": 7, "cqid": 3, "cfieldname": "9X1X3", "method": ">", "value": "3", "scenario": 1},
        {"qid": 7, "cqid": 2, "cfieldname": "+9X1X2SQ001", "method": "==", "value": "Y", "scenario": 2},
        {"qid": 7, "cqid": 2, "cfieldname": "9X1X2", "method": "!=", "value": "SQ002", "scenario": 2},
    ]
    survey, _ = read(tmp_path, *BEFORE, {"title": "Q9", "type": "T"}, conditions=rows)
    found = survey.question("Q9")
    assert found is not None
    assert found.relevant is not None
    first = "(${Q1} = 'A1' or ${Q1} = 'A2') and ${Q3} > 3"
    assert found.relevant.text == f"{first} or selected(${{Q2}}, 'SQ001') and not(selected(${{Q2}}, 'SQ002'))"


def test_texts_of_older_files_lie_in_the_rows_themselves(tmp_path: Path) -> None:
    row = {"qid": 1, **QUESTION, "type": "L", "title": "Q1"}
    survey, _ = read(
        tmp_path,
        questions=[
            {**row, "question": "Did it help?", "help": "One answer", "language": "en"},
            {**row, "question": "A wnaeth helpu?", "language": "cy"},
        ],
        answers=[
            {"qid": 1, "code": "Y1", "answer": "Yes", "language": "en"},
            {"qid": 1, "code": "Y1", "answer": "Do", "language": "cy"},
            {"qid": 1, "code": "N1", "answer": "No", "language": "en"},
        ],
        groups=[
            {"gid": 1, "group_name": "Start", "language": "en"},
            {"gid": 1, "group_name": "Cyntaf", "language": "cy"},
        ],
        group_l10ns=[],
    )
    (question,) = survey.questions
    assert question.wording == {"default": "Did it help?", "cy": "A wnaeth helpu?"}
    assert question.hint == {"default": "One answer"}
    assert getattr(question, "choices")[0].label == {"default": "Yes", "cy": "Do"}  # noqa: B009
    assert survey.pages[0].title == {"default": "Start", "cy": "Cyntaf"}


def test_attributes_become_limits_or_lines(tmp_path: Path) -> None:
    survey, imported = read(
        tmp_path,
        {**MANY, "attributes": {"min_answers": 1, "max_answers": 2, "exclude_all_others": "SQ002", "random_order": 1}},
        {"title": "Q3", "type": "N", "mandatory": "Y", "attributes": {"min_num_value_n": 1, "max_num_value_n": 9}},
        {"title": "Q4", "type": "T", "attributes": {"maximum_chars": 900, "em_validation_q": "strlen(self) > 3"}},
        {"title": "Q5", "type": "D", "attributes": {"date_min": "2020-01-01", "date_format": "mm/yyyy"}},
        {"title": "Q6", "type": "S", "preg": "/^[a-z]+$/", "attributes": {"prefix": "£", "made_up": "x"}},
        {"title": "Q7", "type": "M", "subs": MANY["subs"], "attributes": {"array_filter": "Q2"}},
        {"title": "Q8", "type": "*", "attributes": {"equation": "{Q3.NAOK * 2}"}},
        {"title": "Q9", "type": "S", "text": "You said {Q3.shown}, {Q8} and {TOKEN:FIRSTNAME}."},
    )
    tables = {each["name"]: each for page in imported.tables["page"] for each in page["question"]}
    assert (tables["Q2"]["at_least"], tables["Q2"]["at_most"]) == (1, 2)
    assert [each.get("exclusive", False) for each in tables["Q2"]["choices"]] == [False, True]
    assert (tables["Q3"]["least"], tables["Q3"]["most"], tables["Q3"]["required_because"][:7]) == (1, 9, "We need")
    assert (tables["Q4"]["longest"], tables["Q4"]["constraint"]) == (900, "string-length(.) > 3")
    assert tables["Q6"]["constraint"] == "regex(., '[a-z]+')"
    assert tables["Q7"]["choice_filter"] == "selected(${Q2}, name)"
    assert imported.tables["calculated"] == [{"name": "Q8", "value": "${Q3} * 2"}]
    assert tables["Q9"]["wording"] == "You said ${Q3}, ${Q8} and …."
    lost = "\n".join(map(str, imported.losses))
    assert all(what in lost for what in ("order is random", "text stands before", "made_up", "TOKEN:FIRSTNAME"))
    assert len(survey.questions) == 7


def test_what_stands_around_the_questions_is_named(tmp_path: Path) -> None:
    words = {"surveyls_language": "en", "surveyls_title": "T", "surveyls_email_invite": "x", "surveyls_endtext": "x"}
    _, imported = read(
        tmp_path,
        {"title": "Q1", "type": "S", "text": "<p>Say <a href='https://example.org'>more</a><script>x()</script></p>"},
        surveys_languagesettings=[words],
        quota=[{"id": 1}],
        assessments=[{"id": 1}],
        strange=[{"id": 1}],
    )
    lost = "\n".join(map(str, imported.losses))
    assert all(what in lost for what in ("quotas", "assessments", "e-mails", "at the end", "“strange”", "formatting"))
    assert imported.tables["page"][0]["question"][0]["wording"] == "Say more"
    assert imported.tables["public_title"] == "Your views"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<document></document>",
        "<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
        '<!DOCTYPE d [<!ENTITY a "b">]><document>&a;</document>',
        '<!DOCTYPE d SYSTEM "file:///etc/hostname"><document/>',
        "<document><questions><rows><row/></rows></questions></document>",
    ],
)
def test_a_file_that_is_no_survey_is_refused_in_words(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.lss"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_limesurvey(file)
    assert refused.value.faults[0].startswith("x.lss")
    assert refused.value.faults[0].endswith(".")


CELL = st.text("ab1<>&{}$'\"=_ .YNé\n", max_size=12)


@settings(max_examples=40)
@given(
    kinds=st.lists(st.sampled_from([*"L!OMP5ABCEFH1:;STUNKQDYGRX*|I"]), min_size=1, max_size=4),
    cells=st.lists(CELL, min_size=6, max_size=6),
)
def test_whatever_stands_in_the_cells_it_loads_or_is_refused(
    kinds: list[str], cells: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    safe = [escape(cell).replace("]]>", "") for cell in cells]
    questions = [
        {
            "title": safe[0] if at else "Q1",
            "type": kind,
            "text": safe[1],
            "relevance": safe[2],
            "subs": {safe[3]: "one", "SQ2": safe[4]},
            "answers": {safe[4]: safe[5], "A2": "two"},
            "attributes": {"em_validation_q": safe[2], "max_answers": safe[5]},
        }
        for at, kind in enumerate(kinds)
    ]
    file = lss(tmp_path_factory.getbasetemp(), "Survey", **asked(*questions))
    with suppress(BadFile):  # anything else fails the test
        survey_from(read_limesurvey(file).tables)
