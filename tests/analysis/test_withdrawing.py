"""Withdrawing what was counted: its passages and suggestions go, and its words in the findings; others' stay."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.findings.report import Example, Figures, Group
from analysis.findings.tables import Findings, Made, keep, opened
from analysis.withdrawing import withdraw
from safekeeping.codes import Effort, follow, new_code
from safekeeping.jobs import Bench, this_hour
from safekeeping.vault import Vault, random_id, withdrawal_mark
from surveys.intake.mix import BATCH, mix
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Response
from surveys.intake.withdraw import keep_receipt, wish
from tests.factories import as_open, opener_of, published_survey, submitted

Look = Callable[[Any], list[Any]]
HANDLE = b"h" * 16
NOBODY = Figures("a standard", (), (), Group("", "Everyone", None, None, None, ()))


def suggested(session: Session, response_id: bytes) -> None:
    """A passage with a suggestion."""
    passage = Passage(response_id=response_id, question="say", start=0, end=4, may_quote=False)
    session.add(passage)
    session.flush()
    more = {"sections": [], "probabilities": {}, "themes": [], "stance": "", "confidence": 0.5, "reasons": []}
    session.add(Suggestion(passage_id=passage.id, model="m", **more))


def test_everything_made_of_it_goes_and_the_figures_stay(
    session: Session, keys: Vault, engine: Engine, look: Look
) -> None:
    row = published_survey(session, keys)
    submitted(session, row, BATCH - 1, say="noise")
    submit(session, as_open(row), Submission({"audience": "survivor", "say": "mine"}, handle=HANDLE), random_id())
    opener = opener_of(keys, row)
    mix(session, row.id, opener)
    (mine,) = keys.store.marked(row.id, [withdrawal_mark(HANDLE)])
    every = list(session.scalars(select(Response.id)))
    for response_id in every:
        suggested(session, response_id)
    examples = tuple(Example("s", f"words of {each.hex()}", None, each.hex()) for each in every)
    keep(session, row.public_key, row.id, Made(NOBODY, "<svg/>", examples, {}), this_hour())
    found = follow(new_code(), row.id, Effort(8, 1))
    keep_receipt(session, row.id, HANDLE, found)
    wish(session, row.id, row.public_key, found)
    session.commit()
    survey_id = row.id.hex()
    for _ in range(2):
        withdraw(Bench(engine, keys, lambda done, total: None, {}), survey_id)
        others = set(every) - {mine}
        assert set(look(select(Passage.response_id))) == others
        assert len(look(select(Suggestion.passage_id))) == BATCH - 1
        made = opened(look(select(Findings))[0], keys)
        assert {example.source for example in made.examples} == {each.hex() for each in others}
        assert (made.figures, made.chart) == (NOBODY, "<svg/>")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_gone_already_is_no_fault(session: Session, keys: Vault, engine: Engine, look: Look) -> None:
    row = published_survey(session, keys)
    keep(session, row.public_key, row.id, Made(NOBODY, "", (Example("s", "words"),), {}), this_hour())
    session.commit()
    bench = Bench(engine, keys, lambda done, total: None, {})
    keys.store.forget_survey(row.id)
    withdraw(bench, row.id.hex())
    withdraw(bench, random_id().hex())
    assert len(look(select(Findings.survey_id))) == 1
