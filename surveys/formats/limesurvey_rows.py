"""LimeSurvey's flat tables (.lss) put together: groups with questions, each with texts, parts, answers, attributes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, str]
Texts = dict[str, str]
#: How many rows one table may have.
MOST_ROWS = 50_000


@dataclass
class Part:
    """A subquestion or an answer: its code, on which of two scales it stands, its text by language."""

    code: str
    scale: str
    texts: Texts
    relevance: str = ""


@dataclass
class LimeQuestion:
    """A question; `row` is what the file says of it itself."""

    row: Row
    texts: Texts
    helps: Texts
    attributes: dict[str, Texts] = field(default_factory=dict)
    subs: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)

    @property
    def code(self) -> str:
        """What its author calls it."""
        return self.row.get("title", "")

    def attribute(self, name: str) -> str:
        """An attribute in whatever language it is written."""
        return next((value for value in self.attributes.get(name, {}).values() if value), "")

    def on(self, parts: list[Part], scale: str) -> list[Part]:
        """Those of its parts on one of two scales."""
        return [part for part in parts if part.scale == scale]


@dataclass
class LimeGroup:
    """A group of questions, which is a page."""

    row: Row
    names: Texts
    descriptions: Texts
    questions: list[LimeQuestion] = field(default_factory=list)


@dataclass
class LimeSurvey:
    """A whole file. `others` are the names of tables with rows that are not among the above."""

    settings: Row
    words: list[Row]
    groups: list[LimeGroup]
    conditions: list[Row]
    others: list[str]


_READ = frozenset(
    "surveys surveys_languagesettings groups group_l10ns questions question_l10ns subquestions answers answer_l10ns "
    "question_attributes conditions themes themes_inherited".split()
)


def rows_of(root: Any, table: str) -> list[Row]:
    """The rows of a table, each column by its name."""
    found = root.find(table)
    rows = found.find("rows") if found is not None else None
    listed = list(rows)[:MOST_ROWS] if rows is not None else []
    return [{str(cell.tag): (cell.text or "") for cell in row} for row in listed]


def survey_in(root: Any) -> LimeSurvey:
    """The survey in the root element of a file."""
    settings = next(iter(rows_of(root, "surveys")), {})
    groups = {key: _group(rows) for key, rows in _by(rows_of(root, "groups"), "gid").items()}
    for row in rows_of(root, "group_l10ns"):
        if row.get("gid") in groups:
            _say(groups[row["gid"]].names, row, "group_name")
            _say(groups[row["gid"]].descriptions, row, "description")
    for question in _questions(root):
        groups.setdefault(question.row.get("gid", ""), LimeGroup({}, {}, {})).questions.append(question)
    ordered = sorted(groups.values(), key=lambda group: _order(group.row, "group_order"))
    for group in ordered:
        group.questions.sort(key=lambda question: _order(question.row, "question_order"))
    others = [str(each.tag) for each in root if each.tag not in _READ and rows_of(root, str(each.tag))]
    words = rows_of(root, "surveys_languagesettings")
    return LimeSurvey(settings, words, ordered, rows_of(root, "conditions"), others)


def _by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.get(key, "")].append(row)
    return dict(found)


def _say(texts: Texts, row: Row, column: str) -> None:
    """Older files hold a row for each language, newer ones a table of texts; both say it so."""
    if row.get(column, "").strip():
        texts[row.get("language", "")] = row[column]


def _group(rows: list[Row]) -> LimeGroup:
    group = LimeGroup(rows[0], {}, {})
    for row in rows:
        _say(group.names, row, "group_name")
        _say(group.descriptions, row, "description")
    return group


def _order(row: Row, column: str) -> int:
    text = row.get(column, "").strip()
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _questions(root: Any) -> list[LimeQuestion]:
    texts = _by(rows_of(root, "question_l10ns"), "qid")
    rows = _by([*rows_of(root, "questions"), *rows_of(root, "subquestions")], "qid")
    answers, attributes = _answers(root), _by(rows_of(root, "question_attributes"), "qid")
    made: dict[str, LimeQuestion] = {}
    subs = []
    for qid, own in rows.items():
        question = LimeQuestion(own[0], {}, {}, answers=answers.get(qid, []))
        for row in (*own, *texts.get(qid, ())):
            _say(question.texts, row, "question")
            _say(question.helps, row, "help")
        for row in attributes.get(qid, ()):
            question.attributes.setdefault(row.get("attribute", ""), {})[row.get("language", "")] = row.get("value", "")
        if own[0].get("parent_qid", "0").strip() in ("", "0"):
            made[qid] = question
        else:
            subs.append(question)
    for sub in sorted(subs, key=lambda each: _order(each.row, "question_order")):
        parent = made.get(sub.row["parent_qid"].strip())
        if parent is not None:
            scale = sub.row.get("scale_id") or "0"
            parent.subs.append(Part(sub.code, scale, sub.texts, sub.row.get("relevance", "")))
    return list(made.values())


def _answers(root: Any) -> dict[str, list[Part]]:
    """The answers to each question, in order; their texts lie beside them or in a table of their own."""
    texts = _by(rows_of(root, "answer_l10ns"), "aid")
    found: dict[str, dict[tuple[str, str], Part]] = defaultdict(dict)
    rows = rows_of(root, "answers") or rows_of(root, "answer_l10ns")
    for row in sorted(rows, key=lambda row: _order(row, "sortorder")):
        key = (row.get("scale_id") or "0", row.get("code", ""))
        part = found[row.get("qid", "")].setdefault(key, Part(key[1], key[0], {}))
        for each in (row, *(texts.get(row["aid"], ()) if row.get("aid") else ())):
            _say(part.texts, each, "answer")
    return {qid: list(parts.values()) for qid, parts in found.items()}
