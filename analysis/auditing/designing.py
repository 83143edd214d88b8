"""An audit sample from its first wish to its last check: asked for, drawn by a job, kept sealed, drawn again.

What a design holds of audiences is sealed to the survey, like every demographic; ids of responses are random. A draw is
marked with a key that no database holds. So a sample that was changed, or drawn again in silence, is found.
"""

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.auditing.drawing import SEED_BYTES, Drawn, Stratum, draw, faults
from analysis.auditing.frames import Frame
from analysis.auditing.sample_tables import AuditDraw, AuditSample, AuditUnit
from analysis.code_books.versions import BookVersion, edition_named, pin, pinned
from analysis.coding.counting import forget_counts
from analysis.emerging.candidates import EmergingGroups
from analysis.findings.releases.release_tables import latest
from analysis.findings.releases.releasing import FINDINGS
from analysis.findings.releases.rolls import Roll, roll_of
from analysis.standard.edition import Edition
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue
from safekeeping.languages import gettext as _
from safekeeping.organisations import organisation_of
from safekeeping.trail import Act, record
from safekeeping.vault import CannotOpen, Office, Opener, seal_entry
from surveys.definition.published import GONE, PublishedSurvey
from surveys.intake.read import kept_count, read_all

JOB = "draw audit"
PLACE = b"audit"
#: Between the strata and the ids of the frame, which are 16 bytes each.
END_OF_HEAD = b"\n"
#: Say how far it is after so many responses.
SAY_EVERY = 500

Progress = Callable[[int, int], None]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Design:
    """What a draw holds: its strata, and the ids of the frame it was drawn from."""

    strata: tuple[Stratum, ...]
    frame: Roll

    def probability(self, stratum: str) -> float:
        """The chance that a response of this stratum had of being drawn. Raises `KeyError` for no stratum of it."""
        return {each.name: each for each in self.strata}[stratum].probability


def every_sample(session: Session, survey_id: bytes) -> list[AuditSample]:
    """Audits and bridges of a survey, the first one first."""
    of_it = select(AuditSample).where(AuditSample.survey_id == survey_id)
    return list(session.scalars(of_it.order_by(AuditSample.number)))


def samples(session: Session, survey_id: bytes) -> list[AuditSample]:
    """The audits of a survey, the first one first."""
    return [each for each in every_sample(session, survey_id) if not each.is_bridge]


def bridges(session: Session, survey_id: bytes) -> list[AuditSample]:
    """The bridges of a survey, the first one first."""
    return [each for each in every_sample(session, survey_id) if each.is_bridge]


def newest_sample(session: Session, survey_id: bytes) -> AuditSample | None:
    """The audit that is being coded, or the last one there was; never a bridge."""
    return next(reversed(samples(session, survey_id)), None)


def at_work(session: Session, survey_id: bytes) -> AuditSample | None:
    """The open sample, an audit or a bridge, of which there is one at most; else the newest audit."""
    opened = (each for each in every_sample(session, survey_id) if each.ended_at is None)
    return next(opened, None) or newest_sample(session, survey_id)


def edition_of(session: Session, sample: AuditSample) -> Edition:
    """The standard as it was when the sample began: what it is coded by to its end. Raises `UnknownEdition`."""
    found = pinned(session, sample.book)
    return found.edition if found else edition_named(session, sample.standard)


def draws(session: Session, sample_id: bytes) -> list[AuditDraw]:
    """Every draw of a sample, the first one first; one that waits for its job has nothing sealed."""
    of_it = select(AuditDraw).where(AuditDraw.sample_id == sample_id)
    return list(session.scalars(of_it.order_by(AuditDraw.number)))


def last_drawn(session: Session, sample_id: bytes) -> AuditDraw | None:
    """The newest draw that was carried out: it restates the whole design."""
    return next((each for each in reversed(draws(session, sample_id)) if each.sealed), None)


def begin_sample(session: Session, row: PublishedSurvey, standard: str, reason: str, now: datetime) -> AuditSample:
    """Another sample of a survey. Raises `ValueError` while one is open."""
    return _begun(session, row, AuditSample(standard=standard, book=pin(session, standard).sha256, reason=reason), now)


