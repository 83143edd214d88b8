"""Pieces of evidence: what a proposal can rest on, each as it may be seen and by its hash. Pure.

What a piece holds, by its kind (`refers`: where it is from, ids in hex; `shown`: what was seen):

- figure: survey, table, code, group | title, group, percent, low, high, kind, base
- difference: survey, table, code, one, other | title, one, other, points, low, high, differs
- quote: survey, release | section, theme (the words stay in the ledger of quotes; the hash is theirs)
- assessment: assessment, clause | service, met
- document: document | title, address
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIGURE, DIFFERENCE, QUOTE, ASSESSMENT, DOCUMENT = KINDS = ("figure", "difference", "quote", "assessment", "document")


@dataclass(frozen=True)
class Piece:
    """One piece. `words`: those of a quote, with what stands under them; they are hashed and kept nowhere else."""

    kind: str
    refers: Mapping[str, Any]
    shown: Mapping[str, Any]
    words: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """SHA-256 of what it is and shows, in hex; the same as long as it shows the same."""
        told = [self.kind, dict(self.refers), dict(self.shown), list(self.words)]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def key(self) -> str:
        """What names it in a form: the same for the same place, whatever it shows now."""
        told = json.dumps([self.kind, dict(self.refers)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:20]
