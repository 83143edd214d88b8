"""Pages of the desk that count in the database hold to what is counted in the plain way, row by row, on random data."""

import random
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import audited_passages
from analysis.auditing.queue_order import Unsure, margin_of, most_to_learn
from analysis.auditing.queue_tables import CodingShare
from analysis.auditing.queues import LOOKED_AT, lengths_by_code, queue_length, queue_of
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.shares import Load, free_count, free_responses, loads, words_there
from analysis.coding.abstention import LIMITS, NEVER, Limits
from analysis.coding.acts import SPLIT
from analysis.coding.code_passages import LATER, of_survey
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.levels import levels_of
from analysis.coding.next_passage import next_doubtful, uncoded_by
from analysis.coding.tables import HISTORY, UNDO, Coding, DeskAct, Passage, ResponseLevels, Suggestion
from analysis.learning import audited
from analysis.learning.audited import AuditedPassage, evenly, one_of_each
from analysis.learning.deciding import Unit, as_responses, decide
from analysis.learning.tallying import Counting
from analysis.learning.weighing import weigh
from analysis.standard.edition import load_edition
from safekeeping.migrating import migrate, migrate_back
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.intake.tables import Response
from tests.analysis.leveled import keep_levels
from tests.factories import NOW, opener_of, published_survey

MDAN = load_edition("mdan")
CODES = MDAN.section_codes
#: What chances are drawn from: the edges of limits, both sides of a half, and anything between.
CHANCES = (0.0, 0.01, 0.1, 0.4999, 0.5, 0.505, 0.51, 0.9, 0.95, 0.99, 0.995, 1.0)


@dataclass
class Filled:
    """A large survey beside a small one, and two people."""

    session: Session
    keys: Vault
    large: Any
    small: Any
    ann: bytes
    ben: bytes


def suggestion(passage_id: bytes, lot: random.Random) -> Suggestion:
    """Anything that may be suggested; one in six times, that a person is needed."""
    chances = {code: lot.choice((lot.choice(CHANCES), round(lot.random(), 3))) for code in CODES}
    more: dict[str, Any] = {"themes": [], "stance": "", "reasons": [], "model": "m"}
    sections = [code for code in CODES if chances[code] > 0.5]
    sure = 0.0 if lot.random() < 1 / 6 else lot.choice((0.5, 0.55, 0.9, round(lot.random(), 3)))
    return Suggestion(passage_id=passage_id, probabilities=chances, sections=sections, confidence=sure, **more)


def answer(session: Session, survey_id: bytes, lot: random.Random) -> list[Passage]:
    """A response with some passages, most of them suggested for and in use."""
    response = Response(id=lot.randbytes(16), survey_id=survey_id, tag=b"", ciphertext=b"")
    response.set_aside = lot.random() < 0.1
    made = [
        Passage(
            id=lot.randbytes(16), response_id=response.id, question="say", start=at, end=at + 1,
            may_quote=False, in_use=lot.random() < 0.9,
        )
        for at in range(lot.randrange(4))
    ]  # fmt: skip
    session.add(response)
    session.flush()
    session.add_all(made)
    session.flush()
    session.add_all(suggestion(each.id, lot) for each in made if lot.random() < 0.95)
    flags = {"rules": "r", "identifiers": [], "chance": 0.9, "signs": []}
    session.add_all(PassageFlags(passage_id=each.id, danger=lot.random() < 0.3, **flags) for each in made)
    return made


