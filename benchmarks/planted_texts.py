"""Synthetic answers with planted identifiers, the same ones each time: 500 texts, 2,000 plants.

Every word is written for this project. Telephone numbers are of Ofcom's drama ranges, e-mail at example.org, postcodes
ZZ99, National Insurance numbers with letters never given, NHS numbers of the range kept for tests, number plates with
letters that are not used.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

TEXTS, PLANTS_EACH = 500, 4
STRUCTURED = ("phone", "email", "url", "postcode", "nhs", "ni", "vehicle", "case", "birth", "date", "age", "bank")
NAMED = ("name", "place", "town", "address")
_SLOT = re.compile(r"\{(\w+)\}")

GIVEN = (
    "Alan Barry Craig Dafydd Elwyn Femi Gareth Hamza Ibrahim Jamal Kwame Liam Mateusz Niall Owain Pawel Qasim Rajesh "
    "Samuel Tunde Umar Vikram Wayne Xavier Yusuf Zoltan Angharad Bronwen Chiara Deborah Eilidh Fatima Gwenllian Hannah "
    "Imogen Jacqueline Karolina Lorraine Maureen Nadia Olwen Patrycja Rhiannon Shabnam Tracey Ursula Valerie Wendy "
    "Yasmin Zofia Kayleigh Shanice Tariq Sukhdeep Oluwaseun Nkechi Bartosz Ciaran Siobhan Mhairi"
).split()
SURNAMES = (
    "Abernethy Bagshaw Cadwallader Dhillon Entwistle Featherstone Gallimore Hollingworth Iqbal Jessop Kowalczyk "
    "Llewellyn Mukherjee Nwosu Ollerenshaw Pilkington Quarmby Ramsbottom Shufflebotham Thistlethwaite Uddin Vasquez "
    "Wolstenholme Yeung Zielinski Osei Pritchard Rahman Sithole Tomlinson"
).split()
STEMS = "Thornwick Pellview Ashgrove Marlowe Brackenfold Saltmarsh Larkspur Quarryman Heronsgate Millbeck".split()
SERVICES = "Centre House Project Surgery Clinic Hostel School Academy Church Refuge".split()
STREETS = "Close Road Street Avenue Lane Crescent Terrace Drive".split()
TOWNS = "Leeds Wrexham Dundee Barnsley Swansea Ipswich Carlisle Rochdale Plymouth Sunderland Newport Hereford".split()
MONTHS = "January February March April May June July August September October November December".split()

#: Sentences with a slot for one identifier, or for two.
PLANTED = (
    "My worker {name} rang me on the Friday as she said she would.",
    "I saw {name} at the council and that was the first time anybody listened.",
    "my ex {name} told everybody I was the violent one.",
    "It was {full} from housing who found us a room.",
    "A man called {name} runs the group and he knows what it is like.",
    "{name} was on leave so I had to start again with somebody else.",
    "Thanks to {name} and {name} I am still here.",
    "The kids love {name}, she has them drawing while we talk.",
    "I gave the letter to Mrs {surname} at the school.",
    "PC {surname} came out and took her side before I had opened my mouth.",
    "When I phoned, {name} said they only work with women.",
    "i told {small} at the drop in and he got me a bed that night",
    "Nobody but {name} ever asked me how I was sleeping.",
    "You can ring me on {phone} after six.",
    "They gave me {phone} and it went to an answering machine.",
    "my number is {phone} if you want to talk about this",
    "Write to me at {email} if that helps you.",
    "The form bounced back from {email} twice.",
    "I read about it on {url} before I ever told anyone.",
    "We were moved to {postcode} with two bags.",
    "They only cover people who live in {postcode}.",
    "My NHS number is {nhs} and they still lost the referral.",
    "They asked for my national insurance number, {ni}, before my name.",
    "She drives a red Corsa, {vehicle}, and parks it opposite.",
    "My case number is {case} and I have told it to six people.",
    "The reference was {case} and nobody could find it.",
    "My date of birth is {birth}, which they asked me five times.",
    "I was born on {birth} and this never had a name then.",
    "It came to a head on {date} and I left with the dog.",
    "We were in court on {date}, and then again for nothing.",
    "I first asked for help in {monthyear} and I am still waiting.",
    "Since {year} I have been on three lists.",
    "My {child} saw all of it from the stairs.",
    "I am {years} years old and had never cried in front of a doctor.",
    "I was aged {age} when I first left.",
    "She had my wages paid into account {bank} and I never saw the card.",
    "I was at the {place} when she walked in.",
    "{place} turned me away at the door.",
    "The poster in {place} only showed women.",
    "I walked from {town} because I had no money for the bus.",
    "In {town} there is nothing for a man with children.",
    "They sent me to {town}, which is two hours each way.",
    "We lived at {address} and the neighbours heard everything.",
    "The letter went to {address}, which is her mother's.",
)
#: Sentences that name nobody, so that marks in them are too many.
PLAIN = (
    "The waiting list was long and nobody told me how long.",
    "I did not know that there was anything for men.",
    "What helped was that somebody rang back when they said they would.",
    "The room was warm and had two doors.",
    "I had to tell the whole story again each time.",
    "Police came three times and left three times.",
    "I would have liked to talk to another dad.",
    "The Family Court did not want to hear it.",
    "Universal Credit stopped while I was in the hotel.",
    "It took me years to call it what it was.",
)


@dataclass(frozen=True)
class Planted:
    """A text, and where its identifiers stand: (start, end, kind)."""

    words: str
    marks: tuple[tuple[int, int, str], ...]


def _nhs(chance: random.Random) -> str:
    while True:
        digits = [9, 9, 9, *(chance.randrange(10) for _ in range(6))]
        check = (11 - sum((10 - at) * digit for at, digit in enumerate(digits)) % 11) % 11
        if check < 10:
            number = "".join(map(str, [*digits, check]))
            return chance.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}"))


def _phone(chance: random.Random) -> str:
    last = f"{chance.randrange(1000):03d}"
    return chance.choice(
        (f"07700 900{last}", f"07700900{last}", f"01632 960{last}", f"+44 7700 900{last}", f"0113 496 0{last}")
    )


def _email(chance: random.Random) -> str:
    name = f"{chance.choice(GIVEN)}.{chance.choice(SURNAMES)}".lower()
    return chance.choice((f"{name}@example.org", f"{name.replace('.', '_')}{chance.randrange(99)}@example.org"))


def _plate(chance: random.Random) -> str:
    letters = "".join(chance.choice("QIZ") for _ in range(3))
    return f"Q{chance.choice('QI')}{chance.randrange(51, 74)}{chance.choice(('', ' '))}{letters}"


def _day(chance: random.Random) -> str:
    day, month, year = chance.randrange(1, 29), chance.choice(MONTHS), chance.randrange(2012, 2026)
    ending = "th" if 3 < day < 21 or day > 23 else ("th", "st", "nd", "rd")[day % 10]
    number = MONTHS.index(month) + 1
    forms = (
        f"{day} {month} {year}",
        f"{day}{ending} {month}",
        f"the {day}{ending} of {month}",
        f"{day}/{number}/{year}",
    )
    return chance.choice(forms).removeprefix("the ")


def _birth(chance: random.Random) -> str:
    day, number, year = chance.randrange(1, 29), chance.randrange(1, 13), chance.randrange(1950, 2004)
    return chance.choice(
        (f"{day:02d}/{number:02d}/{year}", f"{day} {MONTHS[number - 1]} {year}", f"{day}.{number}.{year}")
    )


def _case(chance: random.Random) -> str:
    number = chance.randrange(10_000, 99_999)
    return chance.choice((f"HC-{number}", f"MC/{number}/24", f"ZZ24P{number}", f"REF{number}"))


def _ni(chance: random.Random) -> str:
    parts = [f"{chance.randrange(100):02d}" for _ in range(3)]
    return chance.choice(
        (f"QQ {' '.join(parts)} {chance.choice('ABCD')}", f"QQ{''.join(parts)}{chance.choice('ABCD')}")
    )


def _place(chance: random.Random) -> str:
    return f"{chance.choice(STEMS)} {chance.choice(SERVICES)}"


def _child(chance: random.Random) -> str:
    number = chance.choice(("7", "nine", "12", "four", "15"))
    return chance.choice((f"{number}-year-old", f"{number} year old", f"{number} yr old"))


#: Slot -> what fills it; and the kind it is counted as, where that is not the slot's name.
FILLERS: dict[str, Callable[[random.Random], str]] = {
    "name": lambda chance: chance.choice(GIVEN),
    "small": lambda chance: chance.choice(GIVEN).lower(),
    "surname": lambda chance: chance.choice(SURNAMES),
    "full": lambda chance: f"{chance.choice(GIVEN)} {chance.choice(SURNAMES)}",
    "phone": _phone,
    "email": _email,
    "url": lambda chance: chance.choice(
        ("www.example.org/men", "https://www.example.org/stories/4", "example.org/help")
    ),
    "postcode": lambda chance: chance.choice(("ZZ99 3AB", "ZZ99 9ZZ", "zz99 1aa", "ZZ993CZ")),
    "nhs": _nhs,
    "ni": _ni,
    "vehicle": _plate,
    "case": _case,
    "birth": _birth,
    "date": _day,
    "monthyear": lambda chance: f"{chance.choice(MONTHS)} {chance.randrange(2012, 2026)}",
    "year": lambda chance: str(chance.randrange(2005, 2026)),
    "child": _child,
    "years": lambda chance: str(chance.randrange(19, 80)),
    "age": lambda chance: str(chance.randrange(19, 80)),
    "bank": lambda chance: f"00{chance.randrange(100_000, 999_999)}",
    "place": _place,
    "town": lambda chance: chance.choice(TOWNS),
    "address": lambda chance: f"{chance.randrange(1, 200)} {chance.choice(STEMS)} {chance.choice(STREETS)}",
}
KINDS = {
    "small": "name",
    "surname": "name",
    "full": "name",
    "monthyear": "date",
    "year": "date",
    "child": "age",
    "years": "age",
}


def planted_texts(seed: int = 4810) -> list[Planted]:
    """The texts. The same seed gives the same ones."""
    chance = random.Random(seed)
    return [_text(chance) for _ in range(TEXTS)]


def _text(chance: random.Random) -> Planted:
    sentences, planted = [chance.choice(PLAIN)], 0
    while planted < PLANTS_EACH:
        sentence = chance.choice(PLANTED)
        slots = len(_SLOT.findall(sentence))
        if planted + slots <= PLANTS_EACH and sentence not in sentences:
            sentences.append(sentence)
            planted += slots
    chance.shuffle(sentences)
    return _filled(chance, " ".join(sentences))


def _filled(chance: random.Random, template: str) -> Planted:
    words, marks, at = "", [], 0
    for slot in _SLOT.finditer(template):
        words += template[at : slot.start()]
        shown = FILLERS[slot[1]](chance)
        marks.append((len(words), len(words) + len(shown), KINDS.get(slot[1], slot[1])))
        words, at = words + shown, slot.end()
    return Planted(words + template[at:], tuple(marks))
