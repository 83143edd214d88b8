"""What the page of one passage shows: its response, the suggestion where it is wanted, and what the coder has said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request

from analysis.coding import acts, code_passages, counting, marks, safety
from analysis.coding.code_passages import Decision
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.identifier import KINDS
from analysis.coding.marking import Part, marked
from analysis.coding.memos import memo_of
from analysis.coding.origins import origin_said
from analysis.coding.pacing import minutes_at_it
from analysis.coding.seat import Room, Seat
from analysis.coding.splitting import next_in_answer
from analysis.coding.stances import stances
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.learning.near_examples import Asked, NearExample, near_examples
from analysis.standard.edition import Edition
from safekeeping.database import kept
from safekeeping.languages import gettext as _
from surveys.definition.published import texts_asked
from surveys.definition.wording import say

Trace = tuple[int, int, str]
#: Keys of the themes of the section chosen last, and of the stances: two rows of a keyboard.
THEME_KEYS, STANCE_KEYS = "qwertyio", "zxcv"


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer as the desk shows it: plain, or a passage with the section it is marked by.

    `veiled`: it may speak of danger and this coder has not chosen to read it; its words are not here.
    """

    parts: list[Part]
    passage: Passage | None = None
    mark: str = ""
    veiled: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer of the response: what was asked, and what was written."""

    asked: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Around:
    """The passages of the response, and what is known of each by its id."""

    passages: list[Passage]
    codings: Mapping[bytes, Coding]
    suggestions: Mapping[bytes, Suggestion]
    veiled: set[bytes]

    def mark(self, passage: Passage, edition: Edition) -> str:
        """By which colour a passage is marked: what this coder says of it, or else the machine."""
        said = self.codings.get(passage.id) or self.suggestions.get(passage.id)
        known = [code for code in said.sections if code in edition.section_codes] if said else []
        return f"s{edition.section_codes.index(known[0]) + 1}" if known else ""


def _veiled(passages: Sequence[Passage]) -> set[bytes]:
    held = safety.held(kept(), passages)
    return held - acts.opened(kept(), passages, g.person.id) if held else held


def around(seat: Seat) -> Around:
    """Everything about the response that one page needs, the machine's part only where it is wanted."""
    passages = code_passages.passages_of_response(kept(), seat.row.id, seat.here.passage.response_id)
    every = {} if seat.habit.hint_hidden else code_passages.suggestions_for(kept(), passages)
    suggestions = {key: each for key, each in every.items() if code_passages.speaks_of(each, seat.edition)}
    codings = code_passages.latest_codings(kept(), passages, g.person.id)
    return Around(passages, codings, suggestions, _veiled(passages))


def shown(seat: Seat, found: Around, picked: Decision | None, *, traces: bool = True) -> dict[str, Any]:
    """What the template is given. `picked`: what was ticked and is not saved yet."""
    here = seat.here.passage
    coding, suggestion = found.codings.get(here.id), found.suggestions.get(here.id)
    held = _traces(here)
    answers = list(_answers(seat, found, held if traces else []))
    return {
        "edition": seat.edition,
        "here": here,
        "answers": answers,
        "held": sorted({why for _start, _end, why in held}),
        "traces": traces,
        "audience": seat.survey.audience_names().get(seat.response.audience or "", _("Not said")),
        "coding": coding,
        "picked": picked or _decided(coding),
        "suggestion": suggestion,
        "waits": suggestion is None and not seat.habit.hint_hidden,
        **_reasons(seat, suggestion),
        "again": _again(seat),
        "memo": memo_of(kept(), seat.opener, here, g.person.id),
        "marked_for": marks.on(kept(), [here.id]).get(here.id, set()),
        "may_merge": next_in_answer(kept(), seat.row.id, here) is not None,
        **_neighbours(seat, answers),
        **common(seat),
    }


