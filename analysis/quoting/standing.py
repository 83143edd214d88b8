"""How each quote of a survey stands: its newest version, what the second person said of it, and whether it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.quoting.checklist import APPROVED, BACK, REFUSED
from analysis.quoting.tables import ProposedQuote, QuoteRelease, QuoteReview, QuoteVersion
from safekeeping.languages import gettext as _

PREPARED, ASKED, RELEASED = "prepared", "asked", "released"
#: How a quote can stand, as a list says it, in the order in which somebody has to do something.
STATES = {
    ASKED: _("Waits for a second person"),
    BACK: _("Sent back"),
    PREPARED: _("Being prepared"),
    APPROVED: _("Approved, not released yet"),
    RELEASED: _("Released"),
    REFUSED: _("Refused"),
}


@dataclass(frozen=True)
class Standing:
    """One quote with its newest version, the review of that one, and its release; None for what is not there."""

    quote: ProposedQuote
    version: QuoteVersion
    review: QuoteReview | None
    release: QuoteRelease | None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.release is not None:
            return RELEASED
        if self.review is not None:
            return self.review.verdict
        return ASKED if self.version.asked else PREPARED


def _newest(survey_id: bytes) -> Select[ProposedQuote, QuoteVersion, QuoteReview, QuoteRelease]:
    number = select(func.max(QuoteVersion.number)).where(QuoteVersion.quote_id == ProposedQuote.id)
    found = select(ProposedQuote, QuoteVersion, QuoteReview, QuoteRelease)
    found = found.join(QuoteVersion, QuoteVersion.quote_id == ProposedQuote.id)
    found = found.outerjoin(QuoteReview, QuoteReview.version_id == QuoteVersion.id)
    found = found.outerjoin(QuoteRelease, QuoteRelease.quote_id == ProposedQuote.id)
    number = number.correlate(ProposedQuote)
    return found.where(ProposedQuote.survey_id == survey_id, QuoteVersion.number == number.scalar_subquery())


def standings(session: Session, survey_id: bytes) -> list[Standing]:
    """Every quote of a survey, in the order in which somebody has to do something, the newest first."""
    order = list(STATES)
    newest = _newest(survey_id).order_by(QuoteVersion.made_at.desc(), ProposedQuote.id)
    rows = session.execute(newest).all()
    found = [Standing(quote, version, review, release) for quote, version, review, release in rows]
    return sorted(found, key=lambda each: order.index(each.state))


def standing_of(session: Session, survey_id: bytes, quote_id: bytes) -> Standing:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    row = session.execute(_newest(survey_id).where(ProposedQuote.id == quote_id)).one()
    quote, version, review, release = row
    return Standing(quote, version, review, release)


def editors(session: Session, quote: ProposedQuote) -> set[bytes]:
    """Whoever proposed the quote or changed it: none of them can be its second person."""
    mine = select(QuoteVersion.staff_id).where(QuoteVersion.quote_id == quote.id)
    return {quote.proposed_by, *session.scalars(mine)}


def waiting_for(session: Session, survey_id: bytes, person: bytes) -> int:
    """How many quotes wait for a second person and could be looked at by this one."""
    waits = (each for each in standings(session, survey_id) if each.state == ASKED)
    return sum(person not in editors(session, each.quote) for each in waits)


def taken_chapter(session: Session, standing: Standing, others: Iterable[Standing]) -> bool:
    """Whether another quote of the same response is approved or released under the same section."""
    return any(
        each.quote.id != standing.quote.id
        and each.quote.response_id == standing.quote.response_id
        and each.version.section == standing.version.section
        and each.state in (APPROVED, RELEASED)
        for each in others
    )
