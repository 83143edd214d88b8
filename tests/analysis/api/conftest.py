"""The programs' door does not depend on the database, but for what `test_token_rows.py` asks of both."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from safekeeping.vault import Vault
from tests.analysis.api.at_the_door import Programs


@pytest.fixture
def programs(app: Flask, session: Session, keys: Vault) -> Programs:
    """Two organisations with surveys and figures."""
    return Programs(app, session, keys)
