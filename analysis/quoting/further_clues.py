"""What may tell who somebody is though it is no identifier: dates, ages, towns. Pure.

At the desk these are not marked, for a coder needs them and they name nobody. In a quote they are replaced unless
somebody says why not: whoever lived it knows the day.
"""

import re
from collections.abc import Iterable, Iterator

from analysis.coding.identifier import Identifier, made_plain, words_of
from analysis.coding.identifiers import find_identifiers
from analysis.quoting.replacing import Edit

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SURE_MONTH = (
    r"(?:January|February|April|June|July|August|September|October|November|December|january|february|april|june|july"
    r"|september|october|november|december)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19[3-9]\d|20[0-4]\d)"
_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_FEAST = r"(?:christmas|boxing|new year'?s|valentine'?s|mother'?s|father'?s|st\.? patrick'?s|good friday|easter)"
_DATES = (
    rf"(?<!\w){_DAY}(?:\s(?:of\s)?){_MONTH}(?:,?\s{_YEAR})?(?!\w)",
    rf"(?<!\w){_MONTH}\s{_DAY}(?:,?\s{_YEAR})?(?![\w%])",
    rf"(?<!\w){_MONTH}\s(?:of\s)?{_YEAR}(?!\w)",
    rf"(?<![\w/.-]){_DAY}[/.-](?:0?[1-9]|1[0-2])[/.-](?:\d{{4}}|\d{{2}})(?![\w/-])",
    rf"(?<![\w/.-]){_YEAR}-\d{{2}}-\d{{2}}(?![\w-])",
    rf"(?<![\w£$/-]){_YEAR}(?![\w%/-])",
    rf"(?<!\w){_FEAST}(?:\s(?:day|eve|sunday|monday))(?:\s{_YEAR})?(?!\w)",
)
_CASED_DATES = (rf"(?<!\w){_SURE_MONTH}(?!\w)",)
_AGES = (
    rf"(?<!\w){_NUMBER}[- ](?:years?|yrs?|months?|weeks?)[- ]old(?!\w)",
    rf"(?<!\w)(?:aged|age of|age|turned|turning)\s(?P<it>{_NUMBER})(?![\w%])",
    rf"(?<!\w)(?:i am|i'm|im|he is|he's|she is|she's|was|who is|is only|was only)\s(?:only\s|just\s|now\s)?"
    rf"(?P<it>(?!one\b){_NUMBER})(?=\s?(?:[.,;!?)]|and\b|when\b|at the time|now\b|$))",
    rf"(?<!\w){_NUMBER}\s?(?:yo|y/o)(?!\w)",
)
#: Towns, counties and regions of the United Kingdom and Ireland. They name nobody by themselves, so that the desk does
#: not mark them; beside what somebody tells they can.
TOWNS = words_of(
    """birmingham manchester liverpool leeds sheffield bristol newcastle sunderland glasgow edinburgh cardiff belfast
    swansea dundee aberdeen inverness perth stirling nottingham leicester derby coventry wolverhampton walsall dudley
    plymouth exeter truro gloucester swindon oxford cambridge norwich ipswich peterborough lincoln hull york bradford
    huddersfield halifax wakefield doncaster barnsley rotherham preston blackpool blackburn burnley bolton oldham
    rochdale stockport salford wigan warrington chester crewe shrewsbury telford worcester hereford northampton luton
    bedford slough brighton hove portsmouth southampton bournemouth poole crawley hastings eastbourne margate dover
    canterbury maidstone croydon peckham brixton hackney tottenham lewisham islington camden middlesbrough hartlepool
    darlington durham carlisle lancaster grimsby scunthorpe skegness scarborough whitby harrogate wrexham bangor derry
    londonderry omagh enniskillen tyrone armagh antrim fermanagh galway dublin paisley falkirk fife ayrshire lanarkshire
    kent surrey sussex essex suffolk norfolk cornwall devon dorset somerset wiltshire hampshire berkshire
    buckinghamshire oxfordshire gloucestershire worcestershire warwickshire leicestershire nottinghamshire derbyshire
    staffordshire shropshire herefordshire cheshire lancashire cumbria northumberland yorkshire lincolnshire
    cambridgeshire hertfordshire bedfordshire powys gwent gwynedd ceredigion pembrokeshire anglesey merseyside teesside
    tyneside humberside orkney shetland hebrides jersey guernsey london caerphilly aberystwyth llandudno merthyr
    barry rhyl newport basingstoke guildford woking watford stevenage colchester chelmsford southend basildon harlow
    grantham mansfield chesterfield loughborough nuneaton rugby tamworth stafford macclesfield southport birkenhead
    kilmarnock greenock motherwell dumfries galashiels elgin arbroath lisburn newry coleraine ballymena lurgan"""
)
_TOWN = re.compile(
    r"(?<![\w'-])[A-Z][a-z]+(?:-(?:on|upon|in|by|under)-[A-Z][a-z]+)?(?:\s(?:Bay|Keynes|Regis))?(?![\w-])"
)
_ALSO_PEOPLE = words_of("york derby lincoln chester bedford stafford barry rugby jersey kent devon york lancaster")
_OF_TOWN = re.compile(r"\b(?:in|from|near|to|around|at|outside|across|of)\s\Z", re.IGNORECASE)
#: Also one whose last letters no real postcode has: people mistype, and in a quote a mark too many costs little.
_POSTCODES = (r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?[ -]{0,3}\d[A-Z]{2}(?!\w)",)
_COMPILED = tuple(
    (kind, re.compile(pattern, flags))
    for kind, patterns, flags in (
        ("date", _DATES, re.IGNORECASE),
        ("date", _CASED_DATES, 0),
        ("postcode", _POSTCODES, re.IGNORECASE),
        ("age", _AGES, re.IGNORECASE),
    )
    for pattern in patterns
)


def further_clues(text: str) -> list[Identifier]:
    """Dates, ages and towns in the order in which they stand; none over another.

    >>> [each.kind for each in further_clues("In Leeds, in May 2019, my 7-year-old saw it")]
    ['town', 'date', 'age']
    """
    plain = made_plain(text)
    found = [
        Identifier(*(match.span("it") if "it" in pattern.groupindex else match.span()), kind)
        for kind, pattern in _COMPILED
        for match in pattern.finditer(plain)
    ]
    return list(_first_of_each([*found, *_towns(plain)]))


def _towns(plain: str) -> Iterator[Identifier]:
    for match in _TOWN.finditer(plain):
        first = match[0].split()[0].partition("-")[0].lower()
        sure = first not in _ALSO_PEOPLE or _OF_TOWN.search(plain[: match.start()])
        if first in TOWNS and sure:
            yield Identifier(*match.span(), "town")


def _first_of_each(found: Iterable[Identifier]) -> Iterator[Identifier]:
    """Of those that overlap, the one that begins first, and of these the longest."""
    at = 0
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if each.start >= at:
            yield each
            at = each.end


def proposals(answer: str, start: int, end: int) -> list[Edit]:
    """What should be replaced in the passage from `start` to `end` of an answer, offsets counted from its beginning.

    The whole answer is read, for what stands around a name helps to know it.
    """
    named = find_identifiers(answer)
    others = [
        each
        for each in further_clues(answer)
        if not any(each.start < other.end and other.start < each.end for other in named)
    ]
    inside = ((max(each.start, start), min(each.end, end), each.kind) for each in sorted([*named, *others]))
    return [Edit(a - start, b - start, kind) for a, b, kind in inside if a < b]
