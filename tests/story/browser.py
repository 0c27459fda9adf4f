"""A browser without JavaScript, driven by what people see; each page reached is weighed, checked and pictured."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Browser, Page, Response, Route

from tests.html import html_errors
from tests.looking import WIDE, Eye

ONE_ROUND_TRIP = 14 * 1024


class Album:
    """Where the numbered pictures and papers of a story go; without a folder, none is made."""

    def __init__(self, folder: Path | None) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.number = folder, 0

    def page(self, page: Page, title: str) -> None:
        """Keep a picture of a page."""
        if self.folder:
            page.screenshot(path=self._next(title, "png"), full_page=True)

    def paper(self, pdf: bytes, title: str) -> None:
        """Keep a paper."""
        if self.folder:
            self._next(title, "pdf").write_bytes(pdf)

    def _next(self, title: str, kind: str) -> Path:
        self.number += 1
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        return self.folder / f"{self.number:02}-{slug}.{kind}"


class Someone:
    """One person at one browser: JavaScript is off; an `Eye` with it on looks at the same HTML with axe."""

    def __init__(self, browser: Browser, url: str, album: Album, name: str) -> None:
        self.url, self.album, self.name = url, album, name
        self.context = browser.new_context(
            java_script_enabled=False, locale="fr-FR", viewport={"width": WIDE, "height": 900}
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.requests: list[str] = []
        self.document: Response | None = None
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._arrived)
        self.eye = Eye(browser, WIDE, origin=url, answer=Route.continue_)
        self.faults: list[str] = []

    # -- going and acting

    def goes_to(self, path: str) -> Response | None:
        """Open an address of the service."""
        return self.page.goto(path if path.startswith("http") else self.url + path)

    def follows(self, words: str) -> None:
        """Click the link with these words."""
        self.page.get_by_role("link", name=words).first.click()

    def presses(self, words: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=words).first.click()

    def fills(self, **fields: str) -> None:
        """Type into fields by name."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def ticks(self, *pairs: tuple[str, str] | str) -> None:
        """Tick boxes: (name, value) of a group, or the name of a lone box."""
        for pair in pairs:
            name, value = (pair, None) if isinstance(pair, str) else pair
            selector = f"[name='{name}']" + (f"[value='{value}']" if value else "")
            self.page.locator(f"label[for='{self.page.locator(selector).get_attribute('id')}']").click()
            assert self.page.locator(selector).is_checked(), selector

    def fetches(self, url: str, title: str) -> bytes:
        """Download what a link leads to (a PDF), keep it in the album, and return its bytes."""
        answer = self.context.request.get(url if url.startswith("http") else self.url + url, timeout=60_000)
        for _ in range(6):
            if answer.status != 202:
                break
            answer = self.context.request.get(url if url.startswith("http") else self.url + url, timeout=60_000)
        assert answer.status == 200, (url, answer.status, answer.text()[:500])
        assert answer.headers["content-type"].startswith("application/pdf"), answer.headers
        self.album.paper(answer.body(), f"{self.name} {title}")
        return answer.body()

    def address_of(self, words: str) -> str:
        """Where the link with these words leads."""
        found = self.page.get_by_role("link", name=words).first.get_attribute("href")
        assert found, words
        return found

    def _arrived(self, response: Response) -> None:
        of_page = response.request.is_navigation_request() and response.frame == self.page.main_frame
        if of_page and response.status not in (301, 302, 303):
            self.document = response

    def posts(self, action: str, title: str) -> bytes:
        """Press the button of the form that goes to `action` and keep the PDF that it answers."""
        token = self.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
        fields = self.page.locator(f"form[action='{action}'] input[type=hidden]")
        data = {"csrfmiddlewaretoken": token or ""}
        for index in range(fields.count()):
            field = fields.nth(index)
            data[field.get_attribute("name") or ""] = field.get_attribute("value") or ""
        answer = self.context.request.post(
            self.url + action, form=data, headers={"Referer": self.page.url}, timeout=60_000
        )
        assert answer.status in (200, 202), (action, answer.status, answer.text()[:500])
        return self.fetches(answer.url, title)

    # -- looking

    def sees(self, *words: str) -> None:
        """Each of these words is on the page."""
        text = re.sub(r"\s+", " ", self.page.locator("body").inner_text())
        for word in words:
            assert word in text, f"{self.name} does not see « {word} » on {self.page.url}:\n{text}"

    def looks(self, title: str) -> None:
        """Keep a picture of the page, and check it: axe, weight, requests, no script."""
        self.album.page(self.page, f"{self.name} {title}")
        where = f"{self.name} {title} ({urlparse(self.page.url).path})"
        html = self.document.text()
        faults = [*html_errors(html), *self._weighs(html), *self.eye.faults(html)]
        self.faults += [f"{where}: {fault}" for fault in faults]

    def _weighs(self, html: str) -> list[str]:
        css = {url: self.context.request.get(url).body() for url in self._styles(html)}
        weight = sum(len(gzip.compress(body, 9)) for body in [html.encode(), *css.values()])
        faults = [f"{weight} bytes"] if weight > ONE_ROUND_TRIP else []
        # A PDF in a frame is shown by the browser's own viewer, from the browser's own pages.
        asked = [url for url in self.requests if not url.startswith(("chrome", "data:"))]
        faults += [f"asks {url}" for url in asked if not url.startswith(self.url)]
        self.requests.clear()
        if re.search(r"<script|\son\w+=|style=", html):
            faults.append("script or inline style")
        return faults

    def _styles(self, html: str) -> list[str]:
        return [self.url + path for path in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)]
