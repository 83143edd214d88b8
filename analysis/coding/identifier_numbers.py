"""Numbers that may say who somebody is: telephones, NHS and National Insurance, banks, plates, cases, births. Pure."""

import re

from analysis.coding.identifier import BIRTH, MIXED, any_of, near_before, rule, words_of
from surveys.definition.traces import (
    NHS,
    NI,
    PHONE,
    PHONE_ABROAD,
    luhn_holds,
    nhs_number_holds,
    ni_prefix_holds,
)

_DATE_FIRST = re.compile(r"\(?\d{1,2}[.-]\d{1,2}[.-]\d{2,4}\b")
_SPOKEN = "zero|oh|o|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine|hundred"
_TIMES = {"double": 2, "treble": 3, "triple": 3, "hundred": 3}
_SPOKEN_STEP = rf"(?:double|treble|triple|{_SPOKEN}|\d{{1,6}})"
_SPOKEN_WORDS = re.compile(rf"double|treble|triple|{_SPOKEN}|\d", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s{{1,3}}(?:of\s{{1,3}})?{_MONTH},?(?:\s{{1,3}}\d{{2,4}})?"
    rf"|{_MONTH}\s{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?,?(?:\s{{1,3}}\d{{2,4}})?)"
)
_BIRTH = r"(?:\bborn|\bd\.?\s?o\.?\s?b\b\.?|\bdate\s{1,3}of\s{1,3}birth|\bbirth\s?da(?:y|te))"
_ABOUT_NHS = re.compile(r"\bnhs\b", re.IGNORECASE)
_ABOUT_NI = re.compile(r"\b(?:ni|nino|national insurance)\b", re.IGNORECASE)
_ABOUT_BANK = re.compile(r"\b(?:bank|acc(?:oun)?t|a/c|sort|card|payment|pay|barclays|monzo)\b", re.IGNORECASE)
_ABOUT_DOCUMENT = re.compile(r"\b(?:passport|licen[cs]e|permit|visa|brp|biometric)\b", re.IGNORECASE)
_ABOUT_VEHICLE = re.compile(
    r"\b(?:car|van|cars|vans|lorry|taxi|cab|motor(?:bike|cycle)?|vehicle|reg|registration|plates?|drives?|driving|drove"
    r"|parked|parks|corsa|focus|fiesta|golf|bmw|audi|transit|vauxhall|ford|astra|range rover|land rover|mini)\b",
    re.IGNORECASE,
)
#: Words that stand after two letters and two figures without being the end of a number plate.
_NO_PLATE = words_of("and the for was are has had not but you out our his her him she men may can did who why how all")
#: Signs before a number that are names of rules, forms or measures and no cases.
_NO_CASE = words_of("iso bs en usb gcse covid core phq gad sdq ptsd cps dv us uk gbp eur usd isbn doi mp wi rfc pm am")
_CASE_WORD = (
    r"(?:case|ref(?:erence)?|crime|incident|log|claim|client|customer|file|court|crn|urn|ceas|patient|hospital|nass"
    r"|tenancy|tenant|application|complaint|referral|payroll|staff|prison(?:er)?|collar|member(?:ship)?|order|policy"
    r"|account|job|ticket|unique|home\s{1,3}office|warrant)"
)
#: The same as single words.
_CASE_WORDS = words_of(
    """case ref reference crime incident log claim client customer file court crn urn ceas patient hospital nass tenancy
    tenant application complaint referral payroll staff prison prisoner collar member membership order policy account
    job ticket unique office warrant"""
)
_PLUS, _HYPHEN, _STROKE = map(words_of, "+-/")


def _is_phone(match: re.Match[str], text: str) -> bool:
    return not _DATE_FIRST.match(match[0]) and not re.match(r"[£$€]", text[max(0, match.start() - 1) :][:1])


def _is_spoken_phone(match: re.Match[str], _text: str) -> bool:
    """Nine to fifteen figures, and at least three of them in words."""
    said = [word.lower() for word in _SPOKEN_WORDS.findall(match[0])]
    in_words = sum(not word.isdigit() for word in said)
    extra = sum(_TIMES.get(word, 1) - 1 for word in said) - sum(word in _TIMES for word in said)
    return in_words >= 3 and 9 <= len(said) + extra <= 15


def _is_nhs(match: re.Match[str], text: str) -> bool:
    return nhs_number_holds(match[0]) or near_before(text, match.start(), _ABOUT_NHS)


def _is_ni(match: re.Match[str], text: str) -> bool:
    about = near_before(text, match.start(), _ABOUT_NI)
    return about or (ni_prefix_holds(match[0]) and match[0][-1].isalpha())


def _is_plate(match: re.Match[str], text: str) -> bool:
    in_capitals = match[0].upper() == match[0]
    return in_capitals or match[0][-3:].lower() not in _NO_PLATE or near_before(text, match.start(), _ABOUT_VEHICLE)


def _about_vehicle(match: re.Match[str], text: str) -> bool:
    after = text[match.end() : match.end() + 25]
    return near_before(text, match.start(), _ABOUT_VEHICLE) or bool(_ABOUT_VEHICLE.search(after))


def _is_case(match: re.Match[str], _text: str) -> bool:
    letters = re.match(r"[A-Za-z]*", match["it"] if "it" in match.re.groupindex else match[0])
    return letters is None or letters[0].lower() not in _NO_CASE


def _is_case_by_word(match: re.Match[str], text: str) -> bool:
    """Two figures or more, and no mere year or amount."""
    written = match["it"]
    year = re.fullmatch(r"(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?", written)
    return sum(map(str.isdigit, written)) >= 2 and len(written) >= 4 and not year and _is_case(match, text)


