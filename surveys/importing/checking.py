"""The dry run: what of a file would come in and what would not, row by row and column by column. Writes nothing."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from safekeeping.languages import gettext as _
from safekeeping.languages import speaking
from surveys.definition.path import Path
from surveys.definition.quotable import quotable
from surveys.definition.survey import Survey
from surveys.importing.answering import Answering, Line
from surveys.importing.brought import Brought
from surveys.importing.plan import Plan, Reader
from surveys.intake.submit import Submission

#: Messages are the desk's; months are read in English and in this language.
DESK = "en"
NEVER_SENT = _("whoever wrote it never sent it: LimeSurvey has no time of sending for it")
#: A spreadsheet takes a cell that begins with one of these for a formula; the last four are their full-width forms.
FORMULA_MARKS = tuple("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}－＠")
#: So many losses are kept of a file; there is nothing more to learn from the others.
MOST_KEPT = 20_000
Progress = Callable[[int, int], None]


@dataclass
class Found:
    """What a dry run found. `rows` come in of `total`; `refused` are the others, `lost` are cells of those that come
    in, `more` how many losses there are beyond; `blank`: question -> rows without an answer that is required;
    `quoted` rows let their words be quoted."""

    total: int
    rows: int = 0
    refused: list[Line] = field(default_factory=list)
    lost: list[Line] = field(default_factory=list)
    more: int = 0
    blank: dict[str, int] = field(default_factory=dict)
    quoted: int = 0

    def to_bytes(self) -> bytes:
        """To be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Found":
        """What was packed."""
        found: dict[str, Any] = json.loads(packed)
        found |= {name: [Line(**line) for line in found[name]] for name in ("refused", "lost")}
        return cls(**found)

    @property
    def lines(self) -> list[Line]:
        """Everything that is not taken in, by row."""
        return sorted([*self.refused, *self.lost], key=lambda line: line.row)

    def by_column(self) -> list[tuple[str, int]]:
        """Each column with how many of its cells are lost, the most first."""
        return Counter(line.column for line in self.lost).most_common()


def try_out(
    survey: Survey, plan: Plan, brought: Brought, progress: Progress = lambda done, total: None
) -> tuple[Found, list[Submission]]:
    """What would come in, and what is to be sent for it. The same plan and file give the same."""
    answering, found = Answering(Reader(survey, plan), brought), Found(len(brought.rows) + len(brought.unfinished))
    found.refused = [Line(number, "", NEVER_SENT) for number in brought.unfinished]
    blank: Counter[str] = Counter()
    ready = []
    with speaking(DESK):
        for number, row in enumerate(brought.rows):
            done = answering.row(row)
            if number % 100 == 0:
                progress(number, len(brought.rows))
            if done.refused:
                found.refused.append(Line(row.number, "", done.refused))
                continue
            _note(found, done.lost)
            blank.update(done.blank)
            language = row.language if row.language in survey.all_languages else ""
            ready.append(Submission(done.answers, date.fromisoformat(plan.day), language))
    found.rows, found.blank = len(ready), dict(blank.most_common())
    found.quoted = sum(bool(quotable(Path(survey, sent.answers, sent.today), ())) for sent in ready)
    return found, ready


def _note(found: Found, lost: Iterable[Line]) -> None:
    for line in lost:
        if len(found.lost) < MOST_KEPT:
            found.lost.append(line)
        else:
            found.more += 1


def report(found: Found, brought: Brought) -> bytes:
    """Everything that is not taken in, as a CSV that spreadsheet programs read as text: row, column, why."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow((_("row"), _("column"), _("why it is not taken in")))
    for column, why in brought.left_out:
        writer.writerow(
            (_("all"), _safe(column), _("it is about {what}: such columns are never taken in", what=_(why)))
        )
    for line in found.lines:
        why = line.said if line.column else _("the whole row: {why}", why=line.said)
        writer.writerow((line.row, _safe(line.column), _safe(why)))
    if found.more:
        writer.writerow(("", "", _("and {number} more", number=found.more)))
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _safe(cell: str) -> str:
    """A text that no program runs."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_MARKS) else cell
