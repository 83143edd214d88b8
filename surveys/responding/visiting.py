"""One request of one person: the survey, the secret in their cookie, and where they are in it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import Response, abort, current_app, request
from sqlalchemy import Engine

from safekeeping.clock import steady_now
from safekeeping.cookies import new_secret, read_secret
from safekeeping.database import drafts, nothing_begun
from safekeeping.languages import speak
from safekeeping.vault import CannotOpen
from surveys.definition.answered_at import open_at
from surveys.definition.path import Path, PathPage
from surveys.definition.published import Open
from surveys.definition.voice import Voice
from surveys.responding import drafts as draft_store
from surveys.responding.drafts import SENT, Draft
from surveys.responding.reading_in import wanted


@dataclass(frozen=True)
class Visit:
    """The survey, in the version this person began with; their secret; their draft, if there is one."""

    target: Open
    secret: bytes
    draft: Draft | None

    @cached_property
    def language(self) -> str:
        """The language this person reads."""
        chosen = self.draft.language if self.draft else ""
        offered = self.target.survey.all_languages
        return chosen if chosen in offered else wanted(request, offered)

    @cached_property
    def _voices(self) -> dict[int, Voice]:
        """By the answers they were made for, which they hold: while they are here, no others have that number."""
        return {}

    def voice(self, draft: Draft) -> Voice:
        """The survey as this person reads it, with the answers of the draft."""
        known = self._voices.get(id(draft.answers))
        if known is None:
            known = Voice(Path(self.target.survey, draft.answers, now().date()), self.language)
            self._voices[id(draft.answers)] = known
        return known

    def save(self, draft: Draft, look_at: str = "") -> Response:
        """Keep the draft and show where it stands; `look_at` is the id of the part to come back to."""
        if nothing_begun():
            draft_store.save_at_once(current_app.extensions["drafts_engine"], self.secret, draft, now())
        else:
            draft_store.save(drafts(), self.secret, draft, now())
        return to(self.target, look_at)


def now() -> datetime:
    """This moment."""
    return steady_now()


def to(target: Open, look_at: str = "") -> Response:
    """Lead to the survey's one address."""
    response = Response(status=303)
    response.location = f"/{target.address}#{look_at}" if look_at else f"/{target.address}"
    return response


def cookie() -> str:
    """The name of the respondents' cookie."""
    name: str = current_app.extensions["respondent_cookie"]
    return name


def visit_to(address: str) -> Visit:
    """Who comes to which survey; 404 where no survey takes answers. From here on pages speak their language."""
    ours = current_app.extensions
    target = open_at(ours["engine"], address)
    if target is None:
        abort(404)
    secret = read_secret(request, ours["respondent_cookie"])
    draft = _load_draft(ours["drafts_engine"], target, secret) if secret else None
    if draft and draft.at != SENT and draft.version != target.version:
        target = open_at(ours["engine"], address, draft.version) or target
    visit = Visit(target, secret or new_secret(), draft)
    speak(visit.language)
    return visit


def _load_draft(engine: Engine, target: Open, secret: bytes) -> Draft | None:
    try:
        return draft_store.look(engine, secret, target.id, now())
    except CannotOpen:
        return None


def posted_page(visit: Visit, draft: Draft) -> PathPage | None:
    """The page the form was on, if it is on the path: the browser's Back may show an earlier one than the draft's."""
    return visit.voice(draft).path.page(request.form.get("page", draft.at))
