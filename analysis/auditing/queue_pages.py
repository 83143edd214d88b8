"""The queues of a survey: what each is for, how long it is, and the way into coding in that order."""

from dataclasses import dataclass

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.auditing.designing import at_work
from analysis.auditing.queues import lengths_by_code, queue_length
from analysis.auditing.word_search import LONGEST, MOST, WAITING, ask_to_search, plain, searches_of
from analysis.code_books.versions import edition_named
from analysis.coding.counting import progress
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.jobs import latest
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("queues", __name__)

SHOWN_SEARCHES = 5


@dataclass(frozen=True)
class Queue:
    """One queue: its name in addresses, what it is called, what it is for, and how long it is."""

    name: str
    called: str
    says: str
    length: int


@dataclass(frozen=True)
class Search:
    """One search: its words, whether it is done, how far it is, and how many it found that are left."""

    queue: Queue | None
    words: str
    found: int
    cut: bool
    done: int
    total: int


def _fixed(row: PublishedSurvey) -> list[Queue]:
    """The queues that are always there."""
    left = progress(kept(), row.id, g.person.id)
    unsure = _("What suggestions would learn most from: unsure ones first, of every kind, that nobody has coded.")
    marked = _("What carries a mark for people, such as that it may speak of danger now.")
    said = (
        ("assigned", _("Assigned to you"), _("What a lead asked you to code.")),
        ("learning", _("To learn from"), unsure),
        ("flagged", _("Marked"), marked),
    )
    found = [Queue(name, called, says, _length(row, name)) for name, called, says in said]
    usual = Queue("", _("Everything"), _("All passages in a random order."), left.total - left.coded)
    return [usual, *found]


def _length(row: PublishedSurvey, name: str) -> int:
    return queue_length(kept(), name, row.id, g.person.id)


def _by_code(row: PublishedSurvey) -> list[Queue]:
    edition = edition_named(kept(), definition_of(row).standard)
    lengths = lengths_by_code(kept(), row.id, g.person.id, edition.section_codes)
    return [Queue(f"code:{each.code}", each.title, "", lengths[each.code]) for each in edition.sections]


@bp.get("/queues/<address>")
@may("code")
def look(address: str) -> Response:
    """Every queue of a survey."""
    return _page(published_at(kept(), address))


def _page(row: PublishedSurvey, typed: str = "", wrong: str = "") -> Response:
    sample = at_work(kept(), row.id)
    page = render_template(
        "audit/queues.html",
        survey=definition_of(row),
        queues=_fixed(row),
        by_code=_by_code(row),
        searches=_searches(row),
        audit=sample is not None and sample.ended_at is None,
        longest=LONGEST,
        most=MOST,
        typed=typed,
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


def _searches(row: PublishedSurvey) -> list[Search]:
    """This person's own searches: nobody else sees what they looked for."""
    office, found = current_app.extensions["vault"].office, []
    for each in searches_of(kept(), row.id, g.person.id)[:SHOWN_SEARCHES]:
        words, name = office.open(each.words, each.id).decode(), f"words:{each.id.hex()}"
        job = latest(kept(), "search words", each.id.hex())
        queue = None if each.state == WAITING else Queue(name, words, "", _length(row, name))
        done, total = (job.done, job.total) if job else (0, 0)
        found.append(Search(queue, words, len(each.passages), each.state == "cut", done, total))
    return found


@bp.post("/queues/<address>")
@may("code")
def search(address: str) -> Response:
    """Search for words."""
    row, typed = published_at(kept(), address), " ".join(request.form.get("words", "").split())
    if not any(letter.isalnum() for letter in plain(typed)) or len(typed) > LONGEST:
        wrong = _("Type a word or a short phrase, at most {number} letters.", number=LONGEST)
        return _page(row, typed, wrong)
    ask_to_search(kept(), current_app.extensions["vault"].office, row.id, g.person.id, typed, steady_now())
    return make_response(redirect(url_for("queues.look", address=address) + "#search", 303))
