"""What the headers are for, seen by what a real browser does: a page of another site tries, and nothing comes of it."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.conftest import Running

pytestmark = [pytest.mark.browser]

#: Ours is 127.0.0.1; this name is of the same machine and another site.
ELSEWHERE = "localhost"


class Site:
    """A web server on this machine that says what it is told to, and notes down every request that reaches it."""

    def __init__(self, host: str) -> None:
        self.page: bytes = b""
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                self.send_response(200)
                for name, value in (site.headers or {"Content-Type": "text/html"}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(site.page)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *said: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://{host}:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Site, Site]]:
    """Another site, and one that says what ours says with something slipped in."""
    made = Site(ELSEWHERE), Site("127.0.0.1")
    yield made
    for site in made:
        site.server.shutdown()
        site.server.server_close()


@pytest.fixture
def stranger(sites: tuple[Site, Site]) -> Site:
    """The other site, before any request."""
    sites[0].asked.clear()
    return sites[0]


@pytest.fixture
def spoilt(sites: tuple[Site, Site], tab: Page, heard: Running) -> Callable[..., Page]:
    """Opens our page with markup in it, as a fault of ours would send it; `bare` takes its headers off."""

    def opened(*markup: str, bare: bool = False) -> Page:
        with urlopen(f"{heard.address}/views") as ours:
            html, headers = ours.read().decode(), dict(ours.headers)
        assert "</main>" in html
        sites[1].page = html.replace("</main>", "".join(markup) + "</main>").encode()
        headers.pop("content-length", headers.pop("Content-Length", None))
        sites[1].headers = {} if bare else headers
        tab.goto(f"{sites[1].address}/views")
        tab.evaluate("document.querySelector('#bait')?.click()")
        tab.wait_for_timeout(200)
        return tab

    return opened


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that may go to both sites."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    """A tab of it."""
    tab = context.new_page()
    yield tab
    tab.close()


@pytest.fixture
def ours(tab: Page, heard: Running) -> Page:
    """A page of ours."""
    tab.goto(f"{heard.address}/views")
    return tab


def test_our_page_does_not_show_inside_another_site_s(tab: Page, stranger: Site, heard: Running) -> None:
    stranger.page = f'<h1>Elsewhere</h1><iframe src="{heard.address}/views"></iframe>'.encode()
    tab.goto(stranger.address)
    tab.wait_for_load_state("networkidle")
    assert "Leave this site" not in "".join(frame.content() for frame in tab.frames[1:])
    assert len(tab.frames) == 2


SCRIPTS = (
    "<script>document.title = 'ran'</script>",
    '<img src="x" onerror="document.title = \'ran\'">',
    '<a id="bait" href="javascript:void(document.title = \'ran\')">x</a>',
    "<iframe srcdoc=\"<script>parent.document.title = 'ran'</script>\"></iframe>",
)
FOREIGN = (
    '<img src="{}/picture.png">',
    '<link rel="stylesheet" href="{}/style.css">',
    '<script src="{}/script.js"></script>',
    '<iframe src="{}/frame"></iframe>',
    '<object data="{}/object"></object>',
    '<video src="{}/film" autoplay></video>',
    '<div style="background: url({}/drawn.png)">x</div>',
    '<link rel="prefetch" href="{}/next">',
)
FORM = '<form method="post" action="{}/take"><button id="bait" name="w" value="x">x</button></form>'


def test_scripts_that_were_slipped_in_do_not_run(spoilt: Callable[..., Page]) -> None:
    assert spoilt(*SCRIPTS).title() == "Your views"


def test_nothing_of_another_site_is_fetched(spoilt: Callable[..., Page], stranger: Site) -> None:
    spoilt(*(each.format(stranger.address) for each in FOREIGN))
    assert stranger.asked == []


def test_a_form_does_not_go_to_another_site(spoilt: Callable[..., Page], stranger: Site) -> None:
    spoilt(FORM.format(stranger.address))
    assert stranger.asked == []


def test_a_page_cannot_be_led_elsewhere_by_its_base(spoilt: Callable[..., Page], stranger: Site) -> None:
    page = spoilt(f'<base href="{stranger.address}/">')
    assert page.evaluate("document.querySelector('#leave').href").startswith("http://127.0.0.1")


def test_without_our_headers_all_of_that_would_happen(spoilt: Callable[..., Page], stranger: Site) -> None:
    for script in SCRIPTS:
        assert spoilt(script, bare=True).title() == "ran"
    spoilt(*(each.format(stranger.address) for each in FOREIGN), bare=True)
    assert len(stranger.asked) >= len(FOREIGN) - 1  # fetching ahead is left to the browser
    spoilt(FORM.format(stranger.address), bare=True)
    assert "/take" in stranger.asked
    page = spoilt(f'<base href="{stranger.address}/">', bare=True)
    assert page.evaluate("document.querySelector('#leave').href").startswith(stranger.address)


def test_a_page_that_opened_ours_has_no_hold_on_it(tab: Page, stranger: Site, heard: Running) -> None:
    stranger.page = (
        f"<script>function open_it() {{ window.held = window.open('{heard.address}/views') }}</script>".encode()
    )
    tab.goto(stranger.address)
    with tab.context.expect_page() as opened:
        tab.evaluate("open_it()")
    opened.value.wait_for_selector("#leave")
    assert opened.value.evaluate("window.opener") is None
    assert tab.evaluate("window.held.closed")


def test_another_site_cannot_use_our_files_or_read_our_pages(tab: Page, stranger: Site, heard: Running) -> None:
    stranger.page = f'<img id="icon" src="{heard.address}/static/icon.svg">'.encode()
    tab.goto(stranger.address)
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("document.querySelector('#icon').naturalWidth") == 0
    with pytest.raises(Error, match="Failed to fetch"):
        tab.evaluate(f"fetch('{heard.address}/views')")


def test_another_site_learns_nothing_of_where_somebody_was(ours: Page, stranger: Site) -> None:
    ours.evaluate(f"window.location.href = '{stranger.address}/next'")
    ours.wait_for_url(f"{stranger.address}/**")
    assert ours.evaluate("document.referrer") == ""


def test_a_device_s_senses_cannot_be_asked_for(ours: Page) -> None:
    policy = "document.featurePolicy ?? document.permissionsPolicy"
    for feature in ("camera", "microphone", "geolocation", "display-capture"):
        assert ours.evaluate(f"({policy}).allowsFeature('{feature}')") is False
