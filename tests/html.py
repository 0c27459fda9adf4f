"""What an HTML checker would say of a page: the parse errors of the HTML standard, and ids that are not unique."""

import re
from collections import Counter

from tinyhtml5.parser import HTMLParser


def html_errors(text: str) -> list[str]:
    """The errors of a whole page, each with its place; empty for a good one."""
    parser = HTMLParser()
    parser.parse(text)
    found = [f"line {place[0]}: {error} {details or ''}".strip() for place, error, details in parser.errors]
    ids = Counter(re.findall(r'\sid="([^"]*)"', text))
    return found + [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
