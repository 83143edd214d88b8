"""One file that somebody brings into a survey, as the pages of an import work on it."""

from dataclasses import dataclass
from functools import cached_property

from flask import Response, current_app, g, request

from safekeeping.database import kept
from safekeeping.vault import Opener
from surveys.definition.published import GONE, Open, PublishedSurvey, as_open, published_at
from surveys.definition.survey import Survey
from surveys.importing.brought import Brought
from surveys.importing.plan import Plan, Reader
from surveys.importing.taking import AT_ONCE
from surveys.importing.waiting import TAKING, WaitingImport, open_plan, open_table, waiting_by_id
from surveys.paper.sitting import Elsewhere, go_to


@dataclass(frozen=True)
class Import:
    """A file that waits, and the survey it is for."""

    row: PublishedSurvey
    waiting: WaitingImport
    opener: Opener

    @cached_property
    def brought(self) -> Brought:
        """The table."""
        return open_table(self.opener, self.waiting)

    @cached_property
    def plan(self) -> Plan:
        """What is to become of its columns."""
        return open_plan(self.opener, self.waiting)

    @cached_property
    def target(self) -> Open:
        """The survey in the version that the plan was made for."""
        return as_open(kept(), self.row, self.plan.version)

    @property
    def survey(self) -> Survey:
        """Its definition."""
        return self.target.survey

    def reader(self) -> Reader:
        """What reads cells as planned."""
        return Reader(self.survey, self.plan)

    @property
    def is_long(self) -> bool:
        """Whether it is a job to go through it."""
        return self.waiting.count > AT_ONCE

    @property
    def at(self) -> dict[str, str]:
        """What its addresses are made of."""
        return {"address": self.row.address, "import_id": self.waiting.id.hex()}

    def to(self, endpoint: str, **values: object) -> Response:
        """A redirect to a page of this import."""
        return go_to(endpoint, **self.at, **values)


def survey_for_import(address: str) -> PublishedSurvey:
    """The survey at this address. One whose answers were deleted takes no others: back to Collect."""
    row = published_at(kept(), address)
    if row.state in GONE:
        raise Elsewhere(go_to("collect.collect"))
    return row


def load_import(address: str, import_id: str, while_taking: bool = False) -> Import:
    """The file of that id, if this person brought it. Leads elsewhere where it is gone, or being taken in."""
    row = survey_for_import(address)
    waiting = waiting_by_id(kept(), import_id, lock=request.method == "POST")
    if waiting is None or waiting.survey_id != row.id or waiting.staff_id != g.person.id:
        raise Elsewhere(go_to("importing.start", address=address, said="gone"))
    found = Import(row, waiting, current_app.extensions["vault"].opener(row.id))
    if waiting.state == TAKING and not while_taking:
        raise Elsewhere(found.to("import_check.check"))
    return found
