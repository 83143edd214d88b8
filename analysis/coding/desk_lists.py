"""Lists at the desk: one's own decisions to look at again, and what is marked for a colleague or for quoting."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import abort, g, render_template, request
from sqlalchemy.exc import NoResultFound

from analysis.coding import acts, code_passages, marks, memos, safety
from analysis.coding.desk_view import common
from analysis.coding.seat import Room, room
from analysis.coding.stances import stances
from analysis.coding.tables import Coding, Passage
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from surveys.intake.read import ReadResponse, read_one

bp = staff_blueprint("code_lists", __name__)

AT_ONCE = 20
#: What can be looked for beside sections, themes and stances.
NONE, UNAIDED, WITH_MEMO = "none", "unaided", "memo"


@dataclass(frozen=True)
class Line:
    """One passage in a list: its words (none where it is to be announced first), and what is known of it."""

    id: str
    words: str
    at: datetime
    coding: Coding | None = None
    by: str = ""


Filter = Callable[[Coding], bool]


@bp.get("/code/<address>/decided")
@may("code")
def again(address: str) -> str:
    """This person's own decisions, the newest first, those that fit what is looked for."""
    here = room(address)
    wanted, part = request.args.get("show", ""), max(request.args.get("part", 0, int), 0)
    found = code_passages.decisions_of(kept(), here.row.id, g.person.id)
    fits = _filter(here, wanted)
    of_part = list(islice((each for each in found if fits(each[0])), part * AT_ONCE, (part + 1) * AT_ONCE + 1))
    return render_template(
        "desk/look_again.html",
        lines=list(_lines(here, ((passage, coding.coded_at, coding, "") for coding, passage in of_part[:AT_ONCE]))),
        shows=_shows(here),
        show=wanted,
        part=part,
        more=len(of_part) > AT_ONCE,
        edition=here.edition,
        **common(here),
    )


def _shows(here: Room) -> dict[str, str]:
    """What can be looked for, as a list offers it."""
    sections = {section.code: section.title for section in here.edition.sections}
    themes = {theme.code: theme.title for section in here.edition.sections for theme in section.themes}
    others = {NONE: _("None of these"), WITH_MEMO: _("With a memo"), UNAIDED: _("Decided without the suggestion")}
    return {"": _("All of them"), **sections, **themes, **stances(), **others}


def _filter(here: Room, wanted: str) -> Filter:
    if wanted not in _shows(here):
        abort(404)
    named: dict[str, Filter] = {
        "": lambda coding: True,
        NONE: lambda coding: not coding.sections,
        UNAIDED: lambda coding: coding.act == code_passages.UNAIDED,
        WITH_MEMO: lambda coding: memos.has_memo(kept(), coding.passage_id, g.person.id),
    }
    return named.get(wanted, lambda coding: wanted in (*coding.sections, *coding.themes, coding.stance))


@bp.get("/code/<address>/marked/<kind>")
@may("code")
def marked(address: str, kind: str) -> str:
    """What anybody has marked, for a colleague or for quoting, the newest first."""
    here = room(address)
    if kind not in (marks.COLLEAGUE, marks.QUOTE):
        abort(404)
    part = max(request.args.get("part", 0, int), 0)
    rows = marks.marked(here.row.id, kind).offset(part * AT_ONCE).limit(AT_ONCE + 1)
    found = kept().execute(rows).all()
    names = {id: kept().get_one(Staff, id).name for id in {mark.staff_id for _passage, mark in found}}
    lines = ((passage, mark.marked_at, None, names[mark.staff_id]) for passage, mark in found[:AT_ONCE])
    return render_template(
        "desk/marked.html",
        lines=list(_lines(here, lines)),
        kind=kind,
        part=part,
        more=len(found) > AT_ONCE,
        **common(here),
    )


def _lines(here: Room, found: Iterable[tuple[Passage, datetime, Coding | None, str]]) -> Iterable[Line]:
    """The passages with their words. One whose response was withdrawn meanwhile is left out."""
    read: dict[bytes, ReadResponse] = {}
    for passage, at, coding, by in found:
        try:
            if passage.response_id not in read:
                read[passage.response_id] = read_one(kept(), passage.response_id, here.opener)
        except NoResultFound:
            continue
        words = str(read[passage.response_id].answers[passage.question])[passage.start : passage.end]
        veiled = safety.held(kept(), [passage]) - acts.opened(kept(), [passage], g.person.id)
        yield Line(passage.id.hex(), "" if veiled else words, at, coding, by)
