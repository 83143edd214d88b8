"""The quotes that may be shown: the only way by which somebody's words reach findings and reports."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.quoting.shingles import unapproved_words
from analysis.quoting.standing import Standing, standing_of, standings
from analysis.quoting.tables import ProposedQuote, QuoteRelease
from analysis.quoting.texts import open_words, version_text
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.definition.questions import OneChoice
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.texts import texts_of
from surveys.definition.wording import say
from surveys.intake.read import read_all


@dataclass(frozen=True)
class Quote:
    """One released quote. `id` names it in the ledger; `section` and `theme` are codes of the standard, the theme may
    be empty; `attribution` is what stands under it, or empty."""

    id: str
    section: str
    theme: str
    text: str
    attribution: str


def released_quotes(
    session: Session, survey_id: bytes, opener: Opener, codes: Collection[str] | None = None
) -> list[Quote]:
    """Every quote of a survey that may be shown, by section and then in an order that says nothing; with `codes`, those
    about one of these sections or themes."""
    survey = definition_of(session.get_one(PublishedSurvey, survey_id))
    found = [each for each in standings(session, survey_id) if each.release is not None]
    if codes is not None:
        found = [each for each in found if {each.version.section, each.version.theme} & {*codes}]
    quotes = list(_opened(session, survey, opener, found))
    return sorted(quotes, key=lambda each: (each.section, each.id))


def released_quote(session: Session, survey_id: bytes, opener: Opener, release_id: bytes) -> Quote | None:
    """One of them by its id in the ledger; None where it is shown no more."""
    release = session.get(QuoteRelease, release_id)
    if release is None:
        return None
    try:
        standing = standing_of(session, survey_id, release.quote_id)
    except NoResultFound:  # it is of another survey
        return None
    survey = definition_of(session.get_one(PublishedSurvey, survey_id))
    return next(_opened(session, survey, opener, [standing]), None)


def sources_of(session: Session, survey_id: bytes) -> frozenset[str]:
    """The ids (in hex) of the responses that released quotes of a survey are from."""
    mine = select(QuoteRelease.response_id).join(ProposedQuote, ProposedQuote.id == QuoteRelease.quote_id)
    return frozenset(each.hex() for each in session.scalars(mine.where(ProposedQuote.survey_id == survey_id)))


def _opened(session: Session, survey: Survey, opener: Opener, found: Iterable[Standing]) -> Iterator[Quote]:
    for each in found:
        release, version = each.release, each.version
        if release is None:
            continue
        try:
            text = version_text(session, opener, each.quote, version)
            told = json.loads(open_words(session, opener, each.quote, release.sealed, release.id))
        except NoResultFound:  # its response is being withdrawn
            continue
        yield Quote(release.id.hex(), version.section, version.theme, text, attribution(survey, dict(told)))


def attribution(survey: Survey, told: dict[str, str]) -> str:
    """What stands under a quote, in words: the audience, and a closed question with its answer."""
    audience = told.get(AUDIENCE)
    names = [survey.audience_names()[audience]] if audience in survey.audience_names() else []
    for name, value in told.items():
        question = survey.question(name)
        if isinstance(question, OneChoice):
            labels = {choice.value: say(choice.label, audience) for choice in question.choices}
            names += [f"{say(question.wording, audience)} {labels[value]}"] if value in labels else []
    return " · ".join(names)


def closed_questions(survey: Survey, answers: dict[str, object]) -> dict[str, str]:
    """Name -> question and answer, of what somebody answered and may stand under their quote."""
    about = survey.quoting.question if survey.quoting else ""
    asked = (each for each in survey.questions if isinstance(each, OneChoice) and each.name != about)
    audience = answers.get(AUDIENCE)
    told = {each.name: str(answers[each.name]) for each in asked if isinstance(answers.get(each.name), str)}
    who = {AUDIENCE: audience} if isinstance(audience, str) else {}
    said = {name: attribution(survey, {**who, name: value}) for name, value in told.items()}
    of_whom = attribution(survey, who)
    return {name: words.removeprefix(f"{of_whom} · ") for name, words in said.items() if words != of_whom}


def unapproved_in(session: Session, survey_id: bytes, opener: Opener, text: str, ours: Iterable[str] = ()) -> list[str]:
    """Stretches of a text that is to be published which somebody wrote and nobody approved; for a job, as it reads all
    answers. `ours`: texts that are nobody's answers, beside the survey's own."""
    survey = definition_of(session.get_one(PublishedSurvey, survey_id))
    asked = (words for _place, wording in texts_of(survey) for words in wording.values())
    released = (each.text for each in released_quotes(session, survey_id, opener))
    written = (
        answer
        for response in read_all(session, survey_id, opener)
        for answer in response.answers.values()
        if isinstance(answer, str)
    )
    return unapproved_words(text, written, [*released, *asked, *ours])


def quotes_by_section(sections: Mapping[str, str], quotes: Iterable[Quote]) -> list[tuple[str, list[Quote]]]:
    """The title of each section (code -> title, in order) with its quotes."""
    every = list(quotes)
    return [(title, [each for each in every if each.section == code]) for code, title in sections.items()]
