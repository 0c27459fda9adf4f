"""WeasyPrint, made ready once a process: the typeface and the styles; nothing else is ever fetched."""

from functools import cache
from pathlib import Path

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from assistance.paper.html import TEMPLATES, html_of, styles_of
from assistance.paper.sheets import Sheet

ACCESSIBLE = {"pdf_variant": "pdf/ua-1"}
FONT_SCHEME = "font:"


class RefusedURL(ValueError):
    """A sheet asked for something other than our typeface."""


class FontsOnly(URLFetcher):
    """Answers `font:<file>` with a file of the typeface, and refuses every other address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The font file. Raises `RefusedURL` for anything else."""
        name = url.removeprefix(FONT_SCHEME)
        if not url.startswith(FONT_SCHEME) or name not in _fonts():
            raise RefusedURL(f"a sheet fetches nothing but its typeface: {url[:80]}")
        return URLFetcherResponse(url, _fonts()[name].read_bytes(), {"Content-Type": "font/woff2"})


@cache
def _fonts() -> dict[str, Path]:
    return {path.name: path for path in (settings.BASE_DIR / "static/fonts").glob("*.woff2")}


@cache
def fetcher() -> FontsOnly:
    """The one fetcher of this process."""
    return FontsOnly()


@cache
def font_configuration() -> FontConfiguration:
    """The one configuration of fonts of this process: making it takes as long as a page."""
    return FontConfiguration()


@cache
def style(name: str) -> CSS:
    """One stylesheet of paper, parsed once a process."""
    return CSS(
        string=(settings.BASE_DIR / "templates" / TEMPLATES / name).read_text(encoding="utf-8"),
        base_url=FONT_SCHEME,
        font_config=font_configuration(),
        url_fetcher=fetcher(),
    )


def options_of(sheet: Sheet) -> dict[str, object]:
    """What WeasyPrint is given beside the HTML."""
    return {"stylesheets": [style(name) for name in styles_of(sheet)], "font_config": font_configuration()}


def lay_out(sheet: Sheet, **options: object) -> Document:
    """The pages of a sheet, not written yet."""
    return HTML(string=html_of(sheet), base_url=FONT_SCHEME, url_fetcher=fetcher()).render(
        **options_of(sheet), **options
    )
