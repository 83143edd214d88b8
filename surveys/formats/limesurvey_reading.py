"""What reading each of LimeSurvey’s questions needs: names, what they stand for, and wordings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.drafting import Draft, Table
from surveys.formats.foreign_logic import Known
from surveys.formats.limesurvey_rows import LimeQuestion, Part, Texts


@dataclass
class Reading:
    """The draft, what each name of LimeSurvey is here, and equations that wait until every name is known."""

    draft: Draft
    survey_id: str = ""
    known: dict[str, Known] = field(default_factory=dict)
    equations: list[tuple[str, str, str]] = field(default_factory=list)

    def learn(self, question: LimeQuestion, part: str, known: Known) -> None:
        """What `Q1_SQ001` and `12X3X4SQ001` stand for."""
        code = f"{question.code}_{part}" if part else question.code
        self.known[code] = known
        row = question.row
        for written in {part, part.replace("_", "#")}:
            self.known[f"{self.survey_id}X{row.get('gid', '')}X{row.get('qid', '')}{written}"] = known


def base(reading: Reading, question: LimeQuestion, kind: str, suffix: str = "", texts: Texts | None = None) -> Table:
    """Name, kind, wording and hint."""
    place = place_of(question)
    raw = f"{question.code}_{suffix}" if suffix else question.code
    name = reading.draft.name(raw or "question", place)
    own = reading.draft.wording(question.texts if texts is None else texts, place)
    around = reading.draft.wording(question.texts, place)
    helped = reading.draft.wording(question.helps, place)
    table = {"name": name, "kind": kind, "wording": own or around or raw or "Question"}
    hint = around if texts is not None and own else helped
    return table | ({"hint": hint} if hint else {})


def place_of(question: LimeQuestion) -> str:
    """How messages name it."""
    return f"question “{question.code}”"


def labels_of(reading: Reading, parts: Iterable[Part], place: str) -> list[tuple[str, Any]]:
    """Subquestions or answers, as (code, wording)."""
    return [(part.code, reading.draft.wording(part.texts, place, part.code or "…")) for part in parts]


def left_out(reading: Reading, question: LimeQuestion, what: str) -> list[Table]:
    """Note that a question is not carried over; it becomes none of ours."""
    reading.draft.lose(place_of(question), what, _("the question is left out"))
    return []
