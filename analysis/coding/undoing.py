"""Take back the last act of a coder: a new row says so, and what it made does not count any more."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.coding import splitting
from analysis.coding.acts import CODED, MERGE, SPLIT, Here, did, last_act
from analysis.coding.code_passages import latest_coding
from analysis.coding.counting import keep_up
from analysis.coding.tables import HISTORY, UNDO, DeskAct, Passage

#: What is to be done beside noting it, by the kind of act.
BACK: dict[str, Callable[[Here, str, DeskAct], Passage]] = {SPLIT: splitting.back, MERGE: splitting.back}


@dataclass(frozen=True)
class Undone:
    """What was taken back, and the passage to look at after it."""

    kind: str
    passage: Passage


def undo(here: Here, answer_of: Callable[[Passage], str]) -> Undone | None:
    """Take back this coder's last act in the survey, whichever passage it was at; `here` says who and when.

    None where there is nothing left. Raises `splitting.CutSince` where a colleague has built on it.
    """
    act = last_act(here.session, here.survey_id, here.coder)
    if act is None:
        return None
    passage = here.session.get_one(Passage, act.passage_id, execution_options=HISTORY)
    shown = BACK[act.kind](here.at(passage), answer_of(passage), act) if act.kind in BACK else passage
    did(here.at(shown), UNDO, act.about)
    if act.kind == CODED and latest_coding(here.session, passage, here.coder) is None and passage.in_use:
        keep_up(here.session, here.survey_id, here.coder, -1, here.now)
    return Undone(act.kind, shown)
