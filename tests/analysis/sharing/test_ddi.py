"""The codebook against the schema of DDI Codebook 2.5: the elements used, their order, how often, and attributes.

The standard's own XSD is not in any package that this project installs, so its rules for the elements used are written
down here, from the standard (codebook.xsd 2.5), by hand.
"""

from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from tests.analysis.sharing.exported import data_file, written

NS = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Element -> its children in the order of the schema: + one or more, * any number, ? at most one, else exactly one.
CHILDREN = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "docDscr": "citation? guide? docStatus? docSrc* controlledVocabUsed* notes*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "citation": "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "rspStmt": "AuthEnty* othId*",
    "prodStmt": "producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*",
    "verStmt": "version? verResp? notes*",
    "stdyInfo": "studyBudget? subject? abstract* sumDscr* qualityStatement? notes* exPostEvaluation?",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* universe* dataKind*",
    "method": "dataColl* notes* anlyInfo? stdyClas* dataProcessing* codingInstructions*",
    "dataColl": "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize? "
    "deviat* collMode* resInstru* instrumentDevelopment? sources? collSitu* actMin* ConOps* weight* cleanOps*",
    "dataAccs": "setAvail* useStmt* notes*",
    "useStmt": "confDec* specPerm* restrctn* contact* citReq* deposReq* conditions* disclaimer*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName* fileCitation? dataFingerprint* fileCont* fileStrc? dimensns? fileType* format* filePlac* "
    "dataChck* ProcStat* dataMsng* software* verStmt?",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "varGrp": "labl* txt* concept* defntn* universe* notes*",
    "var": "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* "
    "universe* TotlResp? sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
    "varFormat? geoMap* catLevel* notes*",
    "qstn": "preQTxt* qstnLit* postQTxt* forward* backward* ivuInstr*",
    "invalrng": "item* range* key* notes*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
}
#: Elements that hold text only.
TEXTS = (
    "titl IDNo AuthEnty producer prodDate software version abstract anlyUnit universe dataKind sampProc collMode "
    "confDec notes fileName caseQnty varQnty fileType labl qstnLit catValu"
).split()
EMPTY = ("item", "varFormat")
ATTRIBUTES = {
    "codeBook": {"version", LANG},
    "prodDate": {"date"},
    "version": {"date"},
    "fileDscr": {"ID"},
    "varGrp": {"ID", "name", "type", "var"},
    "var": {"ID", "name", "files", "intrvl", "dcml"},
    "item": {"VALUE"},
    "catgry": {"missing"},
    "varFormat": {"type"},
}
VALUES = {
    ("varGrp", "type"): {"section", "multipleResp", "grid", "display", "other"},
    ("var", "intrvl"): {"contin", "discrete"},
    ("catgry", "missing"): {"Y", "N"},
    ("varFormat", "type"): {"numeric", "character"},
}


def name_of(element: Element) -> str:
    assert element.tag.startswith(NS), element.tag
    return element.tag.removeprefix(NS)


def faults(element: Element) -> list[str]:
    """What is against the schema in an element and below it."""
    name = name_of(element)
    found = [f"{name}: attribute {each}" for each in element.attrib.keys() - ATTRIBUTES.get(name, set())]
    found += [
        f"{name}: {key}={value}"
        for key, value in element.attrib.items()
        if value not in VALUES.get((name, key), {value})
    ]
    if name in CHILDREN:
        found += [f"{name}: text"] if (element.text or "").strip() else []
        return (
            found
            + _order(name, [name_of(child) for child in element])
            + [f for child in element for f in faults(child)]
        )
    known = name in EMPTY or (name in TEXTS and (element.text or "").strip())
    return found + ([] if known and not len(element) else [f"{name}: unknown, empty, or with children"])


def _order(name: str, children: list[str]) -> list[str]:
    found, left = [], list(children)
    for part in CHILDREN[name].split():
        tag, often = (part[:-1], part[-1]) if part[-1] in "?*+" else (part, "1")
        count = 0
        while left and left[0] == tag:
            left.pop(0)
            count += 1
        low, high = {"?": (0, 1), "*": (0, 10**6), "+": (1, 10**6), "1": (1, 1)}[often]
        if not low <= count <= high:
            found.append(f"{name}: {count} {tag}")
    return found + [f"{name}: {tag} out of place" for tag in left]


@pytest.fixture(scope="module")
def codebook() -> Element:
    """The codebook of some random responses."""
    found: Element = fromstring(written(data_file(80), "codebook.xml"))
    return found


def test_the_codebook_keeps_to_the_schema(codebook: Element) -> None:
    assert name_of(codebook) == "codeBook"
    assert faults(codebook) == []


def test_ids_are_unique_and_lead_somewhere(codebook: Element) -> None:
    ids = [each.get("ID") for each in codebook.iter() if each.get("ID")]
    assert len(ids) == len(set(ids))
    for group in codebook.iter(f"{NS}varGrp"):
        assert set((group.get("var") or "").split()) <= set(ids)
    assert {var.get("files") for var in codebook.iter(f"{NS}var")} == {"F1"}


def test_every_column_of_the_data_is_described(codebook: Element) -> None:
    header = written(data_file(80), "data.csv").decode().splitlines()[0].split(",")
    assert [var.get("name") for var in codebook.iter(f"{NS}var")] == header


@pytest.mark.parametrize("wrong", ["<a xmlns='ddi:codebook:2_5'/>", "<codeBook xmlns='ddi:codebook:2_5'/>"])
def test_the_check_finds_faults(wrong: str) -> None:
    assert faults(fromstring(wrong))


def test_the_check_finds_what_stands_in_the_wrong_order(codebook: Element) -> None:
    wrong = fromstring(written(data_file(80), "codebook.xml"))
    described = wrong.find(f"{NS}dataDscr/{NS}var[@name='known']")
    assert described is not None
    described.append(described[0])
    assert faults(wrong) == ["var: labl out of place"]
