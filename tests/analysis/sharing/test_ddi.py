"""The codebook keeps to the schema of DDI Codebook 2.5, for every definition; and the check finds what does not."""

from array import array
from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from analysis.sharing.data_file import DataFile
from analysis.sharing.describing import plan_of
from surveys.definition.load import parse_survey
from surveys.example.load import SURVEY
from tests.analysis.sharing.ddi_schema import ELEMENTS, LANG, NS, faults, name_of
from tests.analysis.sharing.exported import data_file, origin, written
from tests.factories import DEFINITIONS

XHTML = "{http://www.w3.org/1999/xhtml}p"


def read(data: DataFile) -> Element:
    found: Element = fromstring(written(data, "codebook.xml"))
    return found


def rowless(definition: str) -> DataFile:
    """A data file of this definition that nobody has answered."""
    plan = plan_of([parse_survey(definition)])
    return DataFile(origin(), plan.variables, plan.left_out, array("q"), tuple(array("q") for _ in plan.variables))


@pytest.fixture(scope="module")
def written_once() -> Element:
    return read(data_file(80))


@pytest.fixture
def codebook(written_once: Element) -> Element:
    """The codebook of some random responses, to be spoilt."""
    return deepcopy(written_once)


def the(codebook: Element, name: str) -> Element:
    """The first element of this name."""
    return next(codebook.iter(NS + name))


def test_the_codebook_keeps_to_the_schema(codebook: Element) -> None:
    assert faults(codebook) == []
    assert {name_of(each) for each in codebook.iter()} == ELEMENTS.keys()


@pytest.mark.parametrize("path", [SURVEY, *sorted(DEFINITIONS.rglob("*.toml"))], ids=lambda path: path.stem)
def test_so_does_that_of_every_definition(path: Path) -> None:
    assert faults(read(rowless(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"organisation": "", "wave_name": ""},
        {"language": "cy", "title": "Beth sy’n cyfrif?"},
        {"language": "zh-hant-hk"},
        {"title": "</titl><x a='1'>&amp; ]]> \x00\x0b\x1b\x7f\x85\ud800\ufffe"},
    ],
)
def test_so_does_that_of_any_origin(changed: dict[str, Any]) -> None:
    codebook = read(data_file(20, frozenset({"audience"}), **changed))
    assert faults(codebook) == []
    assert codebook.get(LANG) == changed.get("language", "en")


def test_no_element_says_nothing() -> None:
    codebook = read(data_file(20, organisation=""))
    silent = [each for each in codebook.iter() if not (len(each) or (each.text or "").strip() or each.attrib)]
    assert silent == []


def test_references_lead_to_what_they_should(codebook: Element) -> None:
    variables = {var.get("ID") for var in codebook.iter(f"{NS}var")}
    for group in codebook.iter(f"{NS}varGrp"):
        assert set((group.get("var") or "").split()) <= variables
    assert {var.get("files") for var in codebook.iter(f"{NS}var")} == {the(codebook, "fileDscr").get("ID")}


def test_every_column_of_the_data_is_described(codebook: Element) -> None:
    header = written(data_file(80), "data.csv").decode().splitlines()[0].split(",")
    assert [var.get("name") for var in codebook.iter(f"{NS}var")] == header


def test_the_check_finds_any_two_children_swapped(codebook: Element) -> None:
    swapped = set()
    for parent in list(codebook.iter()):
        for place, (one, other) in enumerate(pairwise(list(parent))):
            names = (name_of(parent), name_of(one), name_of(other))
            if one.tag != other.tag and names not in swapped:
                parent[place], parent[place + 1] = other, one
                assert any(fault.startswith(f"{names[0]}: children ") for fault in faults(codebook)), names
                parent[place], parent[place + 1] = one, other
                swapped.add(names)
    assert len(swapped) > 25
    assert faults(codebook) == []


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("codeBook", "stdyDscr"),
        ("stdyDscr", "citation"),
        ("citation", "titlStmt"),
        ("titlStmt", "titl"),
        ("invalrng", "item"),
    ],
)
def test_the_check_finds_what_is_missing(codebook: Element, parent: str, child: str) -> None:
    spoilt = the(codebook, parent)
    for each in spoilt.findall(NS + child):
        spoilt.remove(each)
    (found,) = faults(codebook)
    assert found.startswith(f"{parent}: children ")


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("docDscr", "citation"),
        ("titlStmt", "titl"),
        ("fileTxt", "fileName"),
        ("fileTxt", "dimensns"),
        ("verStmt", "version"),
        ("catgry", "catValu"),
        ("var", "varFormat"),
    ],
)
def test_the_check_finds_what_is_there_twice(codebook: Element, parent: str, child: str) -> None:
    spoilt = the(codebook, parent)
    (once,) = spoilt.findall(NS + child)
    spoilt.insert(list(spoilt).index(once), deepcopy(once))
    (found,) = faults(codebook)
    assert found.startswith(f"{parent}: children ")


