"""The job that looks for what is new: passages that fit no theme, grouped, and kept for the coders."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.model import TRAINING, read_training
from analysis.coding.reading import ReadPassage, read_passages
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.emerging.candidates import Emerged, KeptGroup, keep_emerged, taken
from analysis.emerging.grouping import Text, grouped
from safekeeping.database import session_for
from safekeeping.jobs import Bench, this_hour
from surveys.definition.published import GONE, PublishedSurvey
from surveys.intake.tables import Response

JOB = "find new"
FITS = 0.5  # a suggestion less sure than this fits no theme well
FEWEST_AGAINST = 50  # passages that fit; with fewer the shipped examples stand in


def find_new(bench: Bench, survey_id: str) -> None:
    """The job, for the survey of this id (hex). Safe to run again: the same passages give the same groups."""
    wanted = bytes.fromhex(survey_id)
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, wanted)
        if row is None or row.state in GONE:
            return
        public_key = row.public_key
        passages = list(read_passages(session, wanted, bench.vault.opener(wanted)))
        fitting, done = _fitting(session, wanted), taken(session, wanted)
        passages = _not_audited(session, passages)
    bench.progress(1, 2)
    rest = [each.words for each in passages if each.id in fitting]
    new = [each for each in passages if each.id not in fitting and each.id not in done]
    found = look(new, rest)
    with session_for(bench.engine) as session:
        keep_emerged(session, public_key, wanted, found, this_hour())
    bench.progress(2, 2)


def _not_audited(session: Session, passages: Iterable[ReadPassage]) -> list[ReadPassage]:
    """An audit is coded blind: that a passage fits no theme would say what is suggested for it."""
    apart = set(session.scalars(being_audited()))
    return [each for each in passages if each.response_id not in apart]


def look(new: Iterable[ReadPassage], rest: list[str]) -> Emerged:
    """The groups among passages that fit no theme, held against the words of those that do."""
    ours = len(rest) < FEWEST_AGAINST
    against = read_training(TRAINING)[0] if ours else rest
    texts = [Text(each.id.hex(), each.response_id.hex(), each.words) for each in new]
    groups, once = grouped(texts, against)
    kept = tuple(KeptGroup(each.passages, each.words, each.pairs) for each in groups)
    return Emerged(kept, tuple(once), len(against), ours)


def _fitting(session: Session, survey_id: bytes) -> set[bytes]:
    """Those that fit a theme: somebody gave them a section, or one is suggested that is likelier right than not."""
    ours = select(Passage.id).join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    sure = select(Suggestion).where(Suggestion.confidence >= FITS, Suggestion.passage_id.in_(ours))
    fitting = {each.passage_id for each in session.scalars(sure) if each.sections}
    newest: dict[tuple[bytes, bytes], list[str]] = {}
    decisions = select(Coding).where(Coding.passage_id.in_(ours)).order_by(Coding.coded_at, Coding.id)
    for coding in session.scalars(decisions):
        newest[coding.passage_id, coding.staff_id] = coding.sections
    decided: dict[bytes, bool] = {}
    for (passage_id, _staff), sections in newest.items():
        decided[passage_id] = decided.get(passage_id, False) or bool(sections)
    fitting |= {passage_id for passage_id, fits in decided.items() if fits}
    return fitting - {passage_id for passage_id, fits in decided.items() if not fits}