def _reasons(seat: Seat, suggestion: Suggestion | None) -> dict[str, Any]:
    """Why the machine suggests what it does, and the nearest coded examples for whoever asks."""
    asked, here = request.args.get("why") == "on", seat.here.passage
    if suggestion is None:
        return {"why": [], "asked_why": asked, "near": None, "origin": ""}
    words = seat.answer[here.start : here.end]
    return {
        "why": [words[start:end] for start, end in suggestion.reasons],
        "asked_why": asked,
        "near": _near(seat, words, suggestion) if asked and suggestion.confidence else None,
        "origin": origin_said(suggestion.model),
    }


def _near(seat: Seat, words: str, suggestion: Suggestion) -> list[NearExample] | None:
    """The nearest coded examples; None where no suggester is kept yet."""
    models = current_app.extensions["settings"].instance / "models"
    asked = Asked(seat.here.passage, words, suggestion, seat.edition, g.person.id)
    return near_examples(kept(), seat.opener, models, asked)


def _again(seat: Seat) -> Callable[..., str]:
    """This page once more, asked for in another way."""
    asked = {name: request.args[name] for name in ("marks", "why") if name in request.args}
    return lambda **changed: seat.way_to(seat.here.passage, **asked | changed)


def common(room: Room) -> dict[str, Any]:
    """What every page of the desk shows: the survey, how far this coder is, how they like it, if a break is due."""
    moments = acts.moments(kept(), room.row.id, g.person.id, room.now)
    minutes = minutes_at_it(moments, room.now)
    return {
        "survey": room.survey,
        "way": room.way,
        "way_to": room.way_to,
        "progress": counting.progress(kept(), room.row.id, g.person.id),
        "today": room.today,
        "pace": room.pace,
        "full": room.is_full,
        "minutes": minutes if 0 < room.pace.break_after <= minutes else 0,
        "habit": room.habit,
        "stances": stances(),
        "theme_keys": THEME_KEYS,
        "stance_keys": STANCE_KEYS,
        "may_undo": acts.last_act(kept(), room.row.id, g.person.id) is not None,
    }


def _decided(coding: Coding | None) -> Decision:
    return Decision(tuple(coding.sections), tuple(coding.themes), coding.stance) if coding else Decision()


def _traces(here: Passage) -> list[Trace]:
    """Where the passage may hold a name or a number, and what it may be."""
    flags = kept().get(PassageFlags, here.id)
    return [(start, end, _(KINDS[kind])) for start, end, kind in flags.identifiers] if flags else []


def _answers(seat: Seat, found: Around, traces: list[Trace]) -> Iterator[Answer]:
    """The free-text answers of the response, as they were asked for, with the passages in them."""
    for name, question in texts_asked(kept(), seat.row.id).items():
        inside = [each for each in found.passages if each.question == name]
        if inside and name in seat.response.answers:
            pieces = _pieces(seat, str(seat.response.answers[name]), inside, found, traces)
            yield Answer(say(question.wording, seat.response.audience), pieces)


def _pieces(seat: Seat, text: str, inside: list[Passage], found: Around, traces: list[Trace]) -> list[Piece]:
    pieces, at = [], 0
    for passage in inside:
        veiled = passage.id in found.veiled
        words = "" if veiled else text[passage.start : passage.end]
        parts = marked(words, traces if passage.id == seat.here.passage.id else [])
        pieces.append(Piece(marked(text[at : passage.start], [])))
        pieces.append(Piece(parts, passage, found.mark(passage, seat.edition), veiled))
        at = passage.end
    return [piece for piece in (*pieces, Piece(marked(text[at:], []))) if piece.parts or piece.veiled]


def _neighbours(seat: Seat, answers: list[Answer]) -> dict[str, Passage | None]:
    """The passages before and after this one, as the page shows them; at its edges those of the next responses."""
    here, survey_id = seat.here.passage, seat.row.id
    read = [piece.passage for answer in answers for piece in answer.pieces if piece.passage]
    at = next((number for number, each in enumerate(read) if each.id == here.id), 0)
    first, last = not at, at + 1 >= len(read)
    return {
        "before": code_passages.of_response_before(kept(), survey_id, here.response_id) if first else read[at - 1],
        "after": code_passages.of_next_response(kept(), survey_id, here.response_id) if last else read[at + 1],
    }
