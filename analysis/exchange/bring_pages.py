"""Codings from elsewhere: choose a project file, see what of it is new here, say who its coders are, and take it in.

The file holds people's words, so it is not kept between looking and taking: whoever takes it in chooses it once more,
and it must be the same. Nothing is kept until then, and then all that is new, or nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.versions import edition_named
from analysis.exchange.bringing_in import Weighed, keep, match_here, models_here, weigh
from analysis.exchange.guids import guid_of_coder
from analysis.exchange.matching import Matched
from analysis.exchange.project import Project, User
from analysis.exchange.project_checks import BadProject
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint, takes
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff, colleagues, visitor
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("bring_codings", __name__)

#: Bytes of a form with a file. 1,000 answers with two coders come to 0.5 MB, 20,000 to 10 MB.
LARGEST = 20 * 2**20
#: So many names of texts or codes are shown.
SHOWN = 20
NOBODY = ""
#: Who may do this brings their colleagues' decisions too.
FOR_ALL = "export"


@dataclass(frozen=True)
class CoderHere:
    """A coder of the file: who it is here (hex, empty for nobody), and how their decisions stand."""

    user: User
    staff: str
    is_model: bool
    weighed: Weighed | None


@dataclass(frozen=True)
class Brought:
    """A file that was looked into: its SHA-256 (hex), what is in it, and what of it is known here."""

    digest: str
    project: Project
    matched: Matched
    coders: tuple[CoderHere, ...]

    @property
    def new(self) -> int:
        """How many decisions would come in."""
        return sum(len(each.weighed.new) for each in self.coders if each.weighed)

    @property
    def staff_of(self) -> dict[str, bytes]:
        """Guid of a coder of the file -> the colleague they are here."""
        return {each.user.guid: bytes.fromhex(each.staff) for each in self.coders if each.staff}

    @property
    def weighed(self) -> dict[str, Weighed]:
        """Guid of a coder of the file -> how their decisions stand."""
        return {each.user.guid: each.weighed for each in self.coders if each.weighed}


@bp.get("/code/<address>/bring")
@may("code")
def look(address: str) -> str:
    """Choose a file."""
    taken = request.args.get("taken", -1, int)
    return _page(published_at(kept(), address), taken=taken)


def _page(row: PublishedSurvey, brought: Brought | None = None, fault: str = "", taken: int = -1) -> str:
    return render_template(
        "desk/bring_codings.html",
        survey=definition_of(row),
        brought=brought,
        fault=fault,
        taken=taken,
        staff=_coders_here(row),
        alone=not g.person.may(FOR_ALL),
        some=_some,
    )


def _some(names: Iterable[str]) -> str:
    """The first of these names, and how many more there are."""
    every = sorted(names)
    told = ", ".join(every[:SHOWN])
    return _("{names} and {number} more", names=told, number=len(every) - SHOWN) if len(every) > SHOWN else told


@bp.post("/code/<address>/bring")
@may("code")
@takes(LARGEST)
def bring(address: str) -> Response:
    """Look into a file; take in what is new of one that was looked into."""
    row = published_at(kept(), address)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(row, _("No file was chosen. Choose one, then press the button again."))
    content = sent.read()
    edition = edition_named(kept(), definition_of(row).standard)
    try:
        brought = _looked_into(row, content, edition)
    except BadProject as fault:
        return _refused(row, str(fault))
    wrong = _why_not(brought) if request.form.get("do") == "take" else ""
    if wrong:
        return _refused(row, wrong, brought)
    if request.form.get("do") != "take":
        return make_response(_page(row, brought))
    count = keep(kept(), brought.weighed, brought.staff_of, edition, steady_now())
    note(
        "brought codings",
        address,
        codings=count,
        coders="+".join(sorted(each.hex() for each in brought.staff_of.values())),
    )
    return make_response(redirect(url_for("bring_codings.look", address=address, taken=count), 303))


def _refused(row: PublishedSurvey, fault: str, brought: Brought | None = None) -> Response:
    return make_response(_page(row, brought, fault), 422)


def _why_not(brought: Brought) -> str:
    chosen = [each.staff for each in brought.coders if each.staff]
    if request.form.get("digest") != brought.digest:
        return _("This is another file than the one you looked at. Look at what is in it first, then take it in.")
    if len(set(chosen)) < len(chosen):
        return _("Two coders of the file are the same person here. Say of one of them that their codings stay out.")
    return "" if brought.new else _("Nothing in this file is new here, so there is nothing to take in.")


def _looked_into(row: PublishedSurvey, content: bytes, edition: Edition) -> Brought:
    vault = current_app.extensions["vault"]
    project = read_qdpx(BytesIO(content))
    matched = match_here(kept(), row.id, vault.opener(row.id), vault.office.mac, project, edition)
    models, staff = models_here(kept(), row.id), _coders_here(row)
    chosen = {user.guid: _who(user, staff) for user in project.users if user.guid not in models}
    weighed = weigh(
        kept(), matched, {guid: bytes.fromhex(each) for guid, each in chosen.items() if each}, edition, steady_now()
    )
    coders = (
        CoderHere(user, chosen.get(user.guid, NOBODY), user.guid in models, weighed.get(user.guid))
        for user in project.users
    )
    return Brought(hashlib.sha256(content).hexdigest(), project, matched, tuple(coders))


def _coders_here(row: PublishedSurvey) -> dict[str, str]:
    """Id (hex) -> name of each colleague whose decisions the visitor may bring: their own, and those of everybody who
    codes this survey where they make data files too, so that no coder can decide as another."""
    there: list[Staff] = colleagues(kept(), g.person.organisation_id)
    some = [each for each in there if each.id == g.person.id or g.person.may(FOR_ALL)]
    return {each.id.hex(): each.name for each in some if visitor(kept(), each).may("code", row.consultation_id)}


def _who(user: User, staff: Mapping[str, str]) -> str:
    """Who a coder of the file is here: as the form says, else by guid, else by name; hex, empty for nobody."""
    said = request.form.get(f"coder-{user.guid}")
    if said is not None:
        return said if said in staff else NOBODY
    by_guid = (each for each in staff if guid_of_coder(bytes.fromhex(each)) == user.guid)
    by_name = (each for each, name in staff.items() if name.casefold() == user.name.strip().casefold())
    return next(by_guid, next(by_name, NOBODY))
