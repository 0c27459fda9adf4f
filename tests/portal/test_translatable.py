"""No text for people escapes translation: templates, forms, models, messages."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
MODULES = sorted(
    path
    for app in ("portal", "assistance", "records", "consent")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
# Texts that are the same in every language: our name, addresses, codes, the State's mark.
SAME_EVERYWHERE = {
    "Plein gré", "– Plein gré", "République", "française", "CNIL", "3 place de Fontenoy", "TSA 80715",
    "75334 Paris cedex 07", "www.cnil.fr/fr/plaintes", "SHA-256", "K7P4-9XQ2", "Odette Garnier", "km", "PDF", "RPPS", "FINESS",
}  # fmt: skip
# Stands where a tag or a variable of the template was.
HOLE = "\ufffc"
# What a block adds to the tag it stands in.
ATTRIBUTE = re.compile(r'\s*[\w-]+="[^"]*"\s*')
# Blocks that hold a class name or an address, in an attribute of the page they extend.
NOT_WORDS = {"kind", "home_url"}
LETTER = re.compile(r"[A-Za-zÀ-ÿœŒ]")
FRENCH_LETTER = re.compile(r"[àâçéèêëîïôùûüœÀÂÇÉÈÊÎÔÛŒ’«»]")
FRENCH_WORD = re.compile(
    r"\b(?:le|la|les|des|du|un|une|est|pas|et|ou|vous|votre|pour|dans|par|sur|avec|sans|ce|cette)\b", re.I
)
# A space before a colon and angle quotes are French: English has neither.
FRENCH_TYPOGRAPHY = re.compile(r" [:;?!]|[«»]")
LITERAL = re.compile(r"""(_\()?(?:"([^"]*)"|'([^']*)')""")
SAID = {"aria-label", "title", "alt", "placeholder", "summary"}
SPOKEN_FILTERS = re.compile(r"""\|(?:default|default_if_none|yesno|pluralize|join)\s*:\s*("[^"]*"|'[^']*')""")
GETTEXT = {"gettext", "ngettext", "pgettext", "npgettext"}
LAZY = {f"{name}_lazy" for name in GETTEXT}
SHOWN_ARGUMENTS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}
# Strings of the code that hold French and are nobody's sentence: names, places, letters, and what they are for.
NOT_SENTENCES = {
    "portal/settings.py": "the operator’s name and address, and the issuer of codes",
    "assistance/departments.py": "names of departments",
    "assistance/finder.py": "letters that are folded",
    "consent/traits.py": "letters that are folded",
    "portal/demo/cast.py": "names, professions and addresses of invented people",
    "portal/demo/announce.py": "our name, in a terminal",
    "assistance/hours.py": "what the national list writes",
    "consent/proofs/verifier.py": "it goes alone, and carries its two languages itself",
}

# Where texts that were kept in French are looked up again in the catalogue.
LOOKS_UP = {"consent/trace/kept.py"}


