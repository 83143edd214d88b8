"""A survey that two people have coded, with texts that trip offsets up, frozen and ready to leave."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.passages import cut
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.exchange.forms import Wanted, extras
from analysis.sharing.wave import Wave, freeze
from analysis.standard.edition import load_edition
from safekeeping.staff import add_staff
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from tests.factories import as_open, opener_of, published_survey

SENTENCES = (
    "They rang me back the same day.", "The poster only showed women 😔.", "Nobody asked about my children.",
    "I waited seven months…", "She said: “come in”.", "שלום, זה היה קשה.", "The cafe\u0301 worker was kind 👨‍👩‍👧.",
    "Staff need training.", "There was no lift.\r\n", "It saved my life!", "\ufeffNothing to add.",
)  # fmt: skip
FIRST = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CODERS = ("Coder One", "Coder Two")
ALL, QUOTABLE, NONE = "all", "quotable", ""


def coded_survey(session: Session, keys: Vault, count: int, seed: int = 3) -> Wave:
    """So many answers, in turn a survivor's that may be quoted and a provider's that may not; coded by two people and
    a model."""
    row = published_survey(session, keys, "export")
    chance = random.Random(seed)
    for number in range(count):
        words = " ".join(chance.choice(SENTENCES) for _ in range(chance.randint(1, 4)))
        given = {"audience": "survivor" if number % 2 else "provider", "say": words}
        submit(session, as_open(row), Submission(given, quotable=["say"] if number % 2 else []), random_id())
    mix(session, row.id, opener_of(keys, row), closing=True)
    code(session, keys, row, chance)
    return freeze(session, row, keys.office.mac, date(2026, 11, 22))


def code(session: Session, keys: Vault, row: PublishedSurvey, chance: random.Random) -> None:
    """Passages, decisions of two people, one of whom changes her mind, and suggestions of a model."""
    coders = [add_staff(session, name, ["coder"]).id for name in CODERS]
    sections = load_edition("mdan").section_codes
    passages = []
    for response in read_all(session, row.id, opener_of(keys, row)):
        allowed = "say" in response.quotable
        for start, end in cut(response.answers["say"]):
            place = {"start": start, "end": end, "may_quote": allowed}
            passages.append(Passage(id=random_id(), response_id=response.id, question="say", **place))
    session.add_all(passages)
    session.flush()
    for passage in passages:
        for number, coder in enumerate([*coders, coders[0]]):
            chosen = [each for each in sections if chance.random() < 0.35]
            decide(session, passage, coder, chosen, FIRST + timedelta(hours=number))
        session.add(suggestion(passage, [chance.choice(sections)]))
    session.flush()


def decide(session: Session, passage: Passage, coder: bytes, sections: list[str], at: datetime) -> None:
    """One decision."""
    told = {"sections": sections, "act": "changed", "standard": "mdan", "coded_at": at}
    session.add(Coding(passage_id=passage.id, staff_id=coder, **told))


def suggestion(passage: Passage, sections: list[str]) -> Suggestion:
    """What a model suggests."""
    more: dict[str, Any] = {"probabilities": {}, "themes": [], "stance": "problem", "confidence": 0.5, "reasons": []}
    return Suggestion(passage_id=passage.id, model="m" * 64, sections=sections, **more)


def wanted(session: Session, keys: Vault, wave: Wave, words: str = ALL) -> Wanted:
    """What its files are made from."""
    row = session.get_one(PublishedSurvey, wave.survey_id)
    return Wanted(session, wave, opener_of(keys, row), keys.office.mac, words)


def files(session: Session, keys: Vault, wave: Wave, *forms: str, words: str = ALL) -> dict[str, bytes]:
    """The files of these forms, by name."""
    found = {}
    for extra in extras(forms, wanted(session, keys, wave, words)):
        out = BytesIO()
        extra.write(out)
        found[extra.name] = out.getvalue()
    return found


def newest(session: Session) -> dict[tuple[bytes, bytes], Coding]:
    """Passage and coder -> the newest decision."""
    every = session.scalars(select(Coding).order_by(Coding.coded_at))
    return {(each.passage_id, each.staff_id): each for each in every}


def marked(session: Session, keys: Vault, wave: Wave, name_of: Callable[[bytes], str]) -> set[tuple[str, str, str]]:
    """(who, which section, the words as they are kept with line feeds) of every newest decision, “0” for none."""
    row = session.get_one(PublishedSurvey, wave.survey_id)
    words = {each.id: each.answers["say"] for each in read_all(session, row.id, opener_of(keys, row))}
    passages = {each.id: each for each in session.scalars(select(Passage))}
    found = set()
    for (passage_id, coder), coding in newest(session).items():
        place = passages[passage_id]
        text = words[place.response_id]
        begins = max(place.start, len(text) - len(text.lstrip("\ufeff")))
        said = text[begins : place.end].replace("\r\n", "\n")
        found |= {(name_of(coder), section, said) for section in coding.sections or ["0"]}
    return found
