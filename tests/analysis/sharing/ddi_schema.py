"""What the schema of DDI Codebook 2.5 asks of the elements that Heard writes, and a check that holds a document to it.

Checked on 2026-11-22 against the text of codebook.xsd of the 2012-01-17 revision; no text of it is copied. The 2.5.1 of
2013-11-14, of the same namespace, says of itself that it lets more be repeated, adds an element and takes nothing away;
not every type was compared. Facts only, in a notation of our own:

- Children: `a* b? c+ d` in this order, `*` any number, `?` at most one, `+` at least one, else exactly one; `a|b` is
  either. `~ a b` is text mixed with these in any order and number. Nothing at all is an empty element.
- Attributes: `name` takes any text, `name:type` a type, `name=a|b` one of these; `!` makes it required.

An element or attribute that is not here is a fault, also where the schema has it. So the check is stricter in this: no
formatting elements inside text, neither DDI's nor XHTML's; no Dublin Core in a citation; neither `xml-lang` nor a
group's `nCube`, which the standard asks not to use; identifiers of ASCII only; and dates without a time.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

NS = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ROOT = "codeBook"
SPACE = " \t\r\n"

_NAME = "[A-Za-z_][A-Za-z0-9_.-]*"
TYPES = {
    "text": r"(?s:.*)",
    "ID": _NAME,
    "NCName": _NAME,
    "NMTOKEN": "[A-Za-z0-9_.:-]+",
    "IDREF": _NAME,
    "IDREFS": f"{_NAME}( {_NAME})*",
    "anyURI": r"\S*",
    "date": r"-?\d{4,}(-\d\d(-\d\d)?)?(Z|[+-]\d\d:\d\d)?",
    "language": "([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?",
}
#: Attributes of every element, beside `xml:lang`.
EVERYWHERE = (
    "ID:ID source=archive|producer elementVersion elementVersionDate:date ddiLifecycleUrn:anyURI ddiCodebookUrn:anyURI"
)
_FORMATTED = "~ ExtLink Link div emph head hi list p"
_CONCEPT = f"{_FORMATTED} concept txt"
_TABLE = f"{_FORMATTED} table"
_AMONG = "sdatrefs:IDREFS methrefs:IDREFS pubrefs:IDREFS access:IDREFS"
_AGGREGATES = "sum|average|count|mode|median|maximum|minimum|percent|other"
_GROUPS = (
    "section|multipleResp|grid|display|repetition|subject|version|iteration|analysis|pragmatic|record|file|randomized|"
    "other"
)

#: Element -> its children, its attributes beside those of every element.
ELEMENTS = {
    "codeBook": ("docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*", "version=2.5 codeBookAgency:NCName"),
    "docDscr": ("citation? guide? docStatus? docSrc* controlledVocabUsed* notes*", ""),
    "stdyDscr": (
        "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
        "access:IDREFS",
    ),
    "citation": (
        "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit? holdings* notes*",
        "MARCURI",
    ),
    "titlStmt": ("titl subTitl* altTitl* parTitl* IDNo*", ""),
    "titl": (_FORMATTED, ""),
    "IDNo": (_FORMATTED, "agency level=study|file|project"),
    "rspStmt": ("AuthEnty* othId*", ""),
    "AuthEnty": (_FORMATTED, "affiliation"),
    "prodStmt": ("producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*", ""),
    "producer": (_FORMATTED, "abbr affiliation role"),
    "prodDate": (_FORMATTED, "date"),
    "software": (_FORMATTED, "date version"),
    "verStmt": ("version? verResp? notes*", ""),
    "version": (_FORMATTED, "date type"),
    "notes": (_TABLE, "type subject level resp sdatrefs:IDREFS parent:IDREFS sameNote:IDREF"),
    "stdyInfo": ("studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*", ""),
    "abstract": (_FORMATTED, "date contentType=abstract|purpose|mixed"),
    "sumDscr": (
        "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly? anlyUnit* universe* dataKind*",
        "",
    ),
    "anlyUnit": (_CONCEPT, "unit"),
    "universe": (_CONCEPT, "level clusion=I|E"),
    "dataKind": (_CONCEPT, "type"),
    "method": ("dataColl* notes* anlyInfo? stdyClas? dataProcessing* codingInstructions*", ""),
    "dataColl": (
        "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize* deviat* "
        "collMode* resInstru* instrumentDevelopment* sources? collSitu* actMin* ConOps* weight* cleanOps*",
        "",
    ),
    "sampProc": (_CONCEPT, ""),
    "collMode": (_CONCEPT, ""),
    "dataProcessing": (_FORMATTED, "type"),
    "fileDscr": ("fileTxt* locMap? notes*", f"URI {_AMONG}"),
    "fileTxt": (
        "fileName? fileCitation? fileCont? fileStrc? dimensns? fileType? format? filePlac? dataChck* ProcStat? "
        "dataMsng? software* verStmt?",
        "",
    ),
    "fileName": (_FORMATTED, ""),
    "dimensns": ("caseQnty* varQnty* logRecL* recPrCas* recNumTot*", ""),
    "caseQnty": (_FORMATTED, ""),
    "varQnty": (_FORMATTED, ""),
    "fileType": (_FORMATTED, "charset"),
    "dataDscr": ("varGrp* nCubeGrp* var* nCube* notes*", ""),
    "varGrp": (
        "labl* txt* concept* defntn? universe? notes*",
        f"name type={_GROUPS} otherType:NMTOKEN var:IDREFS varGrp:IDREFS {_AMONG}",
    ),
    "labl": (_FORMATTED, "level vendor country sdatrefs:IDREFS"),
    "var": (
        "location* labl* imputation? security? embargo? respUnit? anlysUnit? qstn* valrng* invalrng* undocCod* "
        "universe* TotlResp? sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
        "varFormat? geoMap* catLevel* notes*",
        "name! files:IDREFS qstn:IDREFS vendor dcml intrvl=contin|discrete rectype wgt=wgt|not-wgt wgt-var:IDREFS "
        f"weight:IDREFS measUnit scale origin catQnty geoVocab temporal=Y|N geog=Y|N {_AMONG} "
        f"aggrMeth={_AGGREGATES} otherAggrMeth:NMTOKEN nature=nominal|ordinal|interval|ratio|percent|other "
        "additivity=stock|flow|non-additive|other otherAdditivity:NMTOKEN "
        "representationType=text|numeric|code|datetime|other otherRepresentationType:NMTOKEN",
    ),
    "qstn": (
        f"{_FORMATTED} preQTxt qstnLit postQTxt forward backward ivuInstr",
        "qstn:IDREF var:IDREFS seqNo sdatrefs:IDREFS otherResponseDomainType:NMTOKEN "
        "responseDomainType=text|numeric|code|category|datetime|geographic|multiple|other",
    ),
    "qstnLit": (_FORMATTED, "sdatrefs:IDREFS"),
    "invalrng": ("item|range+ key? notes*", ""),
    "item": ("", "UNITS=INT|REAL VALUE!"),
    "catgry": (
        "catValu? labl* txt* catStat* mrow?",
        "missing=Y|N missType country sdatrefs:IDREFS excls=true|false catgry:IDREFS level:IDREF access:IDREF",
    ),
    "catValu": (_FORMATTED, ""),
    "varFormat": (
        _FORMATTED,
        "type=character|numeric formatname schema=SAS|SPSS|IBM|ANSI|ISO|XML-Data|other otherSchema:NMTOKEN "
        "category=date|time|currency|other otherCategory:NMTOKEN URI",
    ),
}


class Attribute(NamedTuple):
    """What an attribute may be."""

    pattern: str
    type: str
    required: bool


@cache
def attributes_of(name: str) -> dict[str, Attribute]:
    """The attributes an element may have."""
    found = {LANG: Attribute(TYPES["language"], "language", False)}
    for told in f"{EVERYWHERE} {ELEMENTS[name][1]}".split():
        key, mark, rest = re.fullmatch(r"([\w-]+)([:=]?)([^!]*)!?", told).groups()  # type: ignore[union-attr]
        pattern = "|".join(map(re.escape, rest.split("|"))) if mark == "=" else TYPES[rest or "text"]
        found[key] = Attribute(pattern, rest if mark == ":" else "text", told.endswith("!"))
    return found


@cache
def children_of(name: str) -> re.Pattern[str]:
    """What the names of an element's children, each with a blank after it, have to be like."""
    told = ELEMENTS[name][0]
    if told.startswith("~"):
        return re.compile(f"(?:{'|'.join(f'{each} ' for each in told.split()[1:])})*")
    parts = (re.fullmatch(r"([\w|]+)([*?+]?)", each).groups() for each in told.split())  # type: ignore[union-attr]
    return re.compile("".join(f"(?:{names.replace('|', ' |')} ){often}" for names, often in parts))


