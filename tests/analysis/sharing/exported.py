"""A data file to write and read back: a survey of every kind of question, and random answers to it."""

import hmac
import random
from datetime import date
from io import BytesIO
from typing import Any

from analysis.sharing.data_file import DataFile, Origin, protected_file
from analysis.sharing.describing import plan_of
from analysis.sharing.formats import FORMS
from analysis.sharing.packing import Package, pack
from analysis.sharing.rows import Columns
from surveys.definition.load import parse_survey
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from tests.factories import definition

ALL = frozenset({"audience", "age", "living", "place"})


def mark(message: bytes) -> bytes:
    """What the keys of an installation give for a message."""
    return hmac.digest(b"k" * 32, message, "sha256")


def origin(**changed: Any) -> Origin:
    """Where these answers come from."""
    told = {
        "title": "Everything that can be exported",
        "address": "export",
        "organisation": "Example Organisation",
        "wave": 1,
        "wave_name": "Spring 2026",
        "frozen_on": date(2026, 11, 22),
        "versions": 1,
        "fingerprint": "ab" * 32,
    }
    return Origin(**{**told, **changed})


def survey(name: str = "export") -> Survey:
    """One of the definitions, parsed."""
    return parse_survey(definition(name))


def answers(chance: random.Random) -> dict[str, Any]:
    """One person's answers, some left blank."""
    day = f"{chance.randint(1990, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    given: dict[str, Any] = {
        "audience": chance.choice(["survivor"] * 4 + ["provider"]),
        "age": chance.choice([chance.randint(18, 90), "not_said"]),
        "living": chance.choice(["alone", "others", "others", "not_said"]),
        "place": chance.choice(["ZZ99", "ZZ99", "Z1", "not_said"]),
        "faith": chance.choice([["god"], ["not_said"]]),
        "known": chance.choice(["yes", "late", "other"]),
        "barriers": chance.sample(["shame", "wait"], chance.randint(1, 2)),
        "rating": {"listened": chance.choice("123"), "safe": chance.choice(["1", "apart"])},
        "order": chance.choice([["men", "night"], ["night"]]),
        "weeks": chance.choice([chance.randint(0, 60), 4000.5, -300]),
        "since": chance.choice([day, day[:7], day[:4]]),
        "alone_how": chance.choice(["yes", "no"]),
        "clause": chance.choice(["keep", "change", "remove", "unsure"]),
        "say": "=1+1 words of somebody",
    }
    kept = {name: answer for name, answer in given.items() if name == "audience" or chance.random() < 0.85}
    return Path(survey(), kept).to_keep()


def data_file(count: int = 300, chosen: frozenset[str] = ALL, seed: int = 1, **changed: Any) -> DataFile:
    """A protected data file of so many random responses."""
    chance = random.Random(seed)
    surveys = [survey()]
    columns = Columns(plan_of(surveys).chosen(chosen), surveys)
    for _ in range(count):
        columns.add(answers(chance))
    return protected_file(origin(**changed), columns, [chance.randbytes(16) for _ in range(count)], mark)


def written(data: DataFile, name: str) -> bytes:
    """One file of a form, by its name."""
    (file,) = [file for form in FORMS.values() for file in form.files if file.name == name]
    out = BytesIO()
    file.write(data, out)
    return out.getvalue()


def packed(data: DataFile) -> bytes:
    """Every form of it and some words, as one ZIP."""
    out = BytesIO()
    pack(Package(data, tuple(FORMS), [["question", "words"], ["say", "=1+1"]], "words"), out)
    return out.getvalue()