def work(filled: Filled, passages: list[Passage], lot: random.Random) -> None:
    """What two people do: code, take back, put off, have parts given out, and cut; an audit that is open."""
    session, survey_id = filled.session, passages_of(filled, passages[0])
    said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
    for person in (filled.ann, filled.ben):
        act = {"survey_id": survey_id, "staff_id": person, "done_at": NOW}
        for each in lot.sample(passages, len(passages) // 5):
            coding = Coding(id=lot.randbytes(16), passage_id=each.id, staff_id=person, **said)
            session.add(coding)
            if lot.random() < 0.3:
                session.add(DeskAct(passage_id=each.id, kind=UNDO, about=coding.id, **act))
        for each in lot.sample(passages, len(passages) // 10):
            session.add(DeskAct(passage_id=each.id, kind=LATER, about=lot.randbytes(16), **act))
        responses = sorted({each.response_id for each in passages})
        given = lot.sample(responses, len(responses) // 4)
        session.add_all(CodingShare(response_id=each, staff_id=person) for each in given)
        for each in lot.sample([one for one in passages if one.in_use], 3):  # cut: another one takes its place
            session.add(DeskAct(passage_id=each.id, kind=SPLIT, about=lot.randbytes(16), **act))
            each.in_use = False
            place = {"question": "say", "start": 90 + len(person), "end": 99, "may_quote": False, "in_use": True}
            cut = Passage(id=lot.randbytes(16), response_id=each.response_id, **place)
            there = select(Passage.id).where(Passage.response_id == each.response_id, Passage.start == place["start"])
            if not session.scalars(there, execution_options=HISTORY).all():
                session.add(cut)
                session.flush()


def passages_of(filled: Filled, passage: Passage) -> bytes:
    return filled.session.get_one(Response, passage.response_id).survey_id


@pytest.fixture(params=range(3))
def filled(session: Session, keys: Vault, request: pytest.FixtureRequest) -> Filled:
    """Random answers and work, the same for each number."""
    lot = random.Random(request.param)
    large, small = published_survey(session, keys), published_survey(session, keys, "date")
    ann, ben = (add_staff(session, name, ()).id for name in ("Ann", "Ben"))
    found = Filled(session, keys, large, small, ann, ben)
    for row, count in ((large, 60), (small, 25)):
        passages = [each for _ in range(count) for each in answer(session, row.id, lot)]
        sample = AuditSample(survey_id=row.id, number=1, standard="mdan", book="", reason="", begun_at=NOW)
        session.add(sample)
        session.flush()
        drawn = lot.sample(sorted({each.response_id for each in passages}), 4)
        session.add_all(AuditUnit(sample_id=sample.id, response_id=each, draw=1) for each in drawn)
        keep_levels(session, row.id)
        work(found, passages, lot)
    session.commit()
    return found


def units(session: Session, survey_id: bytes) -> list[Unit]:
    """Every passage that counts with what is suggested for it, read one by one."""
    wanted = (
        select(Passage, Suggestion)
        .join(Response, Response.id == Passage.response_id)
        .outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        .where(Response.survey_id == survey_id, Response.set_aside.is_(False))
        .order_by(Passage.response_id, Passage.id)
    )
    return [
        Unit(passage.id, passage.response_id, said.probabilities, frozenset(said.sections), said.confidence)
        if said and said.confidence
        else Unit(passage.id, passage.response_id, {})
        for passage, said in session.execute(wanted)
    ]


@pytest.mark.parametrize("error", [0.05, 0.2])
def test_what_needs_a_person(filled: Filled, error: float, monkeypatch: pytest.MonkeyPatch) -> None:
    session, every = filled.session, units(filled.session, filled.large.id)
    lot = random.Random(1)
    settled = [  # people mostly say what is likely, so that there are limits
        AuditedPassage(
            each.id, each.response_id, tuple(c for c in CODES if each.chances.get(c, 0) > lot.choice((0.5, 0.5, 0.6))),
            lot.choice(("survivor", "provider")), 1.0,
        )
        for each in every if lot.random() < 0.95
    ]  # fmt: skip
    monkeypatch.setattr(audited, "AUDITED", (lambda *_given: settled,))
    found = weigh(session, filled.large.id, MDAN, error, opener_of(filled.keys, filled.large))
    by_id = {each.id: each for each in every}
    known = [(by_id[each.passage_id], each.sections) for each in one_of_each(evenly(settled))]
    plain = decide(every, known, CODES, error)
    assert found.passages == plain
    together, done = as_responses(every), {each.passage_id for each in settled}
    whole = {each.response_id for each in every} - {each.response_id for each in every if each.id not in done}
    given: dict[bytes, set[str]] = {}
    for each in settled:
        given.setdefault(each.response_id, set()).update(each.sections if each.response_id in whole else ())
    told = [(each, given[each.id]) for each in together if each.id in whole and each.id in given]
    assert found.responses == decide(together, told, CODES, error)
    assert error < 0.2 or any(line.yes or line.no for line in plain.lines)
    coded = set(session.scalars(of_survey(filled.large.id).join(Coding).with_only_columns(Passage.id)))
    person = {each.id for each in every if not each.chances or plain.limits.needs_person(each.chances)}
    assert found.left == len(person - coded)


def test_queues(filled: Filled) -> None:
    session, ann = filled.session, filled.ann
    for row in (filled.large, filled.small):  # counted in two ways, as one has most responses and one has not
        lengths = lengths_by_code(session, row.id, ann, CODES)
        assert lengths == {code: queue_length(session, f"code:{code}", row.id, ann) for code in CODES}
        assert any(lengths.values())
        danger = select(PassageFlags.passage_id).where(PassageFlags.danger.is_(True))
        flagged = session.scalars(uncoded_by(row.id, ann).where(Passage.id.in_(danger))).all()
        assert queue_of(session, "flagged", row.id, ann) == sorted(each.id for each in flagged)
        free = of_survey(row.id).where(Passage.id.not_in(select(Coding.passage_id)))
        unsure = select(Passage, Suggestion).join(Suggestion, Suggestion.passage_id == Passage.id)
        unsure = unsure.where(Passage.id.in_(free.with_only_columns(Passage.id)))
        rows = session.execute(unsure.order_by(Suggestion.confidence, Passage.id).limit(LOOKED_AT))
        order = most_to_learn(
            Unsure(p.id, p.response_id, (p.question, *s.sections), margin_of(s.probabilities, s.confidence))
            for p, s in rows
        )
        assert queue_of(session, "learning", row.id, ann) == order


def test_the_most_doubtful(filled: Filled) -> None:
    session = filled.session
    for row in (filled.large, filled.small):
        left = uncoded_by(row.id, filled.ann).outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        left = left.where(Passage.id.not_in(audited_passages(row.id)))
        plain = session.scalars(left.order_by(func.coalesce(Suggestion.confidence, 0), Passage.id)).all()
        for passage in plain[:9]:  # one after the other, the first of which nothing is suggested for
            first = next_doubtful(session, row.id, filled.ann, [audited_passages(row.id)])
            assert first is not None
            assert first.id == passage.id
            said = {"sections": [], "act": "none", "standard": "mdan", "coded_at": NOW}
            session.add(Coding(passage_id=first.id, staff_id=filled.ann, **said))
            session.flush()


def test_who_has_what(filled: Filled) -> None:
    session, survey_id = filled.session, filled.large.id
    coded: dict[bytes, set[bytes]] = {}
    ours = of_survey(survey_id).with_only_columns(Passage.id, Coding.staff_id)
    for passage_id, person in session.execute(ours.join(Coding, Coding.passage_id == Passage.id)):
        coded.setdefault(person, set()).add(passage_id)
    has: dict[bytes, set[tuple[bytes, bytes]]] = {}
    shares = select(CodingShare.staff_id, Passage.response_id, Passage.id)
    shares = shares.join(Passage, Passage.response_id == CodingShare.response_id)
    shares = shares.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    for person, response_id, passage_id in session.execute(shares):
        has.setdefault(person, set()).add((response_id, passage_id))
    plain = {}
    for person in {*coded, *has}:
        mine, did = {one for _response, one in has.get(person, ())}, coded.get(person, set())
        responses = {response for response, _one in has.get(person, ())}
        plain[person] = Load(len(responses), len(mine), len(mine & did), len(did))
    assert loads(session, survey_id) == plain
    assert len(plain) == 2
    there = sorted(set(session.scalars(
        of_survey(survey_id).where(Response.set_aside.is_(False)).with_only_columns(Passage.response_id)
    )))  # fmt: skip
    given = set(session.scalars(select(CodingShare.response_id)))
    assert words_there(session, survey_id) == len(there)
    assert free_responses(session, survey_id, 1000) == [each for each in there if each not in given]
    assert free_count(session, survey_id) == len([each for each in there if each not in given])


@pytest.mark.parametrize("filled", [0], indirect=True)
def test_migrating_works_out_the_levels_of_what_is_there(filled: Filled, engine: Engine, keys: Vault) -> None:
    def there() -> list[Any]:
        with Session(engine.execution_options(reading=True)) as reading:
            rows = reading.execute(select(*ResponseLevels.__table__.c).order_by(ResponseLevels.response_id))
            # the order of the passages of one response does not matter
            return [(*row[:3], sorted(row.passages), row.together) for row in rows]

    for row in (filled.large, filled.small):
        keep_levels(filled.session, row.id)
    filled.session.commit()
    filled.session.close()
    before = there()
    assert len(before) > 50
    migrate_back(engine, keys.store.engine, "0026")
    migrate(engine, keys.store.engine)
    assert there() == before


chance = st.one_of(st.sampled_from(CHANCES), st.sampled_from(LIMITS), st.floats(0, 1))
passage = st.tuples(st.fixed_dictionaries({"A": chance, "B": chance}), st.one_of(st.just(0.0), chance))
limit = st.one_of(st.just(NEVER), st.sampled_from(LIMITS))


@given(st.lists(st.lists(passage, min_size=1, max_size=3)), st.tuples(limit, limit, limit, limit, limit))
def test_levels_count_as_chances_do(responses: list[list[Any]], at: tuple[float, ...]) -> None:
    limits, exact = Limits({"A": at[0], "B": at[1]}, {"A": at[2], "B": at[3]}), at[4]
    every = [
        Unit(b"", bytes([number % 256, number // 256]), chances if sure else {}, frozenset(), sure)
        for number, group in enumerate(responses)
        for chances, sure in group
    ]
    of_each, of_whole = Counting(limits, exact), Counting(limits, exact)
    for group in responses:
        levels = levels_of(group)
        of_each.add(levels.codes, levels.passages)
        of_whole.add(levels.codes, levels.together)
    for counting, plain in ((of_each, every), (of_whole, as_responses(every))):
        clear = [unit for unit in plain if unit.chances]
        said = {code: [limits.says(code, unit.chances[code]) for unit in clear] for code in "AB"}
        found = counting.tally
        assert [found.yes[code] for code in "AB"] == [said[code].count(True) for code in "AB"]
        assert [found.no[code] for code in "AB"] == [said[code].count(False) for code in "AB"]
        assert found.total == len(plain)
        assert found.whole == sum(not limits.needs_person(unit.chances) for unit in clear)
        assert found.exact == sum(unit.sure >= exact for unit in clear)