def add(parent: Element, name: str) -> None:
    SubElement(parent, NS + name)


def say(element: Element, text: str) -> None:
    element.text = text


SPOILT: dict[str, tuple[Callable[[Element], object], list[str]]] = {
    "unknown attribute": (lambda c: the(c, "var").set("colour", "red"), ["var: unknown attribute colour"]),
    "attribute of another": (lambda c: the(c, "labl").set("VALUE", "1"), ["labl: unknown attribute VALUE"]),
    "in another namespace": (lambda c: the(c, "var").set(f"{NS}wgt", "wgt"), [f"var: unknown attribute {NS}wgt"]),
    "not to be used": (lambda c: c.set("xml-lang", "en"), ["codeBook: unknown attribute xml-lang"]),
    "required attribute": (lambda c: the(c, "var").attrib.pop("name"), ["var: no name"]),
    "required value": (lambda c: the(c, "item").attrib.pop("VALUE"), ["item: no VALUE"]),
    "no such choice": (lambda c: the(c, "varGrp").set("type", "ranking"), ["varGrp: type=ranking"]),
    "letter case": (lambda c: the(c, "catgry").set("missing", "y"), ["catgry: missing=y"]),
    "another version": (lambda c: c.set("version", "2.6"), ["codeBook: version=2.6"]),
    "no language": (lambda c: c.set(LANG, "en_GB"), ["codeBook: xml:lang=en_GB"]),
    "ID with a digit first": (lambda c: the(c, "dataDscr").set("ID", "1st"), ["dataDscr: ID=1st"]),
    "ID twice": (lambda c: the(c, "dataDscr").set("ID", "V1"), ["ID V1 is there 2 times"]),
    "reference to nothing": (lambda c: the(c, "var").set("files", "F1 F2"), ["var: files leads nowhere: F2"]),
    "no reference": (lambda c: the(c, "var").set("files", ""), ["var: files="]),
    "element of 2.5.1": (
        lambda c: the(c, "fileTxt").insert(1, Element(f"{NS}dataFingerprint")),
        [
            "fileTxt: children fileName dataFingerprint dimensns fileType",
            "dataFingerprint: unknown",
        ],
    ),
    "element not checked": (lambda c: add(the(c, "titl"), "emph"), ["emph: unknown"]),
    "element of no name": (lambda c: add(the(c, "qstn"), "x"), ["qstn: children qstnLit x", "x: unknown"]),
    "XHTML": (lambda c: SubElement(the(c, "titl"), XHTML), [f"titl: children {XHTML}", f"{XHTML}: unknown"]),
    "no namespace": (lambda c: SubElement(the(c, "item"), "key"), ["item: children key", "key: unknown"]),
    "text among elements": (lambda c: say(the(c, "sumDscr"), "some"), ["sumDscr: text some"]),
    "no-break space": (lambda c: say(the(c, "sumDscr"), "\xa0"), ["sumDscr: text \xa0"]),
    "space in an empty one": (lambda c: say(the(c, "item"), " "), ["item: text "]),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT.keys())
def test_the_check_finds(codebook: Element, spoil: Callable[[Element], object], said: list[str]) -> None:
    spoil(codebook)
    assert faults(codebook) == [each.replace("xml:lang", LANG) for each in said]


def test_the_check_allows_what_the_schema_allows(codebook: Element) -> None:
    """Where it used to be narrower: parts of a question come in any order, with text between them."""
    question = the(codebook, "qstn")
    question.append(deepcopy(question[0]))
    say(question, "Asked as")
    the(codebook, "varGrp").set("type", "subject")
    the(codebook, "labl").set("ID", "first.label-1")
    assert faults(codebook) == []


@pytest.mark.parametrize("wrong", ["<codeBook/>", "<a xmlns='ddi:codebook:2_5'/>", "<var xmlns='ddi:codebook:2_5'/>"])
def test_the_check_finds_another_document(wrong: str) -> None:
    assert faults(fromstring(wrong))
