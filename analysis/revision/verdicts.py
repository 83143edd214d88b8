"""What people would do with a clause: keep, change or remove it, as far as it may be seen. Pure.

A question on a clause is one of the breakdowns of findings. How many chose what are the sizes of its groups, which went
through the gate with the table: to the nearest five, and withheld where they are few. Nothing is counted here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from analysis.findings.shown import ALL, ShownTable
from safekeeping.languages import gettext as _
from surveys.definition.questions import VERDICTS, ClauseView
from surveys.definition.survey import Survey

CALLED = {
    "keep": _("keep it"),
    "change": _("change it"),
    "remove": _("remove it"),
    "unsure": _("not sure"),
}


@dataclass(frozen=True)
class VerdictLine:
    """One verdict, what it is called, and how many gave it, to the nearest five; None is withheld."""

    verdict: str
    called: str
    base: int | None


@dataclass(frozen=True)
class Verdicts:
    """One question on a clause: its name, its wording, its verdicts, and how many answered the survey in all."""

    question: str
    wording: str
    lines: tuple[VerdictLine, ...]
    everybody: int | None

    @property
    def withheld(self) -> tuple[str, ...]:
        """What the verdicts are called whose numbers are withheld."""
        return tuple(line.called for line in self.lines if line.base is None)


def verdicts_on(
    survey: Survey, tables: Sequence[ShownTable], names: Collection[str], wordings: dict[str, str]
) -> tuple[Verdicts, ...]:
    """What was said to each question on a clause that goes by one of these names (its number, its codes).

    `wordings`: name of a question -> how it is worded. A question without a table was not let out yet.
    """
    by_name = {table.name: table for table in tables}
    asked = [each for each in survey.questions if isinstance(each, ClauseView) and each.clause in names]
    return tuple(_verdicts(by_name[each.name], wordings[each.name]) for each in asked if each.name in by_name)


def _verdicts(table: ShownTable, wording: str) -> Verdicts:
    bases = {each.code: each.base for each in table.groups}
    return Verdicts(table.name, wording, tuple(_lines(bases)), bases.get(ALL))


def _lines(bases: dict[str, int | None]) -> Iterator[VerdictLine]:
    for verdict in VERDICTS:
        yield VerdictLine(verdict, _(CALLED[verdict]), bases.get(verdict))
