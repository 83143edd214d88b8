"""From what is said of passages to what is said of a response: machine scores, and what people settled on. Pure.

A response speaks to a code where one of its passages does. The machine's score of a section is the chance that at least
one passage speaks to it, as if passages were independent: 1 - product of (1 - p). That of a theme or a stance is the
same over the passages it was suggested for, with the chance of their section. That passages of one answer are alike,
and the score too high for it, costs width only: scores are weighed, and corrected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from analysis.coding.stances import stances
from analysis.findings.shown import SECTION, STANCE, THEME, Code
from analysis.standard.edition import Edition


@dataclass(frozen=True)
class Said:
    """What is said of one passage: codes of sections and themes, a stance or "", and the chance of each section."""

    sections: Iterable[str]
    themes: Iterable[str]
    stance: str
    chances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """The codes of an edition that shares are estimated for."""

    edition: Edition

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Sections, then themes, then the stances of each section."""
        sections = self.edition.sections
        return (
            *(Code(each.code, each.title, SECTION, each.code) for each in sections),
            *(Code(theme.code, theme.title, THEME, each.code) for each in sections for theme in each.themes),
            *(
                Code(f"{each.code}/{stance}", title, STANCE, each.code)
                for each in sections
                for stance, title in stances().items()
                if stance
            ),
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Code -> its place among `codes`."""
        return {each.code: place for place, each in enumerate(self.codes)}

    def of_passage(self, said: Said) -> set[str]:
        """Every code that a passage speaks to."""
        sections = set(said.sections)
        with_stance = {f"{each}/{said.stance}" for each in sections if said.stance}
        return {each for each in (*sections, *said.themes, *with_stance) if each in self.place}

    def labels(self, passages: Iterable[Said]) -> set[str]:
        """Every code that a response speaks to."""
        return set().union(*(self.of_passage(each) for each in passages))

    def scores(self, passages: Iterable[Said]) -> list[float]:
        """The machine's score of each code, in their order."""
        left = [1.0] * len(self.codes)
        for said in passages:
            for section, chance in said.chances.items():
                if section in self.place:
                    left[self.place[section]] *= 1 - chance
            for code in self.of_passage(said) - set(said.chances):
                left[self.place[code]] *= 1 - said.chances.get(self.codes[self.place[code]].section, 1.0)
        return [1 - each for each in left]
