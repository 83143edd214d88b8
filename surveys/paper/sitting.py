"""Who sits at which form: what a page of entry needs, loaded or refused in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from safekeeping.cookies import TokenForm
from safekeeping.database import kept
from safekeeping.languages import speaking
from safekeeping.vault import Opener
from surveys.definition.published import Open, PublishedSurvey, as_open, published_at
from surveys.paper.entering import Difference, differences, next_number, state
from surveys.paper.forms import (
    FIRST,
    SECOND,
    Entered,
    PaperEntry,
    PaperForm,
    entries_of,
    form_by_id,
    open_entry,
)
from surveys.responding.kinds import html_name
from surveys.responding.ranking import Ranked, moved


class Elsewhere(Exception):
    """The page asked for is not the one to be at; `response` leads there."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def elsewhere(fault: Elsewhere) -> Response:
    """Lead to where there is something to do."""
    return fault.response


def go_to(endpoint: str, **values: object) -> Response:
    """A redirect after a form was sent."""
    return make_response(redirect(url_for(endpoint, **values), 303))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Form:
    """A form with its entries, and the survey it belongs to."""

    row: PublishedSurvey
    form: PaperForm
    entries: dict[int, PaperEntry]
    opener: Opener

    def entered(self, number: int) -> Entered:
        """What was typed in one of its entries."""
        return open_entry(self.opener, self.entries[number])

    def target(self, entered: Entered) -> Open:
        """The survey in the version that an entry began with."""
        return as_open(kept(), self.row, entered.version)

    @property
    def at(self) -> dict[str, str]:
        """What its addresses are made of."""
        return {"address": self.row.address, "form_id": self.form.id.hex()}

    @property
    def differing(self) -> list[Difference]:
        """Where its two entries differ; both must be done."""
        first, second = self.entered(FIRST), self.entered(SECOND)
        return differences(self.target(first), first, second)

    @property
    def state(self) -> str:
        """How far it is."""
        done = next_number(self.form, self.entries) is None
        return state(self.form, self.entries, done and bool(self.differing))

    def to(self, endpoint: str, **values: object) -> Response:
        """A redirect to a page of this form."""
        return go_to(endpoint, **self.at, **values)


@dataclass(frozen=True)
class Sitting:
    """Somebody at an entry of a form: what they typed so far, and the survey in the version they began with."""

    of: Form
    entry: PaperEntry
    entered: Entered
    target: Open

    def to(self, endpoint: str, **values: object) -> Response:
        """A redirect to a page of this entry."""
        return self.of.to(endpoint, number=self.entry.number, **values)


def after_press(form: TokenForm, button: str) -> MultiDict[str, str] | None:
    """What was typed, with one answer cleared (`clear:NAME`) or one choice of a ranking moved (`rank:NAME:up:VALUE`).

    None where the form has no such field.
    """
    go, _colon, rest = button.partition(":")
    name, _colon, press = rest.partition(":")
    move, _colon, value = press.partition(":")
    if html_name(name) not in form:
        return None
    field = form[html_name(name)]
    now = [" ".join(moved(field, move, value))] if go == "rank" and isinstance(field, Ranked) else []
    typed = {each: request.form.getlist(each) for each in request.form if each.startswith(html_name(""))}
    return MultiDict({each: fields for each, fields in (typed | {field.name: now}).items() if fields})


def in_language(tag: str) -> Callable[..., str]:
    """For templates: call a macro while `tag` is spoken, so that fields read as whoever answers would see them."""

    def said(macro: Callable[..., str], *of: object) -> str:
        with speaking(tag):
            return macro(*of)

    return said


def opener_of(row: PublishedSurvey) -> Opener:
    """What opens what was typed for this survey."""
    opener: Opener = current_app.extensions["vault"].opener(row.id)
    return opener


def form_of(row: PublishedSurvey, form: PaperForm) -> Form:
    """A form with what belongs to it."""
    return Form(row, form, entries_of(kept(), form), opener_of(row))


def load_form(address: str, form_id: str) -> Form:
    """The form of that id. Leads to the list where it is sent or thrown away."""
    row = published_at(kept(), address)
    found = form_by_id(kept(), row.id, form_id, lock=request.method == "POST")
    if found is None:
        raise Elsewhere(go_to("enter.forms", address=address, said="gone"))
    return form_of(row, found)


def sit(address: str, form_id: str, number: int) -> Sitting:
    """The entry of that number. Nobody reads the unfinished entry of somebody else, nor their own once it is done."""
    of = load_form(address, form_id)
    entry = of.entries.get(number)
    if entry is None or entry.done or entry.staff_id != g.person.id:
        raise Elsewhere(of.to("enter.form"))
    entered = of.entered(number)
    return Sitting(of, entry, entered, of.target(entered))
