"""The pages of a bridge, and of a comparison over one: answered by the application itself, seen with axe."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select

from analysis.code_books.versions import versions_of
from analysis.findings.waves.bridging import make_shares
from analysis.findings.waves.bridging_job import JOB
from safekeeping.jobs import Job
from tests.analysis.auditing.conftest import Audit, Look, send
from tests.analysis.auditing.conftest import audit as audit
from tests.analysis.auditing.test_bridge_compared import COMPARE, two_waves
from tests.analysis.auditing.test_bridges import PAGE, a_bridge, code_all
from tests.browser.conftest import DESK, PHONE, problems

pytestmark = [pytest.mark.browser]
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def looked_at(browser: Browser, client: FlaskClient, size: dict[str, int], *, dark: bool) -> Callable[[str], Page]:
    """Opens an address in a browser for which the application answers."""
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]

    def answer(route: Route) -> None:
        got = client.get(route.request.url.removeprefix("http://heard.test"))
        route.fulfill(status=got.status_code, body=got.data, content_type=got.content_type)
        got.close()

    page.route("**/*", answer)

    def opened(path: str) -> Page:
        page.goto(f"http://heard.test{path}")
        return page

    return opened


@ONE_STORE
def test_pages_of_a_bridge_have_no_fault(audit: Audit, look: Look, browser: Browser) -> None:
    earlier, _later = two_waves(audit)
    reader = audit.at("Rea", "analyst", "coding lead")
    opened = [looked_at(browser, reader, PHONE, dark=False), looked_at(browser, reader, DESK, dark=True)]
    found = {}
    for number, at in enumerate(opened):
        found["plan", number] = problems(at(PAGE))
        found["unlike", number] = problems(at(f"{COMPARE}?with=tiny"))
    to = versions_of(audit.session, "mdan")[-1]
    audit.session.commit()
    a_bridge(earlier, to)
    audit.session.commit()
    for number, at in enumerate(opened):
        found["room", number] = problems(at("/desk/audit/tiny"))
        found["open", number] = problems(at(PAGE))
    code_all(earlier, "Cat Dan", to.edition, {"survivor": {"NEW"}, "provider": {"AE", "ONE"}})
    send(reader, COMPARE, **{"with": "tiny"})
    for job in look(select(Job).where(Job.kind == JOB)):
        make_shares(audit.bench, job.argument)
    for number, at in enumerate(opened):
        page = at(f"{COMPARE}?with=tiny")
        assert "Carried over by a bridge" in page.inner_text("main")
        found["compared", number] = problems(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
