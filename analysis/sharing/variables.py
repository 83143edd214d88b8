"""What a data file holds: variables with labels, and codes for why a value is missing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safekeeping.languages import gettext as _

#: Why a value is missing: its code, and what the files say. All are negative, and no answer is.
APART_CODE, NOT_SAID_CODE, WITHHELD, NOT_ASKED, NOT_ANSWERED = -95, -96, -97, -98, -99
MISSING = {
    NOT_ANSWERED: "Not answered",
    NOT_ASKED: "Not asked",
    WITHHELD: "Withheld so that nobody can be known",
    NOT_SAID_CODE: "Would rather not say",
    APART_CODE: "Does not apply, or does not know",
}
LEAST_MISSING, MOST_MISSING = min(MISSING), max(MISSING)
#: Nobody's answer is kept larger than this in a file, so that every program reads it exactly.
MOST_AMOUNT = 10**12
#: The kinds of variable: one of several values; chosen or not; a place in an order; and what is made coarser.
CODE, FLAG, RANK, AMOUNT, MONTH, YEAR = "code", "flag", "rank", "amount", "month", "year"
#: About a person, and coarser still: a band of ten, a decade, the letters a postcode begins with.
BAND, DECADE, AREA = "band", "decade", "area"
COARSENED = frozenset({AMOUNT, MONTH, YEAR})
#: The kinds whose values are known only from the answers.
FOUND = frozenset({BAND, DECADE, AREA})


@dataclass(frozen=True)
class Variable:
    """One column. `answer` is the name its answers are kept under, `part` the choice or the row it stands for.

    `codes`: what is kept -> its number; `values`: number -> label. `tells` names the questions about the person whose
    answers could be read off this variable, because they decide whether it is asked or what can be chosen. `shift` is
    added to the missing codes where a question takes numbers that low.
    """

    name: str
    question: str
    text: str
    kind: str
    answer: str
    part: str = ""
    part_text: str = ""
    codes: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[int, str] = field(default_factory=dict)
    about_person: bool = False
    tells: frozenset[str] = frozenset()
    apart: str = ""
    shift: int = 0

    @property
    def label(self) -> str:
        """What is asked, and of what."""
        return f"{self.text} – {self.part_text}" if self.part_text else self.text

    @property
    def missing(self) -> dict[int, str]:
        """The codes of what is missing in this variable, and their labels."""
        said = MISSING | ({APART_CODE: self.apart} if self.apart else {})
        return {code + self.shift: label for code, label in said.items()}

    def coded(self, code: int) -> int:
        """A missing code as this variable writes it."""
        return code + self.shift

    def is_missing(self, value: int) -> bool:
        """Whether a value says why there is none."""
        return LEAST_MISSING <= value - self.shift <= MOST_MISSING

    def with_values(self, values: Mapping[int, str]) -> "Variable":
        """The same variable with these labels."""
        return replace(self, values=dict(values))


@dataclass(frozen=True)
class LeftOut:
    """A question whose answers are not in the data file, and why: a key of `WHY_LEFT_OUT`."""

    question: str
    text: str
    why: str


WHY_LEFT_OUT = {
    "words": _("People’s own words are never in the data file."),
    "personal": _("It is about the person, and only answers with one choice, numbers and dates can be made safe."),
    "not chosen": _("It is about the person and was not chosen for this file."),
    "tells": _(
        "Whether it was asked, or what could be chosen, tells an answer about the person that is not in this file."
    ),
    "calculated": _("It is worked out from other answers."),
}


@dataclass(frozen=True)
class Plan:
    """What can be exported of a survey: its variables, and what is left out of every file."""

    variables: tuple[Variable, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def about_person(self) -> tuple[Variable, ...]:
        """The variables about the person that may be chosen; who is answering is always in the file."""
        return tuple(each for each in self.variables if each.about_person)

    def chosen(self, names: frozenset[str]) -> "Plan":
        """Only with these questions about the person, and without what would tell of the others."""
        staying, gone = [], list(self.left_out)
        for each in self.variables:
            why = _why_not(each, names)
            if not why:
                staying.append(each)
            elif not any(out.question == each.question for out in gone):
                gone.append(LeftOut(each.question, each.text, why))
        return Plan(tuple(staying), tuple(gone))


def _why_not(variable: Variable, names: frozenset[str]) -> str:
    if variable.about_person and variable.question not in names:
        return "not chosen"
    return "" if variable.tells <= names else "tells"
