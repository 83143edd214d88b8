"""Found places, opened again for one page: their words, and what stands around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.marking import Part, marked
from analysis.coding.tables import Passage
from analysis.reading.asked import Asked
from analysis.reading.concordance import Line, line_at
from analysis.reading.places import Place
from analysis.reading.selecting import Coded, Wave, wanted_places
from safekeeping.database import in_parts
from surveys.intake.read import ReadResponse, read_wanted
from surveys.intake.tables import Response

CONTEXT = 160  # code points of the answer on either side of a passage


@dataclass(frozen=True)
class Found:
    """One passage as the page shows it: what is around it in its answer, its words with marks, and its codes."""

    wave: str
    id: str
    before: str
    parts: list[Part]
    after: str
    audience: str
    question: str
    codes: tuple[str, ...]
    stances: tuple[str, ...]


@dataclass(frozen=True)
class KwicLine:
    """One line of a concordance, and the passage it is in."""

    wave: str
    id: str
    line: Line


@dataclass(frozen=True)
class _Opened:
    """One passage with its answer."""

    coded: Coded
    response: ReadResponse

    @property
    def text(self) -> str:
        return str(self.response.answers.get(self.coded.question, ""))


def shown_passages(session: Session, waves: Sequence[Wave], asked: Asked, places: Iterable[Place]) -> list[Found]:
    """The passages at these places, in this order, what was found in each marked. Those gone meanwhile are left out."""
    grouped = [(key, list(spans)) for key, spans in groupby(places, key=lambda each: (each.wave, each.passage_id))]
    opened = _opened(session, waves, asked, [spans[0] for _key, spans in grouped])
    return [_found(waves[key[0]].address, opened[key], spans) for key, spans in grouped if key in opened]


def _found(wave: str, opened: _Opened, spans: Sequence[Place]) -> Found:
    coded, text = opened.coded, opened.text
    around = line_at(text, coded.start, coded.end, CONTEXT)
    parts = marked(around.word, [(each.start, each.end, "found") for each in spans if each.end])
    codes = (tuple(sorted(coded.codes.codes)), tuple(sorted(coded.codes.stances)))
    return Found(
        wave, coded.id.hex(), around.before, parts, around.after, opened.response.audience or "", coded.question, *codes
    )


def shown_lines(session: Session, waves: Sequence[Wave], asked: Asked, places: Sequence[Place]) -> list[KwicLine]:
    """The lines at these places, in this order."""
    opened = _opened(session, waves, asked, places)
    lines = []
    for place in places:
        if found := opened.get((place.wave, place.passage_id)):
            start = found.coded.start
            line = line_at(found.text, start + place.start, start + place.end)
            lines.append(KwicLine(waves[place.wave].address, place.passage_id.hex(), line))
    return lines


def _opened(
    session: Session, waves: Sequence[Wave], asked: Asked, places: Sequence[Place]
) -> dict[tuple[int, bytes], _Opened]:
    found: dict[tuple[int, bytes], _Opened] = {}
    for number, wave in enumerate(waves):
        wanted = {each.passage_id for each in places if each.wave == number}
        for coded, response in _of_wave(session, wave, asked, sorted(wanted)):
            found[number, coded.id] = _Opened(coded, response)
    return found


def _of_wave(session: Session, wave: Wave, asked: Asked, wanted: Sequence[bytes]) -> list[tuple[Coded, ReadResponse]]:
    """These passages of a wave. Only those of its survey are read, whatever ids were asked for."""
    of_it = select(Passage.response_id).join(Response, Response.id == Passage.response_id)
    of_it = of_it.where(Response.survey_id == wave.opener.survey_id)
    parts = in_parts(wanted)
    responses = sorted({id for some in parts for id in session.scalars(of_it.where(Passage.id.in_(some)))})
    if not responses:
        return []
    anything = Asked(by=asked.by)
    coded = wanted_places(session, wave, anything, responses)
    opened = read_wanted(session, select(Response).where(Response.id.in_(responses)), wave.opener)
    chosen = set(wanted)
    return [(each, response) for response in opened for each in coded.get(response.id, ()) if each.id in chosen]
