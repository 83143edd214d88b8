"""One survey that is being written, as the pages of its editor work on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from flask import Response, abort, current_app, make_response, redirect, request, url_for

from safekeeping.database import kept
from surveys.definition.clauses import Standard
from surveys.writing.at_hand import AtHand
from surveys.writing.editing import Edited, NotThere, Tables, in_order
from surveys.writing.problems import Problem, problems
from surveys.writing.written import tables_of, take_step, written_by_id

Found = TypeVar("Found")


@dataclass(frozen=True)
class Draft(AtHand):
    """A survey that is being written, and what its editor asks of it and does to it."""

    @property
    def step(self) -> int:
        """The step that a page shows, and that its form carries."""
        return self.row.at

    @cached_property
    def audiences(self) -> dict[str, str]:
        """Short name -> plural of each audience."""
        listed = self.tables.get("audience", [])
        return {each["name"]: each.get("plural") or each["name"] for each in listed if each.get("name")}

    @property
    def sections(self) -> dict[str, str]:
        """Code -> title of the sections of its standard; none if we do not know the standard."""
        standard = standards().get(str(self.tables.get("standard", "mdan")))
        return standard.sections if standard else {}

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with it."""
        return problems(self.tables, self.faults)

    def keep(self, edited: Edited) -> None:
        """Take a step to the edited tables, unless they are the same. Raises `ChangedMeanwhile`."""
        tables, what = edited
        if tables != self.tables:
            take_step(kept(), self.row, tables, what, seen_step())


def standards() -> dict[str, Standard]:
    """The standards that this installation knows, by short name."""
    found: dict[str, Standard] = current_app.extensions["standards"]()
    return found


def written_standards() -> dict[str, Standard]:
    """Those that a survey can begin with, with what services answer for in a self-assessment."""
    found: dict[str, Standard] = current_app.extensions["written standards"]()
    return found


def open_draft(written_id: str) -> Draft:
    """The one of that id; 404 where there is none."""
    row = written_by_id(kept(), written_id)
    return Draft(row, in_order(tables_of(kept(), row)))


def seen_step() -> int:
    """The step that the page of this form showed; 400 where it does not say."""
    step = request.form.get("step", "")
    if not step.isdecimal() or len(step) > 9:
        abort(400)
    return int(step)


def or_404(find: Callable[[Tables, str], Found], tables: Tables, name: str) -> Found:
    """What `find` finds of that name; 404 where it is not there."""
    try:
        return find(tables, name)
    except NotThere:
        abort(404)


def to_outline(draft: Draft, part: str) -> Response:
    """Back to the outline, at the part that was acted on."""
    return make_response(redirect(url_for("write.outline", written_id=draft.id, _anchor=part), 303))