def begin_bridge(
    session: Session, row: PublishedSurvey, audit: AuditSample, settled: int, to: BookVersion, now: datetime
) -> AuditSample:
    """A bridge from an audit, of which the draws up to `settled` are settled, to another version of its code book.

    Raises `ValueError` while a sample is open, for the version that the audit was coded by, or without a settled draw.
    """
    if not settled or to.sha256 == audit.book:
        raise ValueError("nothing to bridge")
    if to.published_at is None:  # it came with Heard, and is not written down yet
        pin(session, audit.standard)
    sample = AuditSample(standard=audit.standard, book=to.sha256, reason="", bridge_of=audit.number)
    sample.bridge_draw = settled
    return _begun(session, row, sample, now)


def _begun(session: Session, row: PublishedSurvey, sample: AuditSample, now: datetime) -> AuditSample:
    every = every_sample(session, row.id)
    if any(each.ended_at is None for each in every):
        raise ValueError("a sample of this survey is open")
    sample.survey_id, sample.number, sample.begun_at = row.id, every[-1].number + 1 if every else 1, now
    session.add(sample)
    session.flush()
    return sample


def ask_to_draw(
    session: Session, sample: AuditSample, wanted: Mapping[str, int], staff_id: bytes, now: datetime
) -> AuditDraw:
    """Ask for a draw, the first one or one that extends the sample to `wanted` in all. The job carries it out."""
    earlier = draws(session, sample.id)
    asked = AuditDraw(
        sample_id=sample.id,
        number=len(earlier) + 1,
        wanted=dict(wanted),
        staff_id=staff_id,
        drawn_at=now,
        seed=earlier[0].seed if earlier else secrets.token_bytes(SEED_BYTES),
        frame_hash="",
        sealed=b"",
        mark=b"",
    )
    session.add(asked)
    session.flush()
    enqueue(session, JOB, asked.id.hex(), turn=sample.survey_id.hex())
    return asked


def draw_audit(bench: Bench, draw_id: str) -> None:
    """The job, for the draw of this id (hex). Safe to run again: a draw that was carried out stays as it is."""
    wanted = bytes.fromhex(draw_id)
    with session_for(bench.engine.execution_options(reading=True)) as session:
        asked = session.get(AuditDraw, wanted)
        if asked is None or asked.sealed:
            return
        sample = session.get_one(AuditSample, asked.sample_id)
        row = session.get_one(PublishedSurvey, sample.survey_id)
        if row.state in GONE:
            return
        opener = bench.vault.opener(row.id)
        frame = _frame(session, sample, opener, bench.progress)
        earlier = _least(session, sample, opener)
        in_all = {name: max(asked.wanted.get(name, 0), earlier.get(name, 0)) for name in frame.strata}
        drawn = draw(frame, in_all, asked.seed)
    with session_for(bench.engine) as session:
        _keep(session, bench, session.get_one(AuditDraw, wanted), drawn, frame.roll)


def _frame(session: Session, sample: AuditSample, opener: Opener, progress: Progress) -> Frame:
    """Everybody whom findings are of; for an extension, who is left of the first frame; for a bridge, whom the audit
    settled: a random part of a random sample is one too.

    Who came since findings were let out, and waits for others, cannot be drawn: estimates would differ by them.
    """
    framed, total = _framed(session, sample, opener), kept_count(session, sample.survey_id)
    everybody = watched(_with_audience(session, sample, opener), lambda done: progress(done, total))
    return Frame((response, name) for response, name in everybody if framed is None or response in framed)


def _with_audience(session: Session, sample: AuditSample, opener: Opener) -> Iterator[tuple[bytes, str]]:
    """Every response that counts with its audience, in the order of their ids."""
    return ((each.id, each.audience or "") for each in read_all(session, sample.survey_id, opener))


def watched(each_of: Iterable[Item], tell: Callable[[int], None]) -> Iterator[Item]:
    """The same, one after the other; `tell(done)` is called every now and then."""
    for done, each in enumerate(each_of):
        if done % SAY_EVERY == 0:
            tell(done)
        yield each


def _framed(session: Session, sample: AuditSample, opener: Opener) -> Collection[bytes] | None:
    """Who could be drawn, at most; None for everybody. Of a bridge: whom its audit settled."""
    last = last_drawn(session, sample.id)
    if last:
        return design_of(last, opener).frame
    if sample.is_bridge:
        audits = select(AuditSample.id).where(AuditSample.survey_id == sample.survey_id)
        audit = audits.where(AuditSample.number == sample.bridge_of, AuditSample.bridge_of.is_(None)).scalar_subquery()
        of_it = select(AuditUnit.response_id).where(AuditUnit.sample_id == audit, AuditUnit.draw <= sample.bridge_draw)
        return roll_of(session.scalars(of_it))
    counted = latest(session, opener, FINDINGS)
    return counted.people if counted else None


