"""Reduce stylesheets to the rules that pages can match, minified.

Five steps, each on parsed CSS: drop the selectors that need a name no page has; drop what only old
browsers read; write constants in place of the custom properties that never change; drop those nobody
reads; embed the icons that are left.
"""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import tinycss2

from portal.design.usage import Usage

Tokens = list[Any]

# States that no page has, or that only add a shade for an instant.
PSEUDO_DROPPED = {"active", "disabled", "autofill", "-webkit-autofill", "placeholder"}
PROPERTIES_DROPPED = {"--idle", "--active", "mask-image", "mask-size", "cursor", "transition"}
PREFIXED_KEPT = ("-webkit-mask", "-webkit-text-size-adjust")
TYPEFACE = ("Marianne", "Atkinson Hyperlegible")


@dataclass
class Rule:
    """One rule: its selectors and declarations, or inner rules under an at-rule's condition."""

    selectors: list[str] = field(default_factory=list)
    declarations: list[tuple[str, str]] = field(default_factory=list)
    condition: str = ""
    inner: list["Rule"] = field(default_factory=list)

    def __str__(self) -> str:
        if self.condition and not self.declarations:
            return f"{self.condition}{{{''.join(map(str, self.inner))}}}"
        body = ";".join(f"{name}:{value}" for name, value in self.declarations)
        return f"{self.condition or ','.join(self.selectors)}{{{body}}}"


def cut(sheets: list[Path], usage: Usage) -> str:
    """Return one minified stylesheet with what `usage` needs of these, in their order."""
    rules = []
    for sheet in sheets:
        parsed = tinycss2.parse_stylesheet(sheet.read_text(), skip_comments=True, skip_whitespace=True)
        rules += _kept(parsed, usage, sheet.parent)
    _write_constants(rules)
    while _drop_unread(rules):
        pass
    return "".join(str(rule) for rule in _not_empty(rules)) + "\n"


def _kept(parsed: Tokens, usage: Usage, folder: Path) -> list[Rule]:
    rules = []
    for node in parsed:
        if node.type == "qualified-rule":
            selectors = [text for text in map(_squeezed, _split(node.prelude)) if text]
            matching = [text for text in selectors if _may_match(text, usage)]
            if matching:
                rules.append(Rule(matching, _declarations(node.content, folder)))
        elif node.type == "at-rule":
            rules += _kept_at(node, usage, folder)
    return rules


def _kept_at(node: Any, usage: Usage, folder: Path) -> list[Rule]:
    condition = _squeezed(node.prelude).replace("(-ms-high-contrast:active),", "")
    if node.at_keyword == "font-face":
        face = _declarations(node.content, folder)
        ours = TYPEFACE[1] in dict(face)["font-family"] and "fonts/atkinson" in dict(face)["src"]
        return [Rule(declarations=face, condition="@font-face")] if ours else []
    if node.at_keyword == "page":
        return [Rule(declarations=_declarations(node.content, folder), condition="@page")]
    if node.at_keyword not in {"media", "supports"} or "-ms-" in condition or "-webkit-" in condition:
        return []
    parsed = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    inner = _kept(parsed, usage, folder)
    return [Rule(condition=f"@{node.at_keyword} {condition}", inner=inner)] if inner else []


def _split(tokens: Tokens) -> list[Tokens]:
    """Split a list of selectors at its commas."""
    parts: list[Tokens] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _may_match(selector: str, usage: Usage) -> bool:
    """Say whether every name that the selector needs is one that pages have."""
    before = None
    for token in tinycss2.parse_component_value_list(selector):
        if token.type == "ident" and not _has_name(before, token.value, usage):
            return False
        if token.type == "[] block" and not _has_attribute(token.content, usage):
            return False
        if token.type == "function" and before == ":" and token.lower_name in {"is", "where"}:
            options = (_squeezed(part) for part in _split(token.arguments))
            if not any(_may_match(option, usage) for option in options):
                return False
        before = token
    return True


def _has_name(before: Any, name: str, usage: Usage) -> bool:
    if before == ".":
        return usage.has_class(name)
    if before == ":":
        return name not in PSEUDO_DROPPED and not name.startswith(("-moz-", "-ms-", "-webkit-"))
    return name in usage.elements


