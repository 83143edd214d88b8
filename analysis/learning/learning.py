"""The job that learns from what was coded so far: it draws the learning curve and lets suggestions be made anew."""

from dataclasses import asdict

from analysis.code_books.versions import edition_named
from analysis.learning.choosing import Here, begun, beneath, decided_of
from analysis.learning.curve import learning_curve
from analysis.learning.curve_chart import curve_chart
from analysis.learning.refit import as_answers, before
from analysis.learning.seeds import seeds_of
from analysis.learning.tables import Learning
from analysis.learning.training_rows import training_rows
from analysis.local_model.connecting import CONNECTION
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue, this_hour
from surveys.definition.published import GONE, PublishedSurvey, definition_of

JOB = "learn"


def learn(bench: Bench, survey_id: str) -> None:
    """The job, for the survey of this id (hex). Safe to run again; the same decisions give the same curve."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        if row is None or row.state in GONE:
            return
        edition = edition_named(session, definition_of(row).standard)
        seeds = seeds_of(session, row.consultation_id, edition.name)
        base = begun(bench, edition, seeds)
        here = Here(session, bench.vault, row, edition, bench.context.get(CONNECTION))
        first = beneath(here, base)
        decided = decided_of(here, training_rows(session, row.id, edition.name))
    found = None
    if decided.enough():
        bench.progress(1, 3)
        earlier = before([each for (each,) in first.suggester.suggest(as_answers(decided), reasons=False)], edition)
        points = learning_curve(decided, earlier, decided.truths(edition))
        bench.progress(2, 3)
        found = Learning(
            survey_id=bytes.fromhex(survey_id),
            standard=edition.name,
            decisions=len(decided.passages),
            points=[asdict(point) for point in points],
            chart=curve_chart(points),
            made_at=this_hour(),
        )
    with session_for(bench.engine) as session:
        if found is not None:
            session.merge(found)
        enqueue(session, "take in", survey_id)
