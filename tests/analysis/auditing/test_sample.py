"""A sample from its wish to its check: drawn once, extended, kept sealed, and found out when it was changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from analysis.auditing.audit_commands import audit_command
from analysis.auditing.blind_coding import next_passage
from analysis.auditing.designing import begin_sample, design_of, draw_audit, last_drawn, verify_draws
from analysis.auditing.drawing import draw
from analysis.auditing.frames import Frame
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.coding.code_passages import passage_of
from analysis.coding.counting import progress
from analysis.coding.next_passage import next_uncoded
from analysis.coding.tables import Passage
from analysis.learning.training_rows import KEPT_APART
from safekeeping.clock import steady_now
from safekeeping.opening import Opened
from safekeeping.trail import TrailRow
from surveys.intake.read import read_all
from surveys.intake.tables import Response
from tests.analysis.auditing.conftest import Audit
from tests.factories import opener_of

Look = Callable[[Any], list[Any]]
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def faults_of(audit: Audit, sample: AuditSample) -> list[str]:
    return verify_draws(audit.session, sample, opener_of(audit.keys, audit.row), audit.keys.office)


def test_a_sample_is_drawn_by_its_design_and_can_be_drawn_again(audit: Audit) -> None:
    sample = audit.draw(survivor=6, provider=4)
    (drawn,) = audit.drawn()
    opener = opener_of(audit.keys, audit.row)
    everybody = {each.id: each.audience or "" for each in read_all(audit.session, audit.row.id, opener)}
    units = set(audit.session.scalars(select(AuditUnit.response_id)))
    again = draw(Frame(sorted(everybody.items())), {"survivor": 6, "provider": 4}, drawn.seed)
    assert units == again.chosen
    assert design_of(drawn, opener).strata == again.strata
    assert drawn.frame_hash == again.frame_hash
    assert [each.probability for each in again.strata] == [4 / 12, 6 / 24]
    assert faults_of(audit, sample) == []
    draw_audit(audit.bench, drawn.id.hex())  # a worker that died runs it again
    assert set(audit.session.scalars(select(AuditUnit.response_id))) == units


def test_it_is_extended_and_nothing_is_taken_out(audit: Audit) -> None:
    sample = audit.draw(survivor=6, provider=4)
    first = set(audit.session.scalars(select(AuditUnit.response_id)))
    audit.draw(survivor=10, provider=0)
    every = set(audit.session.scalars(select(AuditUnit.response_id)))
    assert first < every
    assert len(every) == 14
    assert len({each.seed for each in audit.drawn()}) == 1
    assert faults_of(audit, sample) == []


def test_who_withdraws_is_a_recorded_loss_and_no_fault(audit: Audit) -> None:
    sample = audit.draw(survivor=6, provider=4)
    units = sorted(audit.session.scalars(select(AuditUnit.response_id)))
    others = sorted(set(audit.session.scalars(select(Response.id))) - set(units))
    gone = [units[0], others[0], others[1]]
    audit.session.execute(delete(Response).where(Response.id.in_(gone)))
    audit.session.commit()
    assert faults_of(audit, sample) == []
    assert len(audit.standing(sample).units) == 9
    last = last_drawn(audit.session, sample.id)
    assert last is not None
    strata = design_of(last, opener_of(audit.keys, audit.row)).strata
    assert [(each.size, each.drawn) for each in strata] == [(12, 4), (24, 6)]
    audit.draw(survivor=8, provider=4)  # an extension begins from who is left
    assert faults_of(audit, sample) == []


@ONE_STORE
@pytest.mark.parametrize("tampering", ["in", "out", "seed", "hash", "mark"])
def test_a_sample_that_was_changed_is_found(audit: Audit, tampering: str) -> None:
    sample = audit.draw(survivor=6)
    (drawn,) = audit.drawn()
    units = list(audit.session.scalars(select(AuditUnit)))
    others = set(audit.session.scalars(select(Response.id))) - {each.response_id for each in units}
    acts: dict[str, Callable[[], object]] = {
        "in": lambda: audit.session.add(AuditUnit(sample_id=sample.id, response_id=min(others), draw=1)),
        "out": lambda: audit.session.delete(units[0]),
        "seed": lambda: setattr(drawn, "seed", bytes(32)),
        "hash": lambda: setattr(drawn, "frame_hash", "0" * 64),
        "mark": lambda: setattr(drawn, "mark", bytes(32)),
    }
    acts[tampering]()
    audit.session.flush()
    assert faults_of(audit, sample)


@ONE_STORE
def test_the_command_says_whether_it_is_as_it_was_drawn(audit: Audit) -> None:
    audit.draw(survivor=6)
    command = audit_command(lambda: Opened(audit.bench.engine, audit.keys))
    good = CliRunner().invoke(command, ["verify", "tiny"])
    assert (good.exit_code, good.output) == (0, "Draws of “tiny” drawn again: 1. Each is as it was drawn.\n")
    assert CliRunner().invoke(command, ["verify", "nowhere"]).exit_code == 1
    audit.session.execute(delete(AuditUnit))
    audit.session.commit()
    bad = CliRunner().invoke(command, ["verify", "tiny"])
    assert bad.exit_code == 1
    assert "taken out" in bad.output


@ONE_STORE
def test_no_audience_is_readable_and_the_trail_holds_the_seed(audit: Audit) -> None:
    audit.draw(survivor=6)
    (drawn,) = audit.drawn()
    assert b"survivor" not in drawn.sealed
    row = audit.session.scalars(select(TrailRow).where(TrailRow.verb == "drew audit")).one()
    detail = json.loads(row.detail)
    assert (detail["seed"], detail["frame"], detail["drawn"]) == (drawn.seed.hex(), drawn.frame_hash, 6)


@ONE_STORE
def test_only_one_audit_is_open_and_another_has_a_number(audit: Audit) -> None:
    sample = audit.draw(survivor=3)
    with pytest.raises(ValueError, match="open"):
        begin_sample(audit.session, audit.row, "mdan", "again", steady_now())
    sample.ended_at = steady_now()
    audit.session.commit()
    other = audit.draw(survivor=3)
    assert (other.number, other.id != sample.id) == (2, True)
    assert len({each.seed for each in audit.drawn()}) == 2


def test_its_passages_are_not_on_the_ordinary_desk_while_it_is_open(audit: Audit) -> None:
    somebody = audit.person("Somebody").id
    whole = progress(audit.session, audit.row.id, somebody).total
    sample = audit.draw(survivor=24)
    ids = set(audit.session.scalars(select(Passage.id).where(Passage.response_id.in_(select(AuditUnit.response_id)))))
    assert progress(audit.session, audit.row.id, somebody).total == whole - len(ids) == 24
    found = next_uncoded(audit.session, audit.row.id, somebody)
    assert found is not None
    assert found.id not in ids
    with pytest.raises(Exception, match="No row"):
        passage_of(audit.session, audit.row.id, min(ids))
    assert next_passage(audit.session, sample, somebody) is None
    sample.ended_at = steady_now()
    audit.session.flush()
    assert progress(audit.session, audit.row.id, somebody).total == whole
    (apart,) = KEPT_APART
    assert set(audit.session.scalars(apart(audit.row.id))) == ids