def _has_attribute(content: Tokens, usage: Usage) -> bool:
    names = [token.value for token in content if token.type in {"ident", "string"}]
    attribute, value = names[0], (names[1].strip() if len(names) > 1 else "")
    if attribute == "class":
        return usage.has_class_like(value)
    return attribute in usage.words and (not value or value in usage.words)


def _declarations(content: Tokens, folder: Path) -> list[tuple[str, str]]:
    """The declarations worth keeping, values squeezed; a later one replaces an earlier of its name."""
    kept: dict[str, str] = {}
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        if node.type != "declaration" or _dropped(node.name, node.value):
            continue
        important = "!important" if node.important else ""
        value = _squeezed(node.value, folder).replace(TYPEFACE[0], f'"{TYPEFACE[1]}"') + important
        kept.pop(node.name, None)
        kept[node.name] = value
    return list(kept.items())


def _dropped(name: str, value: Tokens) -> bool:
    prefixed = name.startswith(("-webkit-", "-moz-", "-ms-")) and not name.startswith(PREFIXED_KEPT)
    return prefixed or name in PROPERTIES_DROPPED


def _squeezed(tokens: Tokens, folder: Path | None = None) -> str:
    """Write tokens back without needless spaces, icons embedded."""
    text = ""
    for token in tokens:
        if token.type == "comment":
            continue
        if token.type == "whitespace":
            text += "" if text.endswith((" ", ",", ">", "~")) else " "
            continue
        if token.type == "url" and folder and token.value.endswith(".svg"):
            text += _embedded(folder / token.value)
        elif token.type == "literal" and token.value in {",", ">", "~"}:
            text = text.rstrip() + token.value
        elif token.type in {"() block", "function"}:
            inside = token.content if token.type == "() block" else token.arguments
            opening = "(" if token.type == "() block" else f"{token.name}("
            text += opening + _condition(_squeezed(inside, folder).strip(), token.type) + ")"
        else:
            text += token.serialize()
    return text.strip()


def _condition(inside: str, kind: str) -> str:
    """`(min-width: 1em)` loses its space; the spaces of calc() are its syntax."""
    return inside.replace(": ", ":") if kind == "() block" else inside


def _embedded(icon: Path) -> str:
    """An icon as a data address: no request, and the page's policy allows it for images only."""
    svg = re.sub(r"\s+", " ", icon.read_text()).strip().replace('"', "'")
    plain = "data:image/svg+xml," + quote(svg, safe=" ='/:;,()!-")
    packed = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
    return f'url("{min(plain, packed, key=len)}")'


def _all(rules: list[Rule]) -> list[Rule]:
    return [each for rule in rules for each in (rule, *_all(rule.inner))]


def _write_constants(rules: list[Rule]) -> None:
    """Put in place the value of each custom property that only the top-level `:root` sets, once."""
    set_by = Counter(name for rule in _all(rules) for name, _ in rule.declarations if name.startswith("--"))
    constants = {
        name: value
        for rule in rules
        if rule.selectors == [":root"]
        for name, value in rule.declarations
        if set_by[name] == 1 and name.startswith("--")
    }
    for rule in _all(rules):
        rule.declarations = [
            (name, _resolved(value, constants)) for name, value in rule.declarations if name not in constants
        ]


def _resolved(value: str, constants: dict[str, str]) -> str:
    def constant(match: re.Match[str]) -> str:
        name = match[1]
        return _resolved(constants[name], constants) if name in constants else match[0]

    return re.sub(r"var\((--[\w-]+)\)", constant, value)


def _drop_unread(rules: list[Rule]) -> bool:
    """Drop the custom properties that no declaration reads; say whether there were any."""
    values = " ".join(value for rule in _all(rules) for _, value in rule.declarations)
    read = set(re.findall(r"var\((--[\w-]+)", values))
    dropped = False
    for rule in _all(rules):
        left = [(name, value) for name, value in rule.declarations if not name.startswith("--") or name in read]
        dropped = dropped or len(left) < len(rule.declarations)
        rule.declarations = left
    return dropped


def _not_empty(rules: list[Rule]) -> list[Rule]:
    kept = []
    for rule in rules:
        rule.inner = _not_empty(rule.inner)
        if rule.declarations or rule.inner:
            kept.append(rule)
    return kept
