"""One coder at one passage, as each page and each act at the desk begins: who, where, by which code book, and when."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, g, make_response, redirect, request, url_for
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.auditing.queues import next_in
from analysis.code_books.versions import edition_named
from analysis.coding import acts, code_passages, next_passage
from analysis.coding.acts import Here
from analysis.coding.desk_tables import DeskHabit, DeskPace
from analysis.coding.pacing import Pace
from analysis.coding.tables import Passage
from analysis.learning import training_rows
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.definition.survey import Survey
from surveys.intake.read import ReadResponse, read_one

#: What may be asked to come first, by `first` in the address; it stays there from one page to the next.
DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Room:
    """A coder in a survey, at no passage yet."""

    row: PublishedSurvey
    now: datetime

    @cached_property
    def survey(self) -> Survey:
        """What was asked."""
        return definition_of(self.row)

    @cached_property
    def edition(self) -> Edition:
        """The standard that decisions are made by."""
        return edition_named(kept(), self.survey.standard)

    @cached_property
    def opener(self) -> Opener:
        """What opens the answers."""
        opener: Opener = current_app.extensions["vault"].opener(self.row.id)
        return opener

    @cached_property
    def habit(self) -> DeskHabit:
        """How this coder likes the desk."""
        usual = DeskHabit(staff_id=g.person.id, hint_hidden=False, keys_off=False)
        return kept().get(DeskHabit, g.person.id) or usual

    @cached_property
    def pace(self) -> Pace:
        """How this survey is to be coded."""
        return pace_of(kept(), self.row.id)

    @cached_property
    def today(self) -> int:
        """How many passages this coder has decided on today, by the clocks of their organisation."""
        midnight = self.now.astimezone(ZoneInfo(g.person.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        return acts.coded_since(kept(), self.row.id, g.person.id, midnight)

    @cached_property
    def first(self) -> str | None:
        """What is asked to come first; nothing where passages come in their turn."""
        return DOUBTFUL if request.args.get("first") == DOUBTFUL else None

    @cached_property
    def queue(self) -> str | None:
        """The queue that passages come from; nothing where they come in their turn."""
        return request.args.get("queue")

    @property
    def next(self) -> Passage | None:
        """The passage that comes next."""
        if self.queue is not None:
            return next_in(kept(), self.queue, self.row.id, g.person.id)
        if self.first is None:
            return next_passage.next_uncoded(kept(), self.row.id, g.person.id)
        apart = (each(self.row.id) for each in training_rows.KEPT_APART)
        return next_passage.next_doubtful(kept(), self.row.id, g.person.id, apart)

    @property
    def is_full(self) -> bool:
        """Whether this coder has done as many today as a day is to hold."""
        return 0 < self.pace.most_a_day <= self.today

    def at(self, passage: Passage) -> "Seat":
        """The same coder at a passage."""
        return Seat(self.row, self.now, Here(kept(), self.row.id, passage, g.person.id, self.now))

    def way(self, page: str, **more: Any) -> str:
        """The address of a page of the desk, in the order that was asked for."""
        return url_for(page, address=self.row.address, first=self.first, queue=self.queue, **more)

    def way_to(self, passage: Passage, **more: Any) -> str:
        """The address of the page of a passage."""
        return self.way("code.passage", passage_id=passage.id.hex(), **more)

    def on(self, did: str = "") -> Response:
        """On to the next passage, saying what was done."""
        if not self.is_full and (passage := self.next):
            return self.to(passage, did)
        return make_response(redirect(self.way("code.next_passage", did=did or None), 303))

    def to(self, passage: Passage, did: str = "", **more: list[str] | str) -> Response:
        """To that passage."""
        return make_response(redirect(self.way_to(passage, did=did or None, **more), 303))


@dataclass(frozen=True)
class Seat(Room):
    """A coder at one passage of a survey."""

    here: Here

    @cached_property
    def response(self) -> ReadResponse:
        """The response that the passage is of. Raises `sqlalchemy.exc.NoResultFound` if it was withdrawn."""
        return read_one(kept(), self.here.passage.response_id, self.opener)

    @property
    def answer(self) -> str:
        """The answer that the passage is of."""
        return str(self.response.answers[self.here.passage.question])


def room(address: str) -> Room:
    """The coder of this request in the survey at that address. Raises `sqlalchemy.exc.NoResultFound`."""
    return Room(published_at(kept(), address), steady_now())


def seat(address: str, passage_id: str) -> Seat:
    """The same at a passage. Where it was cut anew meanwhile, the request goes on to what lies there now."""
    here = room(address)
    try:
        key = bytes.fromhex(passage_id)
    except ValueError:
        abort(404)
    try:
        return here.at(code_passages.passage_of(kept(), here.row.id, key))
    except NoResultFound:
        abort(here.to(code_passages.in_its_place(kept(), here.row.id, key), "recut"))


def pace_of(session: Session, survey_id: bytes) -> Pace:
    """How a survey is to be coded."""
    row = session.get(DeskPace, survey_id)
    return Pace(row.break_after, row.most_a_day) if row else Pace()
