"""The questions that published surveys asked, so that one which is written now can say which of them it is."""

from functools import lru_cache

from sqlalchemy.orm import Session

from safekeeping.languages import gettext as _
from surveys.definition.bank import NOT_BANKED
from surveys.definition.changes import identity
from surveys.definition.load import parse_survey
from surveys.definition.parts import DEFAULT
from surveys.definition.published import published, versions
from surveys.writing.plain_wording import short


def asked_before(session: Session) -> dict[str, str]:
    """What ties each question of the bank to its earlier appearances -> its newest words, those asked last first."""
    every = [version for live in published(session) for version in versions(session, live.id)]
    every.sort(key=lambda each: (each.published_at, each.number))
    asked: dict[str, str] = {}
    for version in reversed(every):
        asked = asked | {name: words for name, words in _asked_in(version.definition).items() if name not in asked}
    return asked


@lru_cache(maxsize=256)
def _asked_in(definition: str) -> dict[str, str]:
    """Kept, because the form of every question asks for it and a published version never changes."""
    asked = [question for question in parse_survey(definition).questions if question.kind not in NOT_BANKED]
    return {identity(question): short(question.wording[DEFAULT]) for question in asked}


def lineages_offered(asked: dict[str, str], own: str) -> list[tuple[str, str]]:
    """The options of the form; what is chosen now (`own`) is offered even where no survey asked it."""
    every = {own: own, **asked} if own and own not in asked else asked
    nothing = ("", _("None, or the one that has the same name"))
    return [nothing, *((name, f"{words} ({name})" if words != name else name) for name, words in every.items())]
