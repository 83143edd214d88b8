"""What goes into a report, as hashes and identities: responses, definition, code book, suggester, audit, libraries.

Responses are hashed as they rest, sealed: nothing is opened for it, and the hash says nothing to whoever lacks them.
"""

import platform
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.designing import draws, samples
from analysis.coding.tables import Passage, Suggestion
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey
from surveys.intake.tables import Response

Progress = Callable[[int, int], None]

RESPONSES, DEFINITION, BOOK, SUGGESTER = "Responses", "Survey", "Code book", "Suggester"
#: Why figures can differ where an input does, for whoever checks: the beginning of its name -> a sentence.
WHY = {
    RESPONSES: _("The responses are other ones: answers came since, were let in, or somebody took theirs back."),
    DEFINITION: _("The survey was corrected since."),
    BOOK: _("The code book has another version now."),
    SUGGESTER: _("Another model suggests now, or it has learnt since."),
    "Audit": _("The audit sample was extended, or another one was drawn."),
}
#: Words that stand in the manifest's annex, for translators.
NAMED = (_("Responses"), _("Survey"), _("Code book"), _("Suggester"))
LIBRARIES = ("heard", "matplotlib", "scikit-learn", "numpy", "scipy", "nltk", "python-docx", "python-pptx", "typst")
AT_ONCE = 1000


def inputs_of(
    session: Session, row: PublishedSurvey, book: str, progress: Progress = lambda done, total: None
) -> dict[str, str]:
    """What goes in -> its hash or identity. `book`: SHA-256 of the code book in use."""
    named = {
        RESPONSES: responses_hash(session, row.id, progress),
        DEFINITION: row.definition_hash,
        BOOK: book,
        SUGGESTER: ", ".join(_models(session, row.id)) or "none",
    }
    for sample in samples(session, row.id):
        for draw in draws(session, sample.id):
            if draw.sealed:
                named[f"Audit {sample.number}.{draw.number} frame"] = draw.frame_hash
                # the seed itself would say whom an extension draws next
                named[f"Audit {sample.number}.{draw.number} seed"] = sha256(draw.seed).hexdigest()
    return named


def responses_hash(session: Session, survey_id: bytes, progress: Progress = lambda done, total: None) -> str:
    """SHA-256 of the ids and sealed contents of the responses that count, in the order of their random ids."""
    counted = select(Response.id, Response.tag, Response.ciphertext)
    counted = counted.where(Response.survey_id == survey_id, Response.set_aside.is_(False)).order_by(Response.id)
    found, done = sha256(), 0
    with session.execute(counted.execution_options(yield_per=AT_ONCE)) as rows:
        for some in rows.partitions():
            for response_id, tag, ciphertext in some:
                found.update(response_id + sha256(tag + ciphertext).digest())
            done += len(some)
            progress(done, 0)
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Python and the libraries that figures and files come from -> their versions."""
    return {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _models(session: Session, survey_id: bytes) -> list[str]:
    """The models whose suggestions are there."""
    mine = select(Suggestion.model).join(Passage, Passage.id == Suggestion.passage_id)
    mine = mine.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    return sorted(session.scalars(mine.distinct()))