class TextNodes(HTMLParser):
    """The words of a template's own markup, and of the attributes that are read aloud."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SAID]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def own_words(source: str) -> Iterator[str]:
    """The pieces of a template that people would read and that no translation tag holds."""
    markup, translating, named = [], False, ""
    for token in Lexer(source).tokenize():
        name, _, rest = token.contents.partition(" ")
        if token.token_type == TokenType.BLOCK:
            if name in ("blocktranslate", "blocktrans", "comment"):
                translating = True
            elif name in ("endblocktranslate", "endblocktrans", "endcomment"):
                translating = False
            elif name == "block":
                named = rest.strip()
            elif name == "endblock":
                named = ""
            elif name in ("include", "with", "firstof", "cycle"):
                yield from _spoken_arguments(rest)
            markup.append(HOLE)
        elif token.token_type == TokenType.VAR:
            yield from (word.strip("\"'") for word in SPOKEN_FILTERS.findall(token.contents))
            markup.append(HOLE)
        elif token.token_type == TokenType.TEXT and not translating and named not in NOT_WORDS:
            markup.append(token.contents)
    # A tag whose name is chosen by the template is still a tag.
    for text in TextNodes("".join(markup).replace("<" + HOLE, "<")).found:
        yield from text.split(HOLE)


def _spoken_arguments(arguments: str) -> Iterator[str]:
    """Literal values given to a tag that look like words for people, not like names or codes."""
    for translated, double, single in LITERAL.findall(arguments):
        word = double or single
        if not translated and (FRENCH_LETTER.search(word) or word[:1].isupper() or " " in word):
            yield word


def escaped(source: str) -> list[str]:
    """Words of a template that no translation reaches."""
    pieces = (
        re.sub(r"\s+", " ", re.sub(r"&\w+;", "", piece))
        for piece in own_words(source)
        if not ATTRIBUTE.fullmatch(piece)
    )
    return [
        piece
        for piece in pieces
        if (LETTER.search(piece) and piece.strip(" (),.:") not in SAME_EVERYWHERE) or FRENCH_TYPOGRAPHY.search(piece)
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert escaped(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Bonjour {{ name }}</p>", ["Bonjour "]),
        ('<a aria-label="Fermer" href="/">{% translate "Fermer" %}</a>', ["Fermer"]),
        (
            '{% include "portal/alert.html" with kind="info" text="Votre adresse a changé." %}',
            ["Votre adresse a changé."],
        ),
        ('{% include "portal/alert.html" with kind="info" text=_("Votre adresse a changé.") %}', []),
        ('{{ value|default:"rien" }}', ["rien"]),
        ("{% blocktranslate %}Bonjour {{ name }}{% endblocktranslate %}", []),
        ("<b>{{ label }} : {{ value }}</b>", [" : "]),
        ("{# Note for who reads the code #}<br>", []),
    ],
)
def test_what_escapes_is_found(source: str, found: list[str]) -> None:
    assert escaped(source) == found


def bindings(tree: ast.Module) -> dict[str, str]:
    """Which function of gettext each name of a module stands for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    return {name: kind for name, kind in names.items() if kind in GETTEXT | LAZY}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but the bodies of its functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for part in [*child.args.defaults, *child.args.kw_defaults, *getattr(child, "decorator_list", [])]:
                if part is not None:
                    yield part
                    yield from ast.walk(part)
            continue
        yield child
        yield from at_import(child)


def translated_too_early(source: str) -> list[int]:
    """Lines where a text is translated once, when the module is read, in whatever language that is."""
    tree = ast.parse(source)
    kinds = bindings(tree)
    return [
        node.lineno
        for node in at_import(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and kinds.get(node.func.id) in GETTEXT
    ]


def cannot_be_collected(source: str) -> list[int]:
    """Lines where what is translated is not a plain text: xgettext would collect nothing, or half."""
    tree = ast.parse(source)
    kinds = bindings(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in kinds
        and not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str))
    ]


def french_outside(source: str) -> list[tuple[int, str]]:
    """French sentences of a module that no call to gettext holds; docstrings are in English and are let be."""
    tree = ast.parse(source)
    kinds = bindings(tree)
    held: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
            held |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.Expr):
            held.add(id(node.value))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in held:
            words = len(FRENCH_WORD.findall(node.value))
            if FRENCH_LETTER.search(node.value) or (words > 1 and " " in node.value):
                found.append((node.lineno, node.value))
        if isinstance(node, ast.keyword) and node.arg in SHOWN_ARGUMENTS and isinstance(node.value, ast.Constant):
            found += [(node.value.lineno, str(node.value.value))] if node.value.value else []
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_translates_late_and_only_what_can_be_collected(path: Path) -> None:
    source = path.read_text()
    assert translated_too_early(source) == [], "use gettext_lazy"
    if str(path.relative_to(ROOT)) not in LOOKS_UP:
        assert cannot_be_collected(source) == [], "translate first, fill in afterwards"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_french_sentence_of_a_module_escapes_translation(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in NOT_SENTENCES:
        assert french_outside(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "early", "uncollected", "outside"),
    [
        ('from django.utils.translation import gettext as _\nA = _("Oui")', [2], [], []),
        ('from django.utils.translation import gettext_lazy as _\nA = _("Oui")', [], [], []),
        ('from django.utils.translation import gettext as _\ndef f(): return _("Oui")', [], [], []),
        ('from django.utils.translation import gettext as _\ndef f(x): return _(f"Oui {x}")', [], [2], []),
        ('raise ValueError("Ce mandat est déjà terminé.")', [], [], [(1, "Ce mandat est déjà terminé.")]),
        ('x = Field(label="Nom")', [], [], [(1, "Nom")]),
    ],
)
def test_what_a_module_does_wrong_is_found(source: str, early: list, uncollected: list, outside: list) -> None:
    assert translated_too_early(source) == early
    assert cannot_be_collected(source) == uncollected
    assert french_outside(source) == outside
