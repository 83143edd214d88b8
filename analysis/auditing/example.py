"""The audit of the worked example: drawn like any other, and coded by two made-up people who can never sign in.

What they gave lies beside this file: each passage by the start of the SHA-256 of its words, what one coder gave, what
the other did, and what was settled. Both read the texts independently; nothing was set to please a figure.
"""

import csv
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.agreeing_job import ask_to_agree
from analysis.auditing.blind_coding import Seat, record
from analysis.auditing.deciding import decide
from analysis.auditing.designing import ask_to_draw, begin_sample, draw_audit, edition_of
from analysis.auditing.label_tables import AuditSeat
from analysis.auditing.planning import proposed, sizes_about
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.settling import Codes, differences
from analysis.auditing.standing import Unit, standing_of
from analysis.coding.reading import read_passages
from analysis.coding.tables import Passage
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.staff import add_staff
from safekeeping.vault import Opener
from surveys.definition.published import definition_of, published_at

CODES = Path(__file__).parent / "example_codes.tsv"
FIRST, SECOND = "Example coder", "Example second coder"
DRAWN = 150
REASON = "Read again together, by the coding frame."
DIGITS = 12

Given = tuple[Codes, Codes, Codes]


def audit_example(bench: Bench, address: str) -> None:
    """Draw an audit of the example at that address, and code, settle and end it."""
    now = steady_now()
    with session_for(bench.engine) as session:
        row = published_at(session, address)
        sample = begin_sample(session, row, definition_of(row).standard, "", now)
        people = tuple(add_staff(session, name, ()).id for name in (FIRST, SECOND))
        wanted = proposed(sizes_about(session, row), DRAWN)
        draw_id, sample_id, survey_id = ask_to_draw(session, sample, wanted, people[0], now).id, sample.id, row.id
    draw_audit(bench, draw_id.hex())
    with session_for(bench.engine) as session:
        sample = session.get_one(AuditSample, sample_id)
        _code(session, bench, sample, (people[0], people[1]), bench.vault.opener(survey_id))
        sample.ended_at = now
        ask_to_agree(session, sample)


def example_codes() -> Mapping[str, Given]:
    """Key of a passage -> what one gave, what the other gave, what was settled."""
    with CODES.open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return {
            each["passage"]: (_codes(each["one"]), _codes(each["other"]), _codes(each["settled"])) for each in found
        }


def key_of(words: str) -> str:
    """What names a passage in the file."""
    return hashlib.sha256(words.encode()).hexdigest()[:DIGITS]


def _codes(cell: str) -> Codes:
    """`AE3 SD1 problem`; a section alone where no theme fits, a dash for nothing in the frame."""
    if cell == "-":
        return Codes()
    *codes, stance = cell.split()
    themes = frozenset(each for each in codes if each[-1].isdigit())
    return Codes(frozenset(codes) - themes, themes, stance)


def _code(session: Session, bench: Bench, sample: AuditSample, people: tuple[bytes, bytes], opener: Opener) -> None:
    given, edition, now = example_codes(), edition_of(session, sample), steady_now()
    words = {each.id: each.words for each in read_passages(session, sample.survey_id, opener)}
    units = list(standing_of(session, sample).units.values())
    session.add_all(_seats(units, people, now))
    session.flush()
    for unit in units:
        row = session.get_one(AuditUnit, unit.id)
        for passage in session.scalars(select(Passage).where(Passage.id.in_(unit.passages))):
            one, other, settled = given[key_of(words[passage.id])]
            for person, codes in zip(people, (one, other), strict=True):
                record(session, Seat(row, passage), person, codes, edition, now)
            if differences(one, other):
                for person in people:
                    decide(session, bench.vault.office, (unit.id, passage.id), person, settled, edition, REASON, now)


def _seats(units: list[Unit], people: tuple[bytes, bytes], now: datetime) -> list[AuditSeat]:
    pairs = [(unit, seat, who) for unit in units for seat, who in enumerate(people, 1)]
    return [
        AuditSeat(unit_id=unit.id, seat=seat, staff_id=who, given_by=None, given_at=now) for unit, seat, who in pairs
    ]
