"""Where somebody can be found: e-mail, web and postal addresses, postcodes, services by name. Pure."""

import re

from analysis.coding.identifier import MIXED, any_of, rule, words_of
from surveys.definition.traces import EMAIL, MACHINE, POSTCODE, RECORD

_ENDS = r"(?:com|org|net|co|uk|gov|ac|nhs|info|io|eu|ie|edu|biz|me|live|wales|scot|cymru|london)"
_DOT = (
    r"(?:\s{0,3}\.\s{0,3}|\s{0,3}[(\[{<]\s{0,3}(?:dot|\.)\s{0,3}[)\]}>]\s{0,3}|\s{1,3}(?:dot|full\s?stop|point)\s{1,3})"
)
_AT = r"(?:\s{0,3}[(\[{<]\s{0,3}(?:at|@)\s{0,3}[)\]}>]\s{0,3}|\s{1,3}@\s{0,3}|\s{0,3}@\s{1,3}|\s{1,3}at\s{1,3})"
_JOINED = rf"(?:{_DOT}|\s{{1,3}}(?:underscore|dash|hyphen)\s{{1,3}})"
#: “at 5 March” is no house number.
_MONTHS = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b")
_NETWORK = (
    r"(?:insta(?:gram)?|snap(?:chat)?|twitter|tik\s?tok|telegram|discord|facebook|fb|kik|whatsapp|steam|xbox|psn|reddit"
    r"|gamer\s?tag|user\s?name|handle|linkedin|bluesky|skype)"
)
_SURE_STREET = (
    "street|road|avenue|lane|close|crescent|drive|gardens|grove|terrace|mews|court|square|walk|wynd|vennel|brae|croft"
    "|rd|ave|cres|gdns|st|parade|rise|row"
)
_STREET = (
    rf"(?:{_SURE_STREET}|place|way|hill|park|view|green|yard|wharf|quay|heights|house|buildings?|mansions|flats|towers?"
    r"|villas?|cottages?|bank|brow|fold|gate|loan|mead|meadows?|fields?|vale|dale|end|side|mount|path|chase|estate|lodge"
    r"|embankment|hey|nook|spinney)"
)
_NAME_PART = r"[A-Z][\w'-]{1,20}"
#: Before “Court”, “Street” and the like these make no address of anybody.
_NO_STREET = words_of(
    """high crown county family magistrates magistrates' supreme youth criminal appeal coroner's coroners sheriff the
    downing coronation sesame wall fleet a this that my our your his her their one no every any main in at on"""
)
#: What does not stand between a house number and “street” in an address typed without capitals.
_NO_HOUSE = words_of(
    """the a an of to in on at up down for from and or but men women people miles mile minutes years year weeks months
    days hours yards doors houses my his her our their this that other same off along across by more is was main each
    every next busy long per off-street times separate different"""
)
_SERVICE = (
    "Haven|House|Centre|Center|Project|Foundation|Hub|Refuge|Hostel|Surgery|Practice|Clinic|Hospital|Infirmary|School"
    "|Academy|College|Primary|Grammar|Church|Chapel|Mosque|Masjid|Gurdwara|Mandir|Temple|Synagogue|Parish|Barracks"
    "|Ward|Estate|Farm|Arms|Inn|Tavern|Hotel|Lodge|Manor|Hall|Library|Lodge|Outreach|Homes|Nursery|Rovers|Wanderers"
)
_SERVICE_SMALL = (
    r"halting\s{1,3}site|caravan\s{1,3}(?:site|park)|surgery|medical\s{1,3}(?:centre|practice)|health\s{1,3}centre|police\s{1,3}station"
    r"|primary\s{1,3}school|high\s{1,3}school|estate|community\s{1,3}centre|refuge|hostel|children's\s{1,3}centre|leisure\s{1,3}centre"
    r"|day\s{1,3}centre|mosque|gurdwara|barracks"
)
#: The networks as single words.
_NETWORKS = (
    "insta|instagram|snap|snapchat|twitter|tok|tiktok|telegram|discord|facebook|fb|kik|whatsapp|steam|xbox|psn|reddit"
    "|tag|gamertag|name|username|handle|linkedin|bluesky|skype"
)
_AT_SIGN, _STOP = map(words_of, "@.")
#: National bodies and things of no one place; a name that begins with one of these is no address of anybody.
_NO_SERVICE = words_of(
    """the a an our their my his her your this that every each any no one some general local national mens women's
    men's new old white open full short housing welcome medical community children's family whole day in at on for
    from safe private public town village half same parish primary high mental physical sexual approved bail care"""
)


def _is_postcode(match: re.Match[str], _text: str) -> bool:
    """In small letters “m6 2nd” is a road and its second exit."""
    return match[0][-3:] not in ("1st", "2nd", "3rd") and not re.fullmatch(r"\dth", match[0][-3:])


def _is_numbered(match: re.Match[str], _text: str) -> bool:
    between = [word.strip(",.'").lower() for word in match["between"].split()]
    return not set(between) & _NO_HOUSE


def _is_street(match: re.Match[str], _text: str) -> bool:
    return match[0].split()[0].lower() not in _NO_STREET


def _is_service(match: re.Match[str], _text: str) -> bool:
    return match[0].split()[0].lower() not in _NO_SERVICE


def _is_handle(match: re.Match[str], _text: str) -> bool:
    return bool(re.search(r"[\d_]|\w\.\w", match["it"]))


