"""Load the worked example once, through the same doors that real answers take."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault, random_id
from surveys.definition.answered_at import find_open
from surveys.definition.published import as_open, publish
from surveys.intake.submit import Submission, submit

#: Where the worked example is answered.
EXAMPLE = "views"
HERE = Path(__file__).parent
SURVEY, RESPONSES = HERE / "survey.toml", HERE / "responses.jsonl"


def load_example(session: Session, keys: Vault, now: datetime) -> bool:
    """Publish the example and submit its responses. False if it was there already."""
    definition = SURVEY.read_text(encoding="utf-8")
    if find_open(session, EXAMPLE):
        return False
    first_organisation(session).trying_out = True
    target = as_open(session, publish(session, keys, definition, now))
    with RESPONSES.open(encoding="utf-8") as lines:
        for line in lines:
            submit(session, target, Submission(json.loads(line)["answers"]), random_id())
    return True
