"""Tests in a browser go to one worker: each worker that has any starts a Heard of its own, which takes half a minute.

(pytest-xdist's `loadgroup` should do this; with pytest 9.2 the names of its groups do not arrive.)
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling


class OneBrowser(LoadScopeScheduling):  # type: ignore[misc]
    """Every test by itself, but those in a browser together and first."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    """How pytest-xdist shares out the tests."""
    return OneBrowser(config, log)
