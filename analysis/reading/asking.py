"""From a form to a question, and what the form offers. Pure but for the words of faults."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.coding.suggestion import STANCES
from analysis.reading.asked import (
    AUDIENCE,
    BESIDE,
    BEST,
    CODE,
    FIND,
    FREQUENCIES,
    KEYNESS,
    KWIC,
    NOBODY,
    PEOPLE,
    SETTLED,
    SUGGESTED,
    TOGETHER,
    WAVE,
    Asked,
)
from analysis.reading.concordance import SORTS
from analysis.reading.text_query import BadText, Phrase, read_text
from analysis.standard.edition import Edition
from safekeeping.languages import gettext as _

MOST_WINDOW = 10
#: Which parts of the form a tool has.
PARTS = {
    FIND: ("text", "codes"),
    KWIC: ("text", "sort", "codes"),
    BESIDE: ("text", "window", "little", "codes"),
    FREQUENCIES: ("stems", "pairs", "little", "codes"),
    KEYNESS: ("groups", "stems", "pairs", "little", "codes"),
    TOGETHER: ("level", "codes"),
}
#: Tools that need words to look for.
NEED_WORDS = frozenset({KWIC, BESIDE})


def titles_of(edition: Edition) -> dict[str, str]:
    """Code -> title of every section and theme, in the order of the standard."""
    found: dict[str, str] = {}
    for section in edition.sections:
        found |= {section.code: section.title, **{theme.code: theme.title for theme in section.themes}}
    return found


@dataclass(frozen=True)
class Offered:
    """What can be chosen: names with what they are called, in order."""

    edition: Edition
    audiences: Mapping[str, str]
    questions: Mapping[str, str]
    waves: Mapping[str, str]

    @property
    def codes(self) -> dict[str, str]:
        """Every section and theme, in the order of the standard."""
        return titles_of(self.edition)

    @property
    def groups(self) -> dict[str, str]:
        """What can be held against each other."""
        waves = self.waves if len(self.waves) > 1 else {}
        return {
            **{f"{AUDIENCE}:{name}": called for name, called in self.audiences.items()},
            **{f"{WAVE}:{name}": _("Wave: {name}", name=called) for name, called in waves.items()},
            **{f"{CODE}:{name}": _("Coded: {name}", name=f"{name} {called}") for name, called in self.codes.items()},
        }


def by_called() -> dict[str, str]:
    """Who can have given the codes, as people read it."""
    return {
        BEST: _("settled by people, or else suggested"),
        SETTLED: _("settled: everybody who coded it agrees"),
        PEOPLE: _("given by anybody"),
        SUGGESTED: _("suggested"),
        NOBODY: _("not coded by anybody yet"),
    }


def sorts_called() -> dict[str, str]:
    """By what a concordance can be sorted."""
    return {
        "after": _("by the words after it"),
        "before": _("by the words before it"),
        "word": _("by the word itself"),
        "none": _("not sorted: in the random order of the answers"),
    }


Fields = Mapping[str, Any]
Many = Callable[[str], Sequence[str]]


def asked_from(kind: str, field: Callable[[str], str], many: Many, offered: Offered) -> Asked:
    """The question in a form: `field(name)` is one value, `many(name)` all of that name. What is not offered drops."""

    def one_of(name: str, allowed: Sequence[str], otherwise: str) -> str:
        return value if (value := field(name)) in allowed else otherwise

    def some_of(name: str, allowed: Mapping[str, str] | Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value in allowed if value in many(name))

    def codes(how: str) -> tuple[str, ...]:
        return tuple(code for code in offered.codes if field(f"code-{code}") == how)

    return Asked(
        kind=kind,
        text=" ".join(field("text").split()),
        stems=bool(field("stems")),
        case=bool(field("case")) and not field("stems"),
        all_of=codes("all"),
        any_of=codes("any"),
        none_of=codes("none"),
        by=one_of("by", tuple(by_called()), BEST),
        stances=some_of("stance", STANCES),
        audiences=some_of("audience", offered.audiences),
        questions=some_of("question", offered.questions),
        waves=some_of("wave", offered.waves),
        quotable=bool(field("quotable")),
        sort=one_of("sort", SORTS, "after"),
        window=min(max(_number(field("window"), 5), 1), MOST_WINDOW),
        pairs=bool(field("pairs")),
        little=bool(field("little")),
        group=one_of("group", tuple(offered.groups), ""),
        against=one_of("against", tuple(offered.groups), ""),
        level=one_of("level", offered.edition.section_codes, ""),
    )


def _number(typed: str, otherwise: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else otherwise


def faults_in(asked: Asked) -> dict[str, str]:
    """What is wrong with a question: field -> what to do. Words are read in small letters here: a page has no stems."""
    faults = {}
    try:
        query = read_text(asked.text)
    except BadText as fault:
        return {"text": str(fault)}
    phrases = [each for clause in query.clauses if clause.wanted for each in clause.any_of]
    if asked.kind in NEED_WORDS and not phrases:
        faults["text"] = _("Write the word or phrase to look for.")
    if asked.kind == BESIDE and not all(isinstance(each, Phrase) for each in phrases):
        faults["text"] = _("Neighbours are counted around a word or phrase: leave NEAR out here.")
    if asked.kind == KEYNESS and not asked.group:
        faults["group"] = _("Choose a group.")
    if asked.kind == KEYNESS and asked.group and asked.group == asked.against:
        faults["against"] = _("Choose another group than the first, or everything else.")
    return faults


def said_of(asked: Asked, offered: Offered) -> list[str]:
    """What is asked, in short pieces for whoever looks at the answer."""
    codes = offered.codes
    pieces = [
        asked.text and f"“{asked.text}”" if '"' not in asked.text else asked.text,
        asked.stems and _("with other endings"),
        asked.case and _("capitals as typed"),
        asked.all_of and _("all of: {codes}", codes=", ".join(asked.all_of)),
        asked.any_of and _("any of: {codes}", codes=", ".join(asked.any_of)),
        asked.none_of and _("none of: {codes}", codes=", ".join(asked.none_of)),
        asked.by != BEST and _("codes {by}", by=by_called()[asked.by]),
        asked.stances and ", ".join(_(stance) for stance in asked.stances),
        asked.audiences and ", ".join(offered.audiences.get(name, name) for name in asked.audiences),
        asked.questions and _("questions: {names}", names=", ".join(asked.questions)),
        asked.waves and ", ".join(offered.waves.get(name, name) for name in asked.waves),
        asked.quotable and _("may be quoted"),
        asked.kind == BESIDE and _("at most {number} words away", number=asked.window),
        asked.kind == KEYNESS and _against(asked, offered),
        asked.kind == TOGETHER and (f"{asked.level} {codes.get(asked.level, '')}" if asked.level else _("sections")),
        asked.pairs and _("two-word phrases"),
        asked.little and _("little words too"),
    ]
    return [piece for piece in pieces if piece]


def _against(asked: Asked, offered: Offered) -> str:
    here, there = offered.groups.get(asked.group, ""), offered.groups.get(asked.against, _("everything else"))
    return _("{here} against {there}", here=here, there=there)
