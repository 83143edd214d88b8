"""The bank of questions: every question that was ever published, with its appearances, to be asked again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.changes import MEANS, Difference, compare, identity
from surveys.definition.compared import SAME
from surveys.definition.parts import DEFAULT
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.tables import as_tables

FIRST = _("first asked")
#: Kinds that are asked anew in each survey: who answers, and what is only read.
NOT_BANKED = ("audience", "information")
#: Fields of a question that name other parts of its own survey.
BOUND = ("relevant", "constraint", "constraint_message", "choice_filter")


@dataclass(frozen=True)
class Version:
    """One published version of a survey; `fingerprint` is the hash of its definition in hex."""

    address: str
    number: int
    when: datetime
    survey: Survey
    fingerprint: str = ""


@dataclass(frozen=True)
class Appearance:
    """A question as one version asked it, and the later versions of that survey that asked it just so.

    `against` says how it differs from the appearance before it.
    """

    version: Version
    question: AnyQuestion
    against: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    last: int = 0

    @property
    def means(self) -> list[str]:
        """What the differences mean for a figure over time."""
        return [MEANS[change] for change in self.against if change in MEANS]

    @property
    def numbers(self) -> str:
        """Its versions: “1”, or “1 to 3”."""
        return (
            str(self.version.number)
            if self.last == self.version.number
            else _("{first} to {last}", first=self.version.number, last=self.last)
        )


@dataclass(frozen=True)
class Banked:
    """One question of the bank with its appearances, newest first."""

    lineage: str
    appearances: tuple[Appearance, ...]

    @property
    def newest(self) -> Appearance:
        """How it was asked last."""
        return self.appearances[0]


def bank(versions: Iterable[Version], search: str = "") -> list[Banked]:
    """All questions, those asked last first; only those whose texts hold every word of `search`."""
    found: dict[str, list[Appearance]] = {}
    for version in sorted(versions, key=lambda each: (each.when, each.address, each.number)):
        for question in version.survey.questions:
            if question.kind not in NOT_BANKED:
                _add(found.setdefault(identity(question), []), version, question)
    banked = [Banked(lineage, tuple(reversed(appeared))) for lineage, appeared in found.items()]
    fitting = [each for each in banked if _fits(each, search)]
    return sorted(fitting, key=lambda each: each.newest.version.when, reverse=True)


def _add(appeared: list[Appearance], version: Version, question: AnyQuestion) -> None:
    """A version that asks just as its survey did before is no appearance of its own."""
    if not appeared:
        appeared.append(Appearance(version, question, (FIRST,), last=version.number))
        return
    before = appeared[-1]
    differences = tuple(compare(before.version.survey, version.survey, before.question, question))
    against = tuple(dict.fromkeys(each.change for each in differences)) or (SAME,)
    if against == (SAME,) and before.version.address == version.address:
        appeared[-1] = Appearance(
            before.version, before.question, before.against, before.differences, last=version.number
        )
    else:
        appeared.append(Appearance(version, question, against, differences, version.number))


def _fits(banked: Banked, search: str) -> bool:
    texts = " ".join(_searched(each.question) for each in banked.appearances).casefold()
    return all(word in texts for word in search.casefold().split())


def _searched(question: AnyQuestion) -> str:
    choices = [text for choice in getattr(question, "choices", ()) for text in choice.label.values()]
    return " ".join([question.name, question.lineage or "", *question.wording.values(), *choices])


def for_reuse(version: Version, question: AnyQuestion, target: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The tables of a question for the survey written in the tables `target`, and what could not come along.

    It keeps its lineage, so that waves can be compared; it gets a new name where its own is taken.
    """
    pages = as_tables(version.survey)["page"]
    tables = next(each for page in pages for each in page["question"] if each["name"] == question.name)
    left = [
        _("“{part}”, which asks for other questions", part=name.replace("_", " "))
        for name in BOUND
        if tables.pop(name, None)
    ]
    audiences = {str(each.get("name")) for each in target.get("audience", ()) if isinstance(each, dict)}
    known = _keys(audiences, target.get("languages", ()))
    tables = _narrowed(tables, known, audiences, left)
    tables["lineage"] = identity(question)
    tables["name"] = _free_name(question.name, _taken(target))
    return tables, list(dict.fromkeys(left))


def _keys(audiences: Collection[str], languages: Collection[str]) -> set[str]:
    return {DEFAULT, *audiences, *languages, *(f"{who}-{language}" for who in audiences for language in languages)}


def _narrowed(value: Any, known: set[str], audiences: set[str], left: list[str]) -> Any:
    """Without wordings and limits for audiences and languages that the survey does not have."""
    if isinstance(value, list):
        return [_narrowed(each, known, audiences, left) for each in value]
    if not isinstance(value, dict):
        return value
    if DEFAULT in value:
        left += [
            _("the wording for “{name}”, which this survey does not have", name=name)
            for name in value
            if name not in known
        ]
        return {name: text for name, text in value.items() if name in known}
    kept = {
        name: each if name == "properties" else _narrowed(each, known, audiences, left) for name, each in value.items()
    }
    if "audiences" in kept:
        left += [_("the audience “{name}”", name=name) for name in kept["audiences"] if name not in audiences]
        kept["audiences"] = [name for name in kept["audiences"] if name in audiences]
    return kept


def _taken(target: Mapping[str, Any]) -> set[str]:
    pages = [page for page in target.get("page", ()) if isinstance(page, dict)]
    names = {str(each.get("name")) for page in pages for each in page.get("question", ()) if isinstance(each, dict)}
    names |= {str(each.get("name")) for each in target.get("calculated", ()) if isinstance(each, dict)}
    return names | {f"{name}_{part}" for name in names for part in ("other", "why")} | {AUDIENCE}


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or the first of name_2, name_3 … that is free; none is longer than a name may be."""
    numbered = (f"{name[:36]}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)
