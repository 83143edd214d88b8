"""Words that tell somebody who looks at a screen, or at a browser's history, what a survey is about."""

import re
from collections.abc import Iterator

from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT
from surveys.definition.survey import Survey
from surveys.definition.texts import texts_of

#: Words that tell somebody who looks at a screen or a history what a survey is about: English, then Welsh.
TELLING = (
    "abus",
    "assault",
    "batter",
    "coerci",
    "controlling",
    "domestic",
    "hurt by",
    "perpetrator",
    "police",
    "refuge",
    "safeguard",
    "stalk",
    "survivor",
    "trauma",
    "victim",
    "violen",
    "camdrin",
    "cam-drin",
    "cham-drin",
    "chamdrin",
    "dioddefwr",
    "dioddefwyr",
    "goroes",
    "heddlu",
    "lloches",
    "rheolaeth orfod",
    "trais",
    "drais",
    "thrais",
    "treisgar",
)
_TELLING = re.compile(rf"\b(?:{'|'.join(map(re.escape, TELLING))})\w*", re.IGNORECASE)


def telling_words(text: str) -> list[str]:
    """Those in a text, in small letters, each once."""
    return list(dict.fromkeys(found.casefold() for found in _TELLING.findall(text)))


def seen_by_others(survey: Survey) -> Iterator[tuple[str, str, str]]:
    """What stands on screens and in histories, or is read before starting: where, the page's name, the text."""
    yield _("the address"), "", survey.address.replace("-", " ")
    for place, wording in texts_of(survey):
        if place.said == "public_title" or place.said.startswith("intro"):
            called = (
                _("the title") if place.said == "public_title" else place.said.replace("intro", _("the first words"))
            )
            yield called, "", " ".join(wording.values())
    for page in survey.pages:
        yield _("the title of the page “{title}”", title=page.title[DEFAULT]), page.name, " ".join(page.title.values())
