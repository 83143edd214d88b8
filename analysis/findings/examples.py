"""Choose a few passages per section to read beside the figures, in one pass and bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.findings.report import Example

EACH = 3
#: Very short passages say little by themselves, very long ones are not read.
SHORTEST, LONGEST = 40, 300  # characters


@dataclass
class Examples:
    """The most confident passages that speak to one section alone, each from another response."""

    each: int = EACH
    _kept: dict[str, dict[str, tuple[float, Example]]] = field(default_factory=dict)

    def offer(
        self,
        sections: Sequence[str],
        confidence: float,
        source: str,
        text: str,
        audience: str | None,
        *,
        may_quote: bool,
    ) -> None:
        """Consider a passage with its suggested sections; one that may not be quoted is never taken.

        `source` names its response. Equal confidences are settled by it: the same input gives the same examples.
        """
        if not may_quote or len(sections) != 1 or not SHORTEST <= len(text) <= LONGEST:
            return
        kept = self._kept.setdefault(sections[0], {})
        if source in kept and kept[source][0] >= confidence:
            return
        kept[source] = (confidence, Example(sections[0], text, audience, source))
        if len(kept) > self.each:
            del kept[min(kept, key=lambda other: (kept[other][0], other))]

    def chosen(self) -> list[Example]:
        """The examples, section by section, the most confident first."""
        return [
            kept[source][1]
            for section, kept in sorted(self._kept.items())
            for source in sorted(kept, key=lambda source: (kept[source][0], source), reverse=True)
        ]
