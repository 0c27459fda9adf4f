"""What an HTML checker would say of a page (parse errors, ids that are not unique), and the forms that it holds."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser as PageParser

from tinyhtml5.parser import HTMLParser


def html_errors(text: str) -> list[str]:
    """The errors of a whole page, each with its place; empty for a good one."""
    parser = HTMLParser()
    parser.parse(text)
    found = [f"line {place[0]}: {error} {details or ''}".strip() for place, error, details in parser.errors]
    ids = Counter(re.findall(r'\sid="([^"]*)"', text))
    return found + [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]


@dataclass
class FormOnPage:
    """One form of a page, as a browser would send it: where, its hidden values, the names of its fields and buttons."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    buttons: set[tuple[str, str]] = field(default_factory=set)


def forms_of(text: str) -> list[FormOnPage]:
    """The forms of a page, in order."""
    reader = _Forms()
    reader.feed(text)
    return reader.found


class _Forms(PageParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[FormOnPage] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "form":
            self.found.append(FormOnPage(said.get("action", ""), said.get("method", "get").lower()))
            self.inside = True
        elif not (self.inside and name):
            return
        elif tag == "button":
            self.found[-1].buttons.add((name, value))
        elif tag == "input" and said.get("type") == "hidden":
            self.found[-1].hidden[name] = value
        elif tag in {"input", "select", "textarea"}:
            self.found[-1].fields.add(name)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