ADDRESS_RULES = (
    rule("email", rf"(?<![\w.%+-]){EMAIL}(?<![.'-])", needs=[_AT_SIGN]),
    rule(
        "email",
        rf"(?<![\w.])[\w+-]{{1,40}}(?:{_JOINED}[\w+-]{{1,40}}){{0,4}}{_AT}"
        rf"[\w-]{{2,40}}(?:{_DOT}[\w-]{{2,40}}){{0,3}}{_DOT}{_ENDS}(?!\w)",
        needs=[_AT_SIGN | {"at"}, any_of(_ENDS), words_of(". dot stop fullstop point")],
    ),
    rule("url", r"\b(?:https?://|www\.)[^\s<>\"')\]]{3,300}(?<![.,;:!?])", needs=[words_of("http https www")]),
    rule("url", r"(?<![\w@.])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,10}/[\w./?=&%#~+-]{1,200}(?<![.,;:!?])",
         needs=[_STOP, words_of("/")]),
    rule("url", r"(?<![\w@.])[\w-]{2,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|org|net|uk|ie|info|wales|scot|cymru)(?![\w@])",
         needs=[_STOP, words_of("com org net uk ie info wales scot cymru")]),
    rule("url", rf"(?<![\w.:])(?:{MACHINE.partition('|')[0]})(?![\w.:])", figures=4, needs=[_STOP]),
    rule("case", rf"(?<!\w)(?:{RECORD.partition('|')[0]})(?!\w)", needs=[words_of("-")]),
    rule("handle", r"(?<![\w.@])@[a-z0-9_][\w.]{1,29}(?<!\.)", needs=[_AT_SIGN]),
    rule("handle", r"(?<!\w)[\w.]{2,32}#\d{4}(?!\w)", figures=4, needs=[words_of("#")]),
    rule("handle", r"(?<![\w/])u/[\w-]{3,20}(?!\w)", needs=[words_of("u"), words_of("/")]),
    rule(
        "handle",
        rf"\b{_NETWORK}(?:\s{{1,3}}(?:is|as|name|user\s?name|handle|account|id|under|me))*[\s:=@-]{{1,3}}(?P<it>[\w.-]{{3,30}})(?<!\.)",
        _is_handle,
        needs=[any_of(_NETWORKS)],
    ),
    rule("postcode", rf"(?<!\w){POSTCODE}(?!\w)", _is_postcode, figures=1, needs=[MIXED]),
    rule(
        "address",
        rf"(?<![\w£.])(?:(?i:flat|unit|apt|apartment|room|plot)\s{{0,3}}\d{{1,4}}[A-Za-z]?,?\s{{1,3}})?\d{{1,4}}[A-Za-z]?"
        rf"(?:[-/]\d{{1,4}}[A-Za-z]?)?,?\s{{1,3}}(?P<between>(?:{_NAME_PART}\s{{1,3}}){{1,3}})(?i:{_STREET})(?!\w)",
        _is_numbered,
        cased=True,
        figures=1,
        needs=[any_of(_STREET)],
    ),
    rule(
        "address",
        rf"(?<![\w£.])(?:(?:flat|unit|apt|apartment|plot)\s{{0,3}}\d{{1,4}}[a-z]?,?\s{{1,3}})?\d{{1,4}}[a-z]?,?\s{{1,3}}"
        rf"(?P<between>(?:[a-z][a-z'-]{{2,20}}\s{{1,3}}){{1,2}})(?:{_SURE_STREET})(?!\w)",
        _is_numbered,
        figures=1,
        needs=[any_of(_SURE_STREET)],
    ),
    rule("address", rf"(?<!\w)(?:{_NAME_PART}\s{{1,3}}){{1,3}}(?i:{_SURE_STREET})(?!\w)", _is_street, cased=True,
         needs=[any_of(_SURE_STREET)]),
    rule(
        "address",
        rf"\b(?i:at|live|lives|living|lived|address|address is|number|no|is|to)[.:]?\s{{1,3}}"
        rf"(?P<it>\d{{1,4}}[A-Za-z]?,?\s{{1,3}}(?:The\s)?{_NAME_PART}(?:\s{_NAME_PART}){{0,2}})(?!\w)",
        lambda match, _text: not _MONTHS.search(match["it"]),
        cased=True,
        figures=1,
        needs=[words_of("at live lives living lived address number no is to")],
    ),
    rule("address", rf"(?<!\w)(?:Heol|Ffordd|Stryd|Maes|Clos|Rue|L[oô]n)(?:\s{{1,3}}yr?)?\s{{1,3}}{_NAME_PART}",
         cased=True, needs=[words_of("heol ffordd stryd maes clos rue lon lôn")]),
    rule("address", r"(?<!\w)(?:Flat|Apartment|Apt)\s{1,3}\d{1,4}[A-Za-z]?(?!\w)|\bP\.?\s?O\.?\s?Box\s{1,3}\d+",
         cased=True, figures=1, needs=[words_of("flat apartment apt box obox pobox")]),
    rule("place", rf"(?<!\w)(?:{_NAME_PART}\s{{1,3}}){{1,3}}(?:{_SERVICE})(?!\w)", _is_service, cased=True,
         needs=[any_of(_SERVICE)]),
    rule(
        "place",
        rf"(?<!\w){_NAME_PART}(?:\s{{1,3}}{_NAME_PART}){{0,2}}\s{{1,3}}(?:{_SERVICE_SMALL})(?!\w)",
        _is_service,
        cased=True,
        needs=[any_of(_SERVICE_SMALL)],
    ),
)  # fmt: skip
