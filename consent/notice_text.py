"""The text of a notice, from its light markup to HTML.

The markup: `## ` opens a heading, `- ` an item of a list, `**` surrounds strong words; a blank line ends
a paragraph. Everything else is text, and is escaped: no text whatever can give markup of its own.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_STRONG = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")


def notice_html(body: str, level: int = 2) -> SafeString:
    """The HTML of a body, its headings at this level (2 to 6): h2 on its own page, h3 inside another page."""
    if not 2 <= level <= 6:
        raise ValueError("a heading of a notice is between h2 and h6")
    html: list[str] = []
    paragraph: list[str] = []
    items: list[str] = []

    def end_block() -> None:
        if paragraph:
            html.append(f"<p>{_line(' '.join(paragraph))}</p>")
        if items:
            html.append("<ul>\n" + "\n".join(f"<li>{_line(item)}</li>" for item in items) + "\n</ul>")
        paragraph.clear()
        items.clear()

    for line in map(str.strip, body.splitlines()):
        if line.startswith("## "):
            end_block()
            html.append(f"<h{level}>{_line(line[3:])}</h{level}>")
        elif line.startswith("- "):
            if paragraph:
                end_block()
            items.append(line[2:])
        elif line:
            if items:
                end_block()
            paragraph.append(line)
        else:
            end_block()
    end_block()
    return mark_safe("\n".join(html))  # noqa: S308 - every piece of text went through escape()


def _line(text: str) -> str:
    """One line, escaped first, then its strong words marked."""
    return _STRONG.sub(r"<strong>\1</strong>", escape(text))
