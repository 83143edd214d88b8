"""What the first person does: propose a passage for quoting, change what would be released, ask a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from analysis.quoting.allowed import NotAllowed, check_allowed
from analysis.quoting.checklist import APPROVED, REFUSED
from analysis.quoting.further_clues import proposals
from analysis.quoting.ledger import end_release
from analysis.quoting.replacing import Edit, checked
from analysis.quoting.standing import ASKED, RELEASED, Standing, standing_of
from analysis.quoting.tables import ProposedQuote, QuoteVersion
from analysis.quoting.texts import Written, seal_version, version_edits, written
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener, random_id
from surveys.intake.read import read_one


@dataclass(frozen=True)
class Desk:
    """Who works on the quotes of a survey, with what opens its answers, and when."""

    session: Session
    opener: Opener
    person: bytes
    now: datetime

    @property
    def survey_id(self) -> bytes:
        """Whose quotes."""
        return self.opener.survey_id


@dataclass(frozen=True)
class Where:
    """Under which section and theme (or none) a quote stands, and what should stand under it."""

    section: str
    theme: str = ""
    by_audience: bool = True
    by_question: str = ""


def propose(desk: Desk, passage: Passage, where: Where) -> ProposedQuote:
    """A quote of this passage, with everything replaced that was found in it. Raises `NotAllowed`."""
    response = read_one(desk.session, passage.response_id, desk.opener)
    found = Written(response, passage.question, passage.start, passage.end)
    check_allowed(desk.session, passage, found)
    if desk.session.scalar(select(ProposedQuote.id).where(ProposedQuote.passage_id == passage.id)):
        raise NotAllowed(_("This passage is proposed already."))
    quote = ProposedQuote(
        id=random_id(),
        survey_id=desk.survey_id,
        response_id=passage.response_id,
        passage_id=passage.id,
        may_quote=True,
        proposed_by=desk.person,
        proposed_at=desk.now,
    )
    desk.session.add(quote)
    desk.session.flush()
    edits = checked(found.text, proposals(found.answer, found.start, found.end))
    _add_version(desk, quote, 1, where, (found.text, edits))
    return quote


def _add_version(
    desk: Desk,
    quote: ProposedQuote,
    number: int,
    where: Where,
    told: tuple[str, Sequence[Edit]],
    *,
    asked: bool = False,
) -> QuoteVersion:
    version = QuoteVersion(
        id=random_id(),
        quote_id=quote.id,
        number=number,
        staff_id=desk.person,
        section=where.section,
        theme=where.theme,
        by_audience=where.by_audience,
        by_question=where.by_question,
        asked=asked,
        made_at=desk.now,
    )
    seal_version(desk.session, desk.opener, quote, version, told)
    return version


def where_of(version: QuoteVersion) -> Where:
    """Where a version puts its quote."""
    return Where(version.section, version.theme, version.by_audience, version.by_question)


def keep(desk: Desk, standing: Standing, edits: Sequence[Edit], where: Where, *, ask: bool = False) -> Standing:
    """Keep what somebody changed, as a new version; with `ask`, put it to a second person.

    Nothing is kept twice. Whatever was approved before, or released, has to be approved again, and is shown no more.
    Raises `BadEdit`, and `NotAllowed` where the quote was refused.
    """
    if standing.state == REFUSED:
        raise NotAllowed(_("This quote was refused. It cannot be changed."))
    found = written(desk.session, desk.opener, standing.quote)
    ordered = checked(found.text, edits)
    version = standing.version
    before = version_edits(desk.session, desk.opener, standing.quote, version)
    same = where == where_of(version) and ordered == before
    if same and (not ask or standing.state in (ASKED, APPROVED, RELEASED)):
        return standing
    if not same or standing.review is not None:
        end_release(desk.session, standing)
        told = (found.text, ordered)
        _add_version(desk, standing.quote, version.number + 1, where, told, asked=ask)
    elif ask:
        version.asked = True
    desk.session.flush()
    return standing_of(desk.session, desk.survey_id, standing.quote.id)


def take_back(desk: Desk, standing: Standing) -> Standing:
    """Show a released quote no more. It can be put to a second person again."""
    end_release(desk.session, standing)
    found = written(desk.session, desk.opener, standing.quote)
    edits = version_edits(desk.session, desk.opener, standing.quote, standing.version)
    number = standing.version.number + 1
    _add_version(desk, standing.quote, number, where_of(standing.version), (found.text, edits))
    return standing_of(desk.session, desk.survey_id, standing.quote.id)
