"""Codings from elsewhere beside those that are here: which are new, which are here already, and keeping the new.

They are kept as decisions of colleagues with an account: whoever reads a coding, or how far coders agree, can ask them.
Of two decisions of one coder about one passage the newer counts, wherever it was made. So the same file brought twice
adds nothing, and a file made before a decision here does not undo it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.code_books.versions import pin
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.exchange.code_tree import code_tree, guids_of
from analysis.exchange.guids import Mark, guid_of_model, guid_of_text
from analysis.exchange.matching import Decided, Matched, Span, TextHere, codes_known, ends_of_name, match
from analysis.exchange.project import Project, Source
from analysis.exchange.written_text import Written
from analysis.standard.edition import Edition
from safekeeping.database import in_parts
from safekeeping.vault import Opener
from surveys.definition.published import texts_asked
from surveys.intake.read import read_all
from surveys.intake.tables import Response

#: What such a decision did with a suggestion: nothing that is known.
BROUGHT = "brought"


@dataclass(frozen=True)
class NewDecision:
    """One to be kept. Files say no stance, so that of the decision here stays. `at`: when it was made, where known."""

    passage_id: bytes
    sections: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str
    at: datetime | None


@dataclass
class Weighed:
    """What of one coder's decisions is new, the same as here, or older than another decision here."""

    new: list[NewDecision] = field(default_factory=list)
    same: int = 0
    older: int = 0


def match_here(
    session: Session, survey_id: bytes, opener: Opener, mark: Mark, project: Project, edition: Edition
) -> Matched:
    """What of a project is of this survey."""
    by_guid = _texts_here(session, survey_id, opener, mark, project)
    by_end = {guid[-12:]: text for guid, text in by_guid.items()}

    def text_here(source: Source) -> TextHere | None:
        ends = (by_end[end] for end in ends_of_name(source.name) if end in by_end)
        return by_guid.get(source.guid) or next(ends, None)

    return match(project, text_here, codes_known(project, code_tree(edition), guids_of(edition)))


def _texts_here(
    session: Session, survey_id: bytes, opener: Opener, mark: Mark, project: Project
) -> dict[str, TextHere]:
    """The texts of the survey that the project may hold, by guid."""
    guids = {source.guid for source in project.sources}
    ends = {end for source in project.sources for end in ends_of_name(source.name)}
    names = texts_asked(session, survey_id).keys()
    passages = _passages(session, survey_id)
    found: dict[str, TextHere] = {}
    for response in read_all(session, survey_id, opener):
        for name in names & response.answers.keys():
            guid = guid_of_text(mark, survey_id, response.id, name)
            words = response.answers[name]
            if isinstance(words, str) and (guid in guids or guid[-12:] in ends):
                found[guid] = _text_here(words, passages.get((response.id, name), ()))
    return found


def _passages(session: Session, survey_id: bytes) -> dict[tuple[bytes, str], list[tuple[bytes, int, int]]]:
    columns = select(Passage.response_id, Passage.question, Passage.id, Passage.start, Passage.end)
    of_it = columns.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    found: dict[tuple[bytes, str], list[tuple[bytes, int, int]]] = {}
    for response_id, question, key, start, end in session.execute(of_it.order_by(Passage.start)):
        found.setdefault((response_id, question), []).append((key, start, end))
    return found


def _text_here(words: str, passages: Iterable[tuple[bytes, int, int]]) -> TextHere:
    written = Written(words)
    spans = (Span(key, written.there(start), written.there(end)) for key, start, end in passages)
    return TextHere(written.text, tuple(spans))


def models_here(session: Session, survey_id: bytes) -> frozenset[str]:
    """The guids under which models' suggestions leave this survey: they come back as nobody's."""
    found = select(Suggestion.model).join(Passage, Passage.id == Suggestion.passage_id)
    of_it = found.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    return frozenset(guid_of_model(each) for each in session.scalars(of_it.distinct()))


def weigh(
    session: Session, matched: Matched, staff_of: Mapping[str, bytes], edition: Edition, now: datetime
) -> dict[str, Weighed]:
    """Guid of a user of the file -> how their decisions stand to those of the colleague they are here."""
    here = _newest(session, {passage for passage, _user in matched.decisions}, set(staff_of.values()), edition)
    weighed = {user: Weighed() for user in staff_of}
    for (passage_id, user), decided in sorted(matched.decisions.items()):
        if user in staff_of:
            _weigh_one(weighed[user], here.get((passage_id, staff_of[user])), passage_id, decided, edition, now)
    return weighed


def _weigh_one(
    weighed: Weighed, here: Coding | None, passage_id: bytes, decided: Decided, edition: Edition, now: datetime
) -> None:
    sections, themes = edition.sections_and_themes(decided.codes)
    at = decided.at if decided.at and decided.at <= now else None
    if here is None:
        weighed.new.append(NewDecision(passage_id, sections, themes, "", at))
    elif (tuple(here.sections), tuple(here.themes)) == (sections, themes):
        weighed.same += 1
    elif at is not None and at < here.coded_at.replace(microsecond=0):
        weighed.older += 1
    else:
        later = at if at and at > here.coded_at else None
        weighed.new.append(NewDecision(passage_id, sections, themes, here.stance, later))


def _newest(
    session: Session, passages: set[bytes], staff: set[bytes], edition: Edition
) -> dict[tuple[bytes, bytes], Coding]:
    """Passage and coder -> their newest decision here for this standard."""
    found: dict[tuple[bytes, bytes], Coding] = {}
    for some in in_parts(sorted(passages)):
        wanted = select(Coding).where(Coding.passage_id.in_(some), Coding.standard == edition.name)
        for coding in session.scalars(wanted.order_by(Coding.coded_at, Coding.id)):
            if coding.staff_id in staff:
                found[coding.passage_id, coding.staff_id] = coding
    return found


def keep(
    session: Session, weighed: Mapping[str, Weighed], staff_of: Mapping[str, bytes], edition: Edition, now: datetime
) -> int:
    """Keep what is new; how many decisions that were. One whose time is not known, or not newer than what is here, is
    kept as of now."""
    book = pin(session, edition.name).sha256
    rows = [
        Coding(
            passage_id=made.passage_id,
            staff_id=staff_of[user],
            sections=list(made.sections),
            themes=list(made.themes),
            stance=made.stance,
            act=BROUGHT,
            standard=edition.name,
            book=book,
            coded_at=made.at or now,
        )
        for user, each in weighed.items()
        for made in each.new
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def coded_by(matched: Matched) -> Counter[str]:
    """Guid of a user of the file -> about how many passages they decided."""
    return Counter(user for _passage, user in matched.decisions)
