"""Chromium's look at a page's HTML: what axe says of it, and whether it is wider than its window."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Playwright, Route

from portal.design.sheet import BUILT

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NOWHERE = "http://testserver"
NARROW = 320  # pixels: a window of 1280 at 400 % (WCAG 1.4.10)
WIDE = 1280
KINDS = {".css": "text/css", ".woff2": "font/woff2"}


def chromium(playwright: Playwright) -> Browser:
    """The browser of the system."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)


def from_our_files(route: Route) -> None:
    """What a page asks for where no server runs: our styles and typeface, and nothing else."""
    path = route.request.url.removeprefix(NOWHERE)
    file = BUILT.parent / path.removeprefix("/static/")
    if path.startswith("/static/") and file.is_file():
        route.fulfill(body=file.read_bytes(), content_type=KINDS[Path(path).suffix])
    else:
        route.fulfill(status=404)


class Eye:
    """One window, kept from look to look: axe is loaded in it once, each page is written into it.

    `origin` is where the pages come from; `answer` is asked for what they need.
    """

    def __init__(
        self, browser: Browser, width: int, *, origin: str = NOWHERE, answer: Callable[[Route], None] = from_our_files
    ) -> None:
        self.width = width
        self.context = browser.new_context(bypass_csp=True, locale="fr-FR", viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.route("**/*", answer)
        self.page.route(f"{origin}/empty", lambda route: route.fulfill(body="", content_type="text/html"))
        self.page.goto(f"{origin}/empty")
        self.page.evaluate(Axe().axe_script)

    def __enter__(self) -> "Eye":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.context.close()

    def shows(self, html: str) -> None:
        """Write this page into the window, and wait for its styles and typeface."""
        self.page.set_content(html)
        self.page.evaluate("document.fonts.ready")

    def faults(self, html: str) -> list[str]:
        """What is wrong with this page at this width."""
        self.shows(html)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        faults = [f"{wide} pixels wide in {self.width}"] if wide > self.width else []
        found = self.page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
        return faults + [f"{self.width}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
