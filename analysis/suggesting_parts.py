"""The job that suggests for passages that a coder has cut anew. It counts nothing, so no figure changes by it."""

from sqlalchemy import select

from analysis.coding.tables import Passage, Suggestion
from analysis.coding_answers import BATCH, code_batch, line_for
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from surveys.definition.published import GONE, PublishedSurvey, definition_of, texts_asked
from surveys.intake.read import read_wanted
from surveys.intake.tables import Response


def suggest_parts(bench: Bench, survey_id: str) -> None:
    """Suggest for the passages in use of the survey of this id (hex) that have no suggestion. Safe to run again."""
    wanted = bytes.fromhex(survey_id)
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, wanted)
        if row is None or row.state in GONE:
            return
        survey, asked, opener = definition_of(row), texts_asked(session, row.id), bench.vault.opener(row.id)
        of_it = select(Passage.response_id).join(Response, Response.id == Passage.response_id)
        without = of_it.outerjoin(Suggestion, Suggestion.passage_id == Passage.id).where(
            Suggestion.passage_id.is_(None)
        )
        those = without.where(Response.survey_id == wanted, Response.set_aside.is_(False)).distinct().limit(BATCH)
        responses = list(read_wanted(session, select(Response).where(Response.id.in_(those)), opener))
    if responses:
        code_batch(line_for(bench, wanted, survey, asked), responses, flagging=False)
