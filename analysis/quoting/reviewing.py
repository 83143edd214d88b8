"""What the second person does: apply the test of the reader who lived it, and approve, send back or refuse."""

from collections.abc import Mapping

from analysis.coding.tables import HISTORY, Passage
from analysis.quoting.allowed import check_allowed
from analysis.quoting.checklist import APPROVED, ASKED, NotYet, check
from analysis.quoting.proposing import Desk
from analysis.quoting.standing import ASKED as WAITS
from analysis.quoting.standing import Standing, editors, standings, taken_chapter
from analysis.quoting.tables import QuoteReview
from analysis.quoting.texts import seal_words, written
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.vault import random_id

#: The kind of job that releases what was approved.
JOB = "release quotes"


def check_person(desk: Desk, standing: Standing) -> None:
    """Raises `NotYet` where this person proposed the quote or changed any version of it."""
    if desk.person in editors(desk.session, standing.quote):
        raise NotYet(_("You proposed or changed this quote yourself. Somebody else has to look at it."))


def review(desk: Desk, standing: Standing, verdict: str, answers: Mapping[str, str], reason: str) -> QuoteReview:
    """Give a verdict on the newest version. Raises `NotYet`, and `NotAllowed` where it may not be quoted any more.

    What is approved is released by a job, which counts how many people share what is to stand under it.
    """
    if standing.state != WAITS:
        raise NotYet(_("Nobody waits for a verdict on this quote at the moment."))
    check_person(desk, standing)
    check(verdict, answers, reason)
    if verdict == APPROVED:
        _check_approval(desk, standing)
    row_id, quote, version = random_id(), standing.quote, standing.version
    row = QuoteReview(
        id=row_id,
        quote_id=quote.id,
        version_id=version.id,
        edited_by=version.staff_id,
        proposed_by=quote.proposed_by,
        staff_id=desk.person,
        verdict=verdict,
        answers={key: answers[key] for key in ASKED if key in answers},
        sealed=seal_words(desk.session, desk.opener, quote, reason, row_id),
        reviewed_at=desk.now,
    )
    desk.session.add(row)
    desk.session.flush()
    if verdict == APPROVED:
        enqueue(desk.session, JOB, desk.survey_id.hex())
    return row


def _check_approval(desk: Desk, standing: Standing) -> None:
    passage = desk.session.get_one(Passage, standing.quote.passage_id, execution_options=HISTORY)
    check_allowed(desk.session, passage, written(desk.session, desk.opener, standing.quote))
    if taken_chapter(desk.session, standing, standings(desk.session, desk.survey_id)):
        raise NotYet(
            _("Another quote of the same person is released in this section. One of each person is enough there.")
        )
