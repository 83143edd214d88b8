"""An XLSForm as pyxform reads it: its questions, groups and choices, with the row that each came from."""

import copy
import importlib
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile, Loss, bad
from surveys.formats.opening import DEEPEST, as_text, check_file
from surveys.formats.workbooks import MOST_ROWS, look_into

KINDS = ("xlsx", "xls", "csv", "md")
Node = dict[str, Any]

_ROW = re.compile(r"\[\s*row\s*:\s*(\d+)\s*\]\s*:?\s*", re.IGNORECASE)
_SHEET = re.compile(r"['“\"]?\b(survey|choices|settings|external_choices|entities|osm)\b['”\"]? (?:sheet|worksheet)")
_MORE = re.compile(r"\s*Learn more: https?://\S+")
_ON_SHEET = re.compile(r"On the '(\w+)' sheet")
_QUOTED = re.compile(r"['“\"](?!survey|choices|settings)([^'“”\"]{1,60})['”\"]")
#: How many choices the questions may offer, all together.
MOST_OFFERED = 100_000
#: How much of what pyxform says is shown.
LONGEST_WORDS = 300


@dataclass
class Form:
    """A form that pyxform accepts. `root` is its JSON; `rows` holds, by name, the rows of the survey sheet.

    pyxform makes typographic quotes straight; `typeset` has the texts as they were written.
    """

    file: str
    root: Node
    choices: dict[str, list[Node]]
    rows: dict[str, deque[int]] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    typeset: dict[str, str] = field(default_factory=dict)

    def place(self, node: Node) -> str:
        """Where a node stands: “sheet survey, row 7”. Each call for a name goes on to the next row of that name."""
        rows = self.rows.get(str(node.get("name", "")))
        row = rows[0] if rows and len(rows) == 1 else rows.popleft() if rows else None
        return f"sheet survey, row {row}" if row else "sheet survey"


def read_sheets(path: Path) -> Form:
    """The form in the file at `path`. What pyxform refuses is refused, with the row it names. Raises `BadFile`."""
    kind = check_file(path, KINDS)
    losses = list(look_into(path)) if kind == "xlsx" else []
    data = path.read_bytes()
    if kind in ("csv", "md"):
        opened = as_text(data, path.name)
        losses += opened.losses
        data = opened.text.encode()
        if opened.text.count("\n") > MOST_ROWS:
            raise bad(
                path.name,
                "",
                _("it has more than {most_rows} lines; keep only those of the form", most_rows=f"{MOST_ROWS:,}"),
            )
    return _form(path.name, f".{kind}", data, losses)


def _form(file: str, kind: str, data: bytes, losses: list[Loss]) -> Form:
    backends = importlib.import_module("pyxform.xls2json_backends")
    refusal = importlib.import_module("pyxform.errors").PyXFormError
    book = None
    try:
        book = backends.get_xlsform(data, file_type=kind)
        rows = _rows(book.survey or [])
        typeset = _typeset([*(book.survey or []), *(book.choices or [])])
        external = copy.deepcopy(book.external_choices or [])
        root = importlib.import_module("pyxform.xls2json").workbook_to_json(workbook_dict=book, warnings=[])
        _convert(copy.deepcopy(root))
    except refusal as fault:
        raise _refused(file, str(fault), (book.survey if book else None) or []) from None
    except Exception as fault:  # whatever it stumbles over, people read a sentence
        what = _("it cannot be read as an XLSForm ({name})", name=type(fault).__name__)
        raise bad(file, "", _("{what}; check its sheets “survey” and “choices”", what=what)) from None
    form = Form(file, root, _lists(root, external), rows, losses, typeset)
    _check_size(form)
    return form


def _check_size(form: Form) -> None:
    """Few rows can ask for very much: groups in groups, and a long list for each question."""
    waiting, offered = [(form.root, 1)], 0
    while waiting:
        node, level = waiting.pop()
        offered += len(form.choices.get(str(node.get("list_name") or node.get("itemset")), ()))
        if level > DEEPEST:
            what = _("groups stand more than {deepest} deep within one another; take some away", deepest=DEEPEST)
            raise bad(form.file, _("sheet survey"), what)
        if offered > MOST_OFFERED:
            what = _(
                "its questions offer more than {most_offered} choices together; shorten the lists",
                most_offered=f"{MOST_OFFERED:,}",
            )
            raise bad(form.file, _("sheet choices"), what)
        waiting.extend((child, level + 1) for child in node.get("children") or ())


def _convert(root: Node) -> None:
    """Go through pyxform's own conversion to XForm, which refuses more than its reading does."""
    survey = importlib.import_module("pyxform.builder").create_survey_element_from_dict(root)
    survey.to_xml(validate=False, pretty_print=False, warnings=[], enketo=False)


def _rows(sheet: Any) -> dict[str, deque[int]]:
    found: dict[str, deque[int]] = defaultdict(deque)
    for number, row in enumerate(sheet, 2):  # the first row is the header
        lowered = {str(key).strip().lower(): value for key, value in row.items()}
        name = next((lowered[key] for key in ("name", "value", "tag") if lowered.get(key)), None)
        if name:
            found[str(name).strip()].append(number)
        elif str(lowered.get("type", "")).strip():
            found[str(lowered["type"]).split(" ")[0]].append(number)
    return dict(found)


def _typeset(rows: list[Node]) -> dict[str, str]:
    """The text that pyxform makes of a cell -> the text in the cell, where they differ."""
    cleaned = importlib.import_module("pyxform.parsing.sheet_headers").clean_text_values
    texts = {str(cell) for row in rows for cell in row.values() if cell and set(str(cell)) & set("‘’“”")}
    return {cleaned(text, strip_whitespace=strip): text for text in texts for strip in (True, False)}


def _lists(root: Node, external: list[Node]) -> dict[str, list[Node]]:
    """The choices by list, those of the sheet external_choices too."""
    lists: dict[str, list[Node]] = {str(name): list(each) for name, each in (root.get("choices") or {}).items()}
    for row in external:
        name = str(row.get("list_name") or row.get("list name") or "")
        own = {key: value for key, value in row.items() if key not in ("list_name", "list name")}
        if name and own.get("name"):
            lists.setdefault(name, []).append(own)
    return lists


def _refused(file: str, said: str, sheet: Any) -> BadFile:
    """pyxform's words in one sentence with its place."""
    words = " ".join(_MORE.sub("", _ROW.sub("", said)).split()).rstrip(".")
    if "was not recognized as a supported type" in words:
        words = "no sheet “survey” was found in it"
    shown = words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rstrip() + "…"
    return bad(
        file,
        _place(said, sheet),
        _("XLSForm does not allow this ({shown}); mend it there and save it again", shown=shown),
    )


def _place(said: str, sheet: Any) -> str:
    """The sheet and row that a message names; else the row that holds what it quotes."""
    row, named, on = _ROW.search(said), _SHEET.search(said), _ON_SHEET.search(said)
    if row:
        return f"sheet {on[1] if on else 'survey'}, row {row[1]}"
    for quoted in _QUOTED.findall(said):
        for number, cells in enumerate(sheet, 2):
            if any(str(cell) == quoted or (len(quoted) > 3 and quoted in str(cell)) for cell in cells.values()):
                return f"sheet survey, row {number}"
    return f"sheet {named[1]}" if named else ""
