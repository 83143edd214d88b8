"""A survey taking shape from another format: names that are fit, wordings, and a line for all that is lost."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT, LANGUAGE, NAME, VALUE
from surveys.definition.survey import AUDIENCE
from surveys.formats.losses import BadFile, Imported, Loss
from surveys.formats.plain_words import plain, slug
from surveys.formats.settling import settled

LONGEST_TEXT = 2000
#: What respondents see as title: what an imported survey is about must not show on a watched phone.
PUBLIC_TITLE = "Your views"
INTRO = "Please answer what you want to. You can leave any question blank."
#: Said where another program made people answer and gave no reason.
MUST = "We need this answer to go on."
MISFIT = "Please check this answer. It is not in the form we need."
ALL = [{"name": "everybody", "label": "Everybody", "plural": "Everybody"}]
#: Room is left in names for what is kept beside an answer (`_other`).
LONGEST_NAME = 34
#: More than any survey that people answer; a small file can ask for millions, and whoever sent it waits meanwhile.
MOST_QUESTIONS, MOST_CHOICES = 1000, 10_000

Table = dict[str, Any]
Texts = Mapping[str, str]


class Draft:
    """Collects pages and losses. `language` is the one the survey was written in."""

    def __init__(self, language: str, languages: Iterable[str] = ()) -> None:
        self.losses: list[Loss] = []
        self.language = self._tag(language) or "en"
        tags = (self._tag(each) for each in languages)
        self.languages = [tag for tag in dict.fromkeys(tags) if tag and tag != self.language]
        self.pages: list[Table] = []
        self.calculated: list[Table] = []
        self.intro: list[Any] = []
        self._taken = {AUDIENCE}
        self._pages_taken: set[str] = set()
        self._lost: set[Loss] = set()
        self._choices = 0

    def lose(self, place: str, what: str, instead: str) -> None:
        """Note that something was not carried over; what is noted twice is kept once."""
        loss = Loss(place, what, instead)
        if loss not in self._lost:
            self._lost.add(loss)
            self.losses.append(loss)

    def _tag(self, language: str) -> str:
        tag = language.strip().lower().replace("_", "-")
        if re.fullmatch(LANGUAGE, tag):
            return tag
        self.lose(
            "languages", _("“{language}” is no language tag", language=language[:40]), _("its texts are left out")
        )
        return ""

    def name(self, raw: str, place: str) -> str:
        """A name for a question, like the one it had. Raises `BadFile` where there are too many."""
        check_count(len(self._taken), MOST_QUESTIONS, "questions")
        fit = raw if re.fullmatch(NAME, raw) and len(raw) <= LONGEST_NAME else slug(raw, LONGEST_NAME)
        fit = fit if re.fullmatch(NAME, fit or "-") else f"q_{fit}"[:LONGEST_NAME].rstrip("_")
        found = unused(fit, self._taken)
        self._taken.add(found)
        if raw and found != raw:
            self.lose(
                place, _("the name “{raw}” cannot be used", raw=raw[:60]), _("it is called “{found}”", found=found)
            )
        return found

    def page_name(self, raw: str) -> str:
        """A name for a page; nobody but the author meets it."""
        fit = slug(raw, LONGEST_NAME)
        fit = fit if re.fullmatch(NAME, fit or "-") else f"page_{fit}".rstrip("_")
        found = unused(fit, self._pages_taken)
        self._pages_taken.add(found)
        return found

    def wording(self, texts: Texts, place: str, otherwise: str = "") -> Any:
        """A wording of texts by language tag ("" or "default": as it was written); None where nothing is said."""
        said = {self._key(language): self._text(text, place) for language, text in texts.items()}
        kept = {key: text for key, text in said.items() if key and text}
        if DEFAULT not in kept:
            first = next(iter(kept.values()), otherwise)
            if not first:
                return None
            if kept:
                self.lose(
                    place, _("it has no text in the survey’s own language"), _("the first there is stands for it")
                )
            kept[DEFAULT] = first
        return kept if len(kept) > 1 else kept[DEFAULT]

    def _key(self, language: str) -> str:
        tag = language.strip().lower().replace("_", "-")
        if tag in ("", DEFAULT, self.language):
            return DEFAULT
        return tag if tag in self.languages else ""

    def _text(self, raw: str, place: str) -> str:
        text, lost = plain(raw)
        if lost:
            self.lose(place, _("formatting, links or pictures stand in its text"), _("the words are kept"))
        if len(text) > LONGEST_TEXT:
            self.lose(
                place,
                _("its text is longer than {longest_text} characters", longest_text=LONGEST_TEXT),
                _("it is cut there"),
            )
            text = text[: LONGEST_TEXT - 1].rstrip() + "…"
        return text

    def choices(
        self, listed: Iterable[tuple[str, Any]], place: str, reserved: Iterable[str] = ()
    ) -> tuple[list[Table], dict[str, str]]:
        """Choices from (value, wording), and under which value each is kept now. Raises `BadFile` where there are too
        many in all."""
        kept: dict[str, str] = {}
        tables: list[Table] = []
        taken = set(reserved)
        for raw, label in listed:
            self._choices += 1
            check_count(self._choices, MOST_CHOICES, "answers to choose from")
            fit = raw if re.fullmatch(VALUE, raw) else slug(raw, 60) or "choice"
            value = unused(fit, taken, 64)
            if raw in kept:
                self.lose(
                    place,
                    _("two choices have the value “{raw}”", raw=raw[:60]),
                    _("the second is kept as “{value}”", value=value),
                )
            elif raw and value != raw:
                self.lose(
                    place,
                    _("the value “{raw}” cannot be used", raw=raw[:60]),
                    _("it is kept as “{value}”", value=value),
                )
            kept.setdefault(raw, value)
            taken.add(value)
            tables.append({"value": value, "label": label})
        return tables, kept

    def page(self, title: Any, questions: list[Table], name: str = "", relevant: str = "") -> None:
        """Add a page; one without questions is dropped in silence, as nobody would have seen it."""
        if questions:
            number = len(self.pages) + 1
            page: Table = {"name": self.page_name(name or f"page_{number}"), "title": title or f"Page {number}"}
            self.pages.append(page | ({"relevant": relevant} if relevant else {}) | {"question": questions})

    def finish(self, file: str, title: str, audiences: list[Table] | None = None) -> Imported:
        """The whole, in an order that loads: what still cannot be used is noted and taken out. Raises `BadFile`."""
        if not self.pages:
            raise BadFile([_("{file}: no question was found in it; check that it is the right file.", file=file)])
        said = plain(title)[0].replace("\n", " ")[:200] or "Imported survey"
        self.lose(
            "title",
            _("“{said}” could tell others what this is about", said=said),
            _("people read “{public_title}”; staff read it", public_title=PUBLIC_TITLE),
        )
        tables: Table = {
            "title": said,
            "public_title": PUBLIC_TITLE,
            "address": f"s-{slug(said, 36, '-')}".rstrip("-"),
            "language": self.language,
            "languages": self.languages,
            "intro": self.intro or [INTRO],
            "audience": audiences or ALL,
            "calculated": self.calculated,
            "page": self.pages,
        }
        return settled(file, {key: value for key, value in tables.items() if value}, self.losses)


def check_count(count: int, most: int, of: str) -> None:
    """Raises `BadFile` where a file asks for more than `most` of something."""
    if count > most:
        raise BadFile(
            [
                _(
                    "The file has more than {most} {of}, so nothing was taken in. Cut it into several surveys.",
                    most=f"{most:,}",
                    of=of,
                )
            ]
        )


def unused(name: str, taken: Iterable[str], longest: int = LONGEST_NAME) -> str:
    """The name, with a number where it is taken."""
    used, found, number = taken if isinstance(taken, set) else set(taken), name, 1
    while found in used:
        number += 1
        found = f"{name[: longest - len(str(number)) - 1]}_{number}"
    return found
