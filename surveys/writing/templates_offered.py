"""What a new survey can start from when there is nothing yet: surveys of our own, and an empty one."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "example" / "survey.toml"

Tables = dict[str, Any]


@dataclass(frozen=True)
class Start:
    """One start: its short name, what it is called, what one gets, and the file it is in."""

    name: str
    title: str
    gives: str
    file: Path

    def tables(self) -> Tables:
        """The tables of a new survey that starts so."""
        return tomllib.loads(self.file.read_text(encoding="utf-8"))


#: Short name -> start, in the order offered.
STARTS = {
    start.name: start
    for start in (
        Start(
            "consultation",
            _("A consultation for everybody"),
            _(
                "Survivors, families, providers, commissioners and associates are asked about all four sections of the "
                "standard, each in words of their own. Six pages, 10 to 15 minutes."
            ),
            EXAMPLE,
        ),
        Start(
            "feedback",
            _("Feedback on a service"),
            _("Men who used a service say how it was and what came of it. Two pages, about five minutes."),
            HERE / "offered" / "feedback.toml",
        ),
        Start(
            "self-review",
            _("A service looks at itself"),
            _("Providers say how far they are with each section and what comes next. Two pages, about ten minutes."),
            HERE / "offered" / "self_review.toml",
        ),
    )
}


def empty() -> Tables:
    """A survey with one audience and one page, and no question yet."""
    return {
        "title": "",
        "public_title": "Your views",
        "address": "your-views",
        "standard": "mdan",
        "intro": [
            "Thank you for looking at this. You can leave any question blank.",
            "We do not ask who you are. We do not keep your name or the time you answered.",
        ],
        "audience": [
            {
                "name": "survivor",
                "label": "A man who has been hurt or controlled by somebody close to him",
                "plural": "Survivors",
            }
        ],
        "page": [{"name": "page_1", "title": "First page", "question": []}],
    }


def fresh_address(wanted: str, avoid: Iterable[str]) -> str:
    """The address wanted, with a number behind it where it is taken. Never longer than an address may be."""
    avoided = set(avoid)
    numbered = (wanted, *(f"{wanted[:36].rstrip('-')}-{number}" for number in range(2, len(avoided) + 3)))
    return next(address for address in numbered if address not in avoided)
