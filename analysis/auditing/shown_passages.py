"""Passages as the pages of an audit show them: their words in their answer, and nothing that anybody said of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, current_app, request
from sqlalchemy.orm import Session

from analysis.auditing.settling import Codes
from analysis.coding.code_passages import passages_of_answer
from analysis.coding.suggestion import STANCES
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of, texts_asked
from surveys.definition.wording import say
from surveys.intake.read import ReadResponse, read_one


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer: its words, and the id (hex) of the passage it is, or nothing."""

    words: str
    passage: str = ""
    link: bool = False


@dataclass(frozen=True)
class ShownPassage:
    """One passage: the question as it was put, who answered, and the answer in pieces."""

    id: str
    wording: str
    audience: str
    pieces: list[Piece]

    @property
    def words(self) -> str:
        """Its own words."""
        return next(piece.words for piece in self.pieces if piece.passage == self.id)


def show(session: Session, row: PublishedSurvey, here: Passage, *, linked: bool = False) -> ShownPassage:
    """A passage in its answer, the other passages of which may be links. Raises `NoResultFound` where it is gone."""
    opener: Opener = current_app.extensions["vault"].opener(row.id)
    response = read_one(session, here.response_id, opener)
    question = texts_asked(session, row.id).get(here.question)
    return ShownPassage(
        here.id.hex(),
        say(question.wording, response.audience) if question else "",
        definition_of(row).audience_names().get(response.audience or "", _("Not said")),
        _pieces(session, here, response, linked),
    )


def _pieces(session: Session, here: Passage, response: ReadResponse, linked: bool) -> list[Piece]:
    text, pieces, at = str(response.answers[here.question]), [], 0
    for passage in passages_of_answer(session, here):
        pieces.append(Piece(text[at : passage.start]))
        words = text[passage.start : passage.end]
        pieces.append(Piece(words, passage.id.hex(), linked and passage.id != here.id))
        at = passage.end
    return [piece for piece in (*pieces, Piece(text[at:])) if piece.words]


def codes_sent(edition: Edition, fields: Mapping[str, list[str]], *, nothing: bool = False) -> Codes:
    """The codes that a form gives; `nothing`: whatever is ticked, none of them. Refuses what no form offers."""
    stance = (fields.get("stance") or [""])[0]
    sections, themes = (frozenset(() if nothing else fields.get(name, ())) for name in ("section", "theme"))
    known = sections <= set(edition.section_codes) and themes <= set(edition.theme_codes)
    if not known or stance not in ("", *STANCES):
        abort(400)
    return Codes(sections, themes, stance)


def fields_sent() -> dict[str, list[str]]:
    """The fields of this request's form, each with every value."""
    return {name: request.form.getlist(name) for name in request.form}


def key_of(name: str) -> bytes:
    """An id out of an address; what is none is not there."""
    try:
        return bytes.fromhex(name)
    except ValueError:
        abort(404)