def name_of(element: Element) -> str:
    """The element's name; with its namespace where that is not DDI's."""
    return str(element.tag).removeprefix(NS)


def faults(root: Element) -> list[str]:
    """What in a document is against the schema, or beyond the part of it that is written down here."""
    found = [] if name_of(root) == ROOT else [f"the outermost element is {name_of(root)}"]
    for element in root.iter():
        if name_of(element) in ELEMENTS:
            found += [f"{name_of(element)}: {each}" for each in (*_content(element), *_attributes(element))]
        else:
            found.append(f"{name_of(element)}: unknown")
    return found + list(_identities(root))


def _content(element: Element) -> Iterator[str]:
    told = ELEMENTS[name_of(element)][0]
    children = "".join(f"{name_of(each)} " for each in element)
    if not children_of(name_of(element)).fullmatch(children):
        yield f"children {children.strip() or 'none'}"
    text = "".join([element.text or "", *(each.tail or "" for each in element)])
    if not told.startswith("~") and (text.strip(SPACE) if told else text):
        yield f"text {text.strip(SPACE)}"


def _attributes(element: Element) -> Iterator[str]:
    allowed = attributes_of(name_of(element))
    for key, value in element.attrib.items():
        if key not in allowed:
            yield f"unknown attribute {key}"
        elif not re.fullmatch(allowed[key].pattern, value):
            yield f"{key}={value}"
    yield from (f"no {key}" for key, each in allowed.items() if each.required and key not in element.attrib)


def _identities(root: Element) -> Iterator[str]:
    """IDs are unique in the document, and every reference leads to one."""
    ids = Counter(each.attrib["ID"] for each in root.iter() if "ID" in each.attrib)
    yield from (f"ID {each} is there {count} times" for each, count in ids.items() if count > 1)
    for element in root.iter():
        allowed = attributes_of(name_of(element)) if name_of(element) in ELEMENTS else {}
        for key, value in element.attrib.items():
            if key in allowed and allowed[key].type in ("IDREF", "IDREFS"):
                lost = sorted(set(value.split()) - set(ids))
                yield from (f"{name_of(element)}: {key} leads nowhere: {each}" for each in lost)
