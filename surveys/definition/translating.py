"""Translating a survey: each text beside its translation, what is missing, and what its source has outgrown.

Works on the plain tables, so that a survey with faults can be translated too. A translation that somebody saved leaves
a fingerprint of source and translation in `translated`; where either changed since, the fingerprint no longer fits.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT
from surveys.definition.places import At, called, in_a_sentence
from surveys.definition.wording import key

Tables = dict[str, Any]

MISSING, DRIFTED, DONE = "missing", "drifted", "done"
#: The wordings of each part. Interviewers' notes are not among them: they are for staff, who read the source.
OF_PAGE = ("title", "content_note")
OF_QUESTION = (
    "wording",
    "hint",
    "constraint_message",
    "required_because",
    "asked_because",
    "labels",
    "ends",
    "apart",
    "unit",
    "yes",
    "no",
    "other",
    "text",
)


@dataclass(frozen=True)
class Line:
    """One text to translate: where it stands, for which audience (empty: everybody else), source and translation.

    `place` is made of the names in the file; `on` and `said` are the page and the place on it as people say them.
    """

    place: str
    page: str
    question: str
    audience: str
    source: str
    translation: str
    state: str
    said: str = ""
    on: str = ""

    @property
    def where(self) -> str:
        """Page and place together, as people say them."""
        return " · ".join(filter(None, (self.on, self.said)))

    @property
    def key(self) -> str:
        """16 hex digits from place and audience: the same while the survey changes around it."""
        return hashlib.sha256(f"{self.place}|{self.audience}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Slot:
    """A place that holds a wording: `holder[at]`."""

    place: str
    of: At
    holder: Any
    at: Any

    @property
    def wording(self) -> dict[str, str]:
        """The texts by audience and language; none where there is no wording."""
        found = self.holder[self.at]
        texts = {DEFAULT: found} if isinstance(found, str) else found
        return {name: text for name, text in texts.items() if isinstance(text, str)} if isinstance(texts, dict) else {}


def fingerprint(language: str, source: str, translation: str) -> str:
    """What is kept of a translation that somebody stands by: its language, and 12 hex digits."""
    digest = hashlib.sha256(f"{language}|{source}|{translation}".encode()).hexdigest()
    return f"{language}:{digest[:12]}"


def lines_of(tables: Tables, language: str) -> list[Line]:
    """Every text of a survey with its translation into `language`, in the order people meet them."""
    marks = {mark for mark in tables.get("translated", ()) if mark.startswith(f"{language}:")}
    return [line for slot in _slots(tables) for line in _lines(tables, slot, language, marks)]


def _lines(tables: Tables, slot: _Slot, language: str, marks: set[str]) -> Iterator[Line]:
    """The source of an audience's translation is that audience's wording."""
    wording, plurals = slot.wording, _plurals(tables)
    for name in [DEFAULT, *audience_names(tables)]:
        source = wording.get(name, "").strip()
        if source:
            who = "" if name == DEFAULT else name
            said = wording.get(key(who, language), "").strip()
            state = _state(fingerprint(language, source, said), said, marks)
            at = slot.of
            called_so = _("{place} · for {audience}", place=at.said, audience=plurals[who]) if who else at.said
            yield Line(slot.place, at.page, at.question, who, source, said, state, called_so, at.on)


def _state(mark: str, said: str, marks: set[str]) -> str:
    """Where nothing was ever confirmed in a language, its translations came from outside and are taken as they are."""
    if not said:
        return MISSING
    return DONE if not marks or mark in marks else DRIFTED


def audience_names(tables: Tables) -> list[str]:
    """The short names of the audiences, as far as they are named."""
    return [str(part["name"]) for part in _parts(tables, "audience") if part.get("name")]


def _plurals(tables: Tables) -> dict[str, str]:
    """What staff pages call the audiences, within a sentence."""
    named = [part for part in _parts(tables, "audience") if part.get("name")]
    return {str(part["name"]): in_a_sentence(str(part.get("plural") or part["name"])) for part in named}


def translate(tables: Tables, language: str, texts: Mapping[str, str]) -> int:
    """Put translations in, by the keys of their lines; an empty one is taken out. Returns how many changed.

    What changed counts as confirmed; what did not keeps its state.
    """
    before = {line.key: line for line in lines_of(tables, language)}
    changed = {
        name: text.replace("\r\n", "\n").strip()
        for name, text in texts.items()
        if name in before and text.replace("\r\n", "\n").strip() != before[name].translation
    }
    if not changed:
        return 0
    for slot in _slots(tables):
        _put(tables, slot, language, changed)
    came_from_outside = not any(mark.startswith(f"{language}:") for mark in tables.get("translated", ()))
    others = [line.key for line in before.values() if line.translation and line.key not in changed]
    confirm(tables, language, [*changed, *(others if came_from_outside else ())])
    return len(changed)


def _put(tables: Tables, slot: _Slot, language: str, changed: Mapping[str, str]) -> None:
    wording, found = slot.wording, False
    for line in _lines(tables, slot, language, set()):
        if line.key in changed:
            found, name = True, key(line.audience, language)
            wording.pop(name, None)
            wording |= {name: changed[line.key]} if changed[line.key] else {}
    if found:
        slot.holder[slot.at] = wording[DEFAULT] if set(wording) == {DEFAULT} else wording


def confirm(tables: Tables, language: str, keys: Iterable[str]) -> int:
    """Stand by the translations of these lines as they are now. Returns how many there are.

    Fingerprints of texts that are gone are let go, as long as the language keeps one.
    """
    wanted = set(keys)
    lines = [line for line in lines_of(tables, language) if line.translation]
    said = {line.key: fingerprint(language, line.source, line.translation) for line in lines}
    mine = {mark for mark in tables.get("translated", ()) if mark.startswith(f"{language}:")}
    others = [mark for mark in tables.get("translated", ()) if mark not in mine]
    confirmed = {mark for name, mark in said.items() if name in wanted}
    still = (mine & set(said.values())) | confirmed
    tables["translated"] = [*others, *sorted(still or mine)]
    return len(confirmed)


def add_language(tables: Tables, language: str) -> bool:
    """Let the survey be answered in one language more. False where it was there already."""
    if language == tables.get("language", "en") or language in tables.get("languages", ()):
        return False
    tables["languages"] = [*tables.get("languages", ()), language]
    return True


def remove_language(tables: Tables, language: str) -> None:
    """Take a language away with every translation into it."""
    for slot in _slots(tables):
        wording = slot.wording
        kept = {name: text for name, text in wording.items() if name != language and not name.endswith(f"-{language}")}
        if kept != wording:
            slot.holder[slot.at] = kept
    tables["languages"] = [each for each in tables.get("languages", ()) if each != language]
    tables["translated"] = [mark for mark in tables.get("translated", ()) if not mark.startswith(f"{language}:")]


def counted(lines: Iterable[Line]) -> dict[str, int]:
    """How many are done, missing and drifted."""
    states = [line.state for line in lines]
    return {state: states.count(state) for state in (DONE, MISSING, DRIFTED)}


def _parts(part: Tables, name: str) -> list[dict[str, Any]]:
    """The tables under a name, whatever else somebody may have put there."""
    found = part.get(name, ())
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list | tuple) else []


def _slots(tables: Tables) -> Iterator[_Slot]:
    """Every place that holds a wording for respondents, called as `texts.texts_of` calls it."""
    yield from _in(tables, ("public_title",), At())
    if isinstance(tables.get("intro"), list):
        for at in range(len(tables["intro"])):
            yield _Slot(f"intro, paragraph {at + 1}", At(said=called("", "intro", at + 1)), tables["intro"], at)
    plurals = _plurals(tables)
    for audience in _parts(tables, "audience"):
        name = str(audience.get("name"))
        yield from _in(
            audience, ("label",), At(f"audience “{name}”, ", said=f"{_('Who is answering:')} {plurals.get(name, '')}")
        )
    for number, page in enumerate(_parts(tables, "page"), 1):
        name, on = str(page.get("name", "")), _("Page {number}", number=number)
        yield from _in(page, OF_PAGE, At(f"page “{name}”, ", name, on=on))
        for place, question in enumerate(_parts(page, "question"), 1):
            asked = str(question.get("name", ""))
            yield from _in_question(
                question, At(f"question “{asked}”, ", name, asked, _("Question {number}", number=place), on)
            )


def _in_question(question: dict[str, Any], at: At) -> Iterator[_Slot]:
    yield from _in(question, OF_QUESTION, at)
    kinds = (("choice", "choices", "value", _("choice {number}")), ("row", "rows", "name", _("row {number}")))
    for what, field, named, it in kinds:
        for number, part in enumerate(_parts(question, field), 1):
            inside = replace(
                at, before=f"{at.before}{what} “{part.get(named)}”, ", said=f"{at.said}: {it.format(number=number)}"
            )
            yield from _in(part, ("label", "wording"), inside)


def _in(part: dict[str, Any], fields: Iterable[str], at: At) -> Iterator[_Slot]:
    for field in fields:
        found = part.get(field)
        if isinstance(found, list):
            for number in range(len(found)):
                of = replace(at, said=called(at.said, field, number + 1))
                yield _Slot(f"{at.before}{field} {number + 1}", of, found, number)
        elif found:
            yield _Slot(f"{at.before}{field}", replace(at, said=called(at.said, field)), part, field)