NUMBER_RULES = (
    rule("nhs", rf"(?<![\w+]){NHS}(?!\w)", _is_nhs, figures=10),
    rule("ni", rf"(?<!\w){NI}(?!\w)", _is_ni, figures=6),
    rule("phone", rf"(?<![\w.,£$€-]){PHONE}(?!\w)", _is_phone, figures=10),
    rule("phone", rf"(?<![\w.,]){PHONE_ABROAD}(?!\w)", figures=7, needs=[_PLUS]),
    # The letter o in the place of zero.
    rule(
        "phone",
        r"(?<!\w)[0o](?:[\do][ .()-]{0,2}){9}[\do](?!\w)",
        lambda match, _text: sum(map(str.isdigit, match[0])) > 5,
        figures=6,
    ),
    rule("phone", rf"(?<!\w){_SPOKEN_STEP}(?:[\s,.-]{{1,3}}{_SPOKEN_STEP}){{3,20}}(?!\w)", _is_spoken_phone,
         needs=[any_of(_SPOKEN_STEP)]),
    rule("phone", r"\b(?:tel|mob(?:ile)?|phone|number|ring|call|text|whatsapp)"
          r"(?:\s{1,3}(?:is|me|us|on|no|him|her|it'?s))*"
          r"[\s:.]{1,3}(?P<it>(?:\d[ -]?){6,14}\d)(?!\w)", figures=7),
    rule("birth", rf"{_BIRTH}[^.\n\d]{{0,25}}?\b(?P<it>{_DATE})", figures=1),
    rule("birth", rf"(?P<it>{_DATE})\s{{0,3}}\(?(?:d\.?o\.?b"
         r"|was\s{1,3}(?:his|her|their|my)\s{1,3}(?:date of birth|birthday))", figures=1, needs=[BIRTH]),
    rule(
        "bank",
        r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])",
        lambda match, _text: luhn_holds(match[0]) and match[0][0] in "23456",
        figures=13,
    ),
    rule("bank", r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?(?!\w)", cased=True,
         figures=2, needs=[MIXED]),
    rule(
        "bank",
        r"(?<![\w/-])(?:\d{2}[ -]\d{2}[ -]\d{2}|\d{8})(?![\w/-])",
        lambda match, text: near_before(text, match.start(), _ABOUT_BANK, 60),
        figures=6,
    ),
    rule(
        "document",
        r"(?<!\w)(?:[A-Z]{0,3}\d{6,9}[A-Z]?)(?!\w)",
        lambda match, text: near_before(text, match.start(), _ABOUT_DOCUMENT),
        figures=6,
    ),
    rule("document", r"(?<!\w)[A-Z9]{5}\d{6}[A-Z9]{2}[A-Z0-9]{3}(?!\w)", cased=True, figures=6),
    rule("vehicle", r"(?<!\w)[A-Z]{2}\d{2}[ -]?[A-Z]{3}(?!\w)", _is_plate, figures=2, needs=[MIXED]),
    rule("vehicle", r"(?<!\w)[A-Z]\d{1,3}[ -]?[A-Z]{3}(?!\w)", _about_vehicle, cased=True, figures=1, needs=[MIXED]),
    rule("vehicle", r"(?<!\w)[A-Z]{3}[ -]?\d{1,4}[A-Z]?(?!\w)", _about_vehicle, cased=True, figures=1),
    rule("vehicle", r"(?<!\w)\d{2,3}-[A-Z]{1,2}-\d{1,6}(?!\w)", cased=True, figures=3, needs=[_HYPHEN]),
    rule(
        "vehicle",
        r"\b(?:reg(?:istration)?|plates?)(?:\s{1,3}(?:number|plate|no\.?|is|was|starts?|ends?|begins?|in|with|of))*[\s:]{1,2}"
        r"(?P<it>(?=[A-Z ]{0,4}\d)[A-Z0-9]{2,4}(?:[ ]?[A-Z0-9]{2,4})?)(?!\w)",
        lambda match, _text: any(map(str.isdigit, match["it"])),
        figures=1,
        needs=[words_of("reg registration plate plates")],
    ),
    rule("case", r"(?<![\w£$/-])[A-Z]{1,6}[-/]\d{3,}(?:[-/]?[A-Z0-9]+)*(?!\w)", _is_case, cased=True,
         figures=3, needs=[_HYPHEN | _STROKE]),
    rule("case", r"(?<![\w£$/-])[A-Z]{1,6}(?:[-/][A-Z0-9]{1,8}){0,3}[-/]\d{3,}(?:[-/][A-Z0-9]+)*(?!\w)", _is_case,
         cased=True, figures=3, needs=[_HYPHEN | _STROKE]),
    rule("case", r"(?<![\w£$/-])\d{1,4}/\d{3,7}/\d{2,4}(?![\w/])", figures=6, needs=[_STROKE]),
    rule("case", r"(?<![\w£$-])(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){4})[A-Z0-9]{6,16}(?!\w)", _is_case, cased=True,
         figures=4, needs=[MIXED]),
    rule("case", r"(?<!\w)#\d{3,10}\b", figures=3, needs=[words_of("#")]),
    rule(
        "case",
        rf"\b{_CASE_WORD}(?:\s{{1,3}}(?:number|no|num|ref(?:erence)?|id|code|file|is|was|as|it's|of))*[\s.:#-]{{1,3}}"
        r"(?P<it>[A-Z]{0,5}[/-]?\d(?:[A-Z0-9]|[/-](?=[A-Z0-9])){2,20})(?!\w)",
        _is_case_by_word,
        figures=2,
        needs=[_CASE_WORDS],
    ),
)  # fmt: skip