def _least(session: Session, sample: AuditSample, opener: Opener) -> dict[str, int]:
    """How many of each stratum are drawn already: an extension takes none out."""
    last = last_drawn(session, sample.id)
    return {each.name: each.drawn for each in design_of(last, opener).strata} if last else {}


def _keep(session: Session, bench: Bench, asked: AuditDraw, drawn: Drawn, frame: Roll) -> None:
    sample = session.get_one(AuditSample, asked.sample_id)
    row = session.get_one(PublishedSurvey, sample.survey_id)
    forget_counts(session, row.id)
    there = set(session.scalars(select(AuditUnit.response_id).where(AuditUnit.sample_id == sample.id)))
    new = [AuditUnit(sample_id=sample.id, response_id=each, draw=asked.number) for each in sorted(drawn.chosen - there)]
    session.add_all(new)
    head = json.dumps({"strata": [asdict(each) for each in drawn.strata]}).encode()
    asked.sealed = seal_entry(head + END_OF_HEAD + frame.joined, row.public_key, row.id, PLACE)
    asked.frame_hash = drawn.frame_hash
    asked.mark = bench.vault.office.mac(_content(sample, asked))
    session.flush()
    home = organisation_of(session, row)
    act = Act("drew audit", row.address, asked.staff_id, home.id if home else None)
    how = {"sample": sample.number, "draw": asked.number, "drawn": len(drawn.chosen)}
    how |= {"bridge_of": sample.bridge_of} if sample.bridge_of else {}
    record(session, bench.vault, act, asked.drawn_at, **how, seed=asked.seed.hex(), frame=asked.frame_hash)
    # groups of what is new name passages that are blind from here on, and suggestions learn without them
    session.execute(delete(EmergingGroups).where(EmergingGroups.survey_id == row.id))
    enqueue(session, "take in", row.id.hex())


def _content(sample: AuditSample, asked: AuditDraw) -> bytes:
    """What is marked; of a bridge also that it is one, and of what, so that none becomes an audit in silence."""
    bridge = f"bridge {sample.bridge_of} {sample.bridge_draw} {sample.book}".encode()
    return b"|".join(
        (
            asked.sample_id,
            str(asked.number).encode(),
            asked.staff_id,
            asked.seed,
            asked.frame_hash.encode(),
            asked.sealed,
            *([bridge] if sample.is_bridge else []),
        )
    )


def design_of(drawn: AuditDraw, opener: Opener) -> Design:
    """What a draw holds. Raises `safekeeping.vault.CannotOpen`.

    What was drawn by earlier versions of Heard holds the ids of its frame in hex, among the strata.
    """
    head, _end, joined = opener.entry(drawn.sealed, PLACE).partition(END_OF_HEAD)
    content = json.loads(head)
    frame = roll_of(map(bytes.fromhex, content["frame"])) if "frame" in content else Roll(joined)
    return Design(tuple(Stratum(**each) for each in content["strata"]), frame)


def verify_draws(session: Session, sample: AuditSample, opener: Opener, office: Office) -> list[str]:
    """Draw every draw of a sample again, and say what does not hold; nothing is how it should be."""
    everybody, found = Frame(_with_audience(session, sample, opener)), []
    for drawn in (each for each in draws(session, sample.id) if each.sealed):
        try:
            design = design_of(drawn, opener)
        except CannotOpen:
            found.append(_("Draw {number}: what was kept of it cannot be opened", number=drawn.number))
            continue
        there = Frame((response, name) for response, name in everybody.pairs if response in design.frame)
        held = {each for each in _held(session, sample, drawn) if each in there}
        again = Drawn(design.strata, frozenset(), drawn.frame_hash)
        wrong = faults(again, drawn.seed, there, held, len(design.frame))
        if drawn.mark != office.mac(_content(sample, drawn)):
            wrong.append(_("it was changed after it was drawn"))
        found += [_("Draw {number}: {what}", number=drawn.number, what=each) for each in wrong]
    return found


def _held(session: Session, sample: AuditSample, drawn: AuditDraw) -> set[bytes]:
    of_it = select(AuditUnit.response_id).where(AuditUnit.sample_id == sample.id, AuditUnit.draw <= drawn.number)
    return set(session.scalars(of_it))
