"""Where decisions are read for learning: one place, so that an audit can be kept out there."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding, Passage
from analysis.learning import training_rows as module
from analysis.learning.training_rows import training_rows
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.intake.mix import mix
from surveys.intake.tables import Response
from tests.factories import NOW, opener_of, published_survey, submitted

ANALYSIS = Path(module.__file__).parent.parent
#: Where the table of decisions may be imported at all: what writes, deletes or exports it, or groups what it leaves.
READERS = {
    "auditing/shares.py",  # it counts them
    "code_books/carrying.py",
    "coding/code_passages.py",
    "coding/counting.py",
    "coding/desk_lists.py",
    "coding/desk_view.py",
    "coding/next_passage.py",
    "emerging/finding.py",
    "exchange/bringing_in.py",
    "findings/estimating.py",  # as a shape: it reads no row of it
    "exchange/code_tree.py",
    "exchange/coded_texts.py",
    "learning/audited.py",  # as a shape: it reads no row of it
    "learning/training_rows.py",
    "made.py",
    "quoting/candidates.py",
    "reading/selecting.py",
    "sharing/own_words.py",
}


#: Module -> the name in it that leads to decisions.
LEADS_THERE = {"analysis.coding.tables": "Coding", "analysis.coding": "tables"}


def imports_decisions(path: Path) -> bool:
    """Whether a module imports `Coding`, or the module that holds it."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    return any(LEADS_THERE.get(node.module or "") in {name.name for name in node.names} for node in nodes)


def test_decisions_are_read_for_learning_in_one_place() -> None:
    found = {path.relative_to(ANALYSIS).as_posix() for path in ANALYSIS.rglob("*.py") if imports_decisions(path)}
    assert found == READERS


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_kept_apart_is_never_learnt_from(
    session: Session, keys: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = published_survey(session, keys)
    submitted(session, row, 10, say="One thing.")
    mix(session, row.id, opener_of(keys, row))
    person = add_staff(session, "A", ("coder",))
    for response in session.scalars(select(Response)).all():
        passage = Passage(response_id=response.id, question="say", start=0, end=3, may_quote=False)
        session.add(passage)
        session.flush()
        said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
        session.add(Coding(passage_id=passage.id, staff_id=person.id, **said))
    session.flush()
    audited = sorted(session.scalars(select(Passage.id)))[:4]

    def apart(survey_id: bytes) -> Select[bytes]:
        assert survey_id == row.id
        return select(Passage.id).where(Passage.id.in_(audited))

    assert len(training_rows(session, row.id, "mdan")) == 10
    monkeypatch.setattr(module, "KEPT_APART", (apart,))
    left = training_rows(session, row.id, "mdan")
    assert len(left) == 6
    assert not {each.passage_id for each in left} & set(audited)
