"""The worked example, worked through: taken in, audited, estimated, quoted, and the revision that came of it."""

from datetime import datetime

from sqlalchemy import Engine

from analysis.auditing.example import audit_example
from analysis.jobs import KINDS
from analysis.quoting.example import quote_example
from analysis.revision.example import revise_example
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from surveys.example.load import EXAMPLE


def code_example(bench: Bench) -> None:
    """Take its answers in and code its audit, before anything is estimated from them."""
    with session_for(bench.engine) as session:
        survey_id = published_at(session, EXAMPLE).id.hex()
    KINDS["take in"](bench, survey_id)
    audit_example(bench, EXAMPLE)


def use_example(engine: Engine, keys: Vault, now: datetime) -> None:
    """What people do with findings, once there are some: release quotes, and revise the standard."""
    quote_example(engine, keys, EXAMPLE, now)
    revise_example(engine, keys, EXAMPLE, now)
