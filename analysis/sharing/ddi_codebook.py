"""The codebook as DDI Codebook 2.5 (DDI Alliance), which data archives read: study, file, variables, categories.

Only elements of the standard are used, in the order its schema asks for; `tests/analysis/sharing/ddi_schema.py` holds
that part of the schema. An element that would say nothing is left out. No counts stand here: they are in the data.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from analysis.sharing.cells import readable
from analysis.sharing.data_file import DataFile
from analysis.sharing.describing import ROW
from analysis.sharing.variables import COARSENED, FLAG, WHY_LEFT_OUT, Variable

NAMESPACE = "ddi:codebook:2_5"
HIDING = (
    "Every combination of the variables about people is held by at least ten respondents; rarer ones are withheld cell "
    "by cell. Amounts and dates are made less exact. People’s own words are not in the data."
)
FILE = "F1"


def write_ddi(data: DataFile, out: BinaryIO) -> None:
    """The codebook as XML."""
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": data.origin.language})
    _document(root, data)
    _study(root, data)
    _file(root, data)
    _variables(root, data)
    indent(root)
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n")


def _add(parent: Element, path: str, text: str = "", **attributes: str) -> Element:
    """An element at the end of a path of elements below `parent`, all of them new."""
    for name in path.split("/"):
        parent = SubElement(parent, name)
    parent.attrib.update(attributes)
    parent.text = readable(text) or None
    return parent


def _add_said(parent: Element, path: str, text: str) -> None:
    """The same, where there is something to say."""
    if text:
        _add(parent, path, text)


def _title(parent: Element, title: str, number: str) -> Element:
    citation = _add(parent, "citation")
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", title)
    _add(titles, "IDNo", number)
    return citation


def _document(root: Element, data: DataFile) -> None:
    day = data.origin.frozen_on.isoformat()
    described = _add(root, "docDscr")
    citation = _title(described, f"Codebook of {data.origin.title}", data.origin.fingerprint)
    produced = _add(citation, "prodStmt")
    _add_said(produced, "producer", data.origin.organisation)
    _add(produced, "prodDate", day, date=day)
    _add(produced, "software", "Heard")


def _study(root: Element, data: DataFile) -> None:
    origin, day = data.origin, data.origin.frozen_on.isoformat()
    study = _add(root, "stdyDscr")
    citation = _title(study, origin.title, f"{origin.address}-{origin.wave}")
    _add_said(citation, "rspStmt/AuthEnty", origin.organisation)
    _add(citation, "prodStmt/prodDate", day, date=day)
    _add(citation, "verStmt/version", origin.said, date=day)
    about = _add(study, "stdyInfo")
    _add(about, "abstract", f"Answers to a consultation, frozen: {origin.said}.")
    summary = _add(about, "sumDscr")
    _add(summary, "anlyUnit", "Individual")
    _add(summary, "universe", "Whoever chose to answer; not a sample of any population")
    _add(summary, "dataKind", "survey data")
    method = _add(study, "method")
    collected = _add(method, "dataColl")
    _add(collected, "sampProc", "Self-selected: open to everybody invited to the consultation")
    _add(collected, "collMode", "Self-administered questionnaire, on the web, on paper or read out")
    # Not `confDec`: that says a declaration has to be signed, and archives' programs read it so.
    _add(method, "dataProcessing", HIDING)
    _add_said(study, "notes", _left_out(data))


def _left_out(data: DataFile) -> str:
    return " ".join(f"Not in the data: “{each.text}”. {WHY_LEFT_OUT[each.why]}" for each in data.left_out)


def _file(root: Element, data: DataFile) -> None:
    text = _add(_add(root, "fileDscr", ID=FILE), "fileTxt")
    _add(text, "fileName", "data.csv")
    size = _add(text, "dimensns")
    _add(size, "caseQnty", str(len(data.numbers)))
    _add(size, "varQnty", str(len(data.variables) + 1))
    _add(text, "fileType", "comma-separated values, UTF-8")


def _variables(root: Element, data: DataFile) -> None:
    described = _add(root, "dataDscr")
    ids = {each.name: f"V{number}" for number, each in enumerate(data.variables, 1)}
    for question, members in _groups(data):
        kind = "multipleResp" if members[0].kind == FLAG else "grid"
        group = _add(described, "varGrp", ID=f"G_{members[0].name}", name=question, type=kind)
        group.set("var", " ".join(ids[each.name] for each in members))
        _add(group, "labl", members[0].text)
    row = _add(described, "var", ID="V0", name=ROW, files=FILE, intrvl="discrete", dcml="0")
    _add(row, "labl", "Tells rows of this file apart, and means nothing else")
    _add(row, "varFormat", type="numeric")
    for variable in data.variables:
        _variable(described, variable, ids[variable.name])


def _groups(data: DataFile) -> Iterator[tuple[str, list[Variable]]]:
    """The questions that became several variables."""
    found: dict[str, list[Variable]] = {}
    for each in data.variables:
        if each.part:
            found.setdefault(each.question, []).append(each)
    yield from found.items()


def _variable(parent: Element, variable: Variable, name: str) -> None:
    interval = "contin" if variable.kind in COARSENED else "discrete"
    own = _add(parent, "var", ID=name, name=variable.name, files=FILE, intrvl=interval, dcml="0")
    _add(own, "labl", variable.label)
    _add(own, "qstn/qstnLit", variable.text)
    missing = _add(own, "invalrng")
    for code in variable.missing:
        _add(missing, "item", VALUE=str(code))
    for value, label in variable.values.items():
        _category(own, value, label)
    for value, label in variable.missing.items():
        _category(own, value, label).set("missing", "Y")
    _add(own, "varFormat", type="numeric")


def _category(parent: Element, value: int, label: str) -> Element:
    category = _add(parent, "catgry")
    _add(category, "catValu", str(value))
    _add(category, "labl", label)
    return category
