"""English is complete: every French text has its English, the compiled file is the one of the texts, pages show it."""

import gettext
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import translation
from django.utils.formats import date_format

from assistance.departments import DEPARTMENTS
from portal.demo import cast

PO = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")
FRENCH_LETTER = re.compile(r"[àâçéèêëîïôùûüœÀÂÇÉÈÊÎÔÛŒ«»]|\b[ldnsjcmLDNSJCM]’|\bqu’")
FRENCH_WORD = re.compile(
    r"\b(?:le|la|les|des|du|une|est|sont|pas|et|ou|vous|votre|vos|nous|pour|dans|par|sur|avec|sans|cette|ces|qui|que"
    r"|mon|mes|au|aux|il|elle|sera|faire|guichet|espace|mandat|courrier|personne|retirer|ouvrir|donner)\b"
)
# Names that stay French in an English sentence.
NAMES = [
    "Plein gré", "Défenseur des droits", "Libre réponse", "Commission nationale de l’informatique et des libertés",
    "3 place de Fontenoy", "1 place de l’Exemple", "Démonstration", "service courrier", "Paris cedex 07",
    "www.cnil.fr/fr/plaintes", "carte Vitale", "Régie publique de santé du Pays d’Exemple (organisme inventé)",
    *DEPARTMENTS.values(),
]  # fmt: skip


INVENTED = {
    *(part for account in cast.ACCOUNTS for part in (account.name, account.name.split()[0])),
    *(value for one in (*cast.PROFESSIONALS, *cast.ESTABLISHMENTS) for value in one.values()),
    *(value for someone in cast.TO_TYPE for value in someone.contact.values()),
}


def read_catalogue(po: Path) -> dict[str | tuple[str, int], str]:
    """The texts and translations of a .po file, through gettext's own compiler; untranslated ones are left out."""
    compiled = subprocess.run(["msgfmt", "--output-file=-", po], check=True, capture_output=True).stdout
    mo = po.parent / "compiled.mo"
    mo.write_bytes(compiled)
    with mo.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key != ""}


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> dict[str | tuple[str, int], str]:
    """The committed English, by French text; (text, 0) and (text, 1) for the two numbers."""
    copy = tmp_path_factory.mktemp("english") / "django.po"
    copy.write_bytes(PO.read_bytes())
    return read_catalogue(copy)


@pytest.fixture(scope="module")
def plurals() -> dict[str, str]:
    """The French plural of each text that has one."""
    entries = re.findall(r'^msgid ((?:".*"\n)+)msgid_plural ((?:".*"\n)+)', PO.read_text(), re.M)
    return {_unquoted(one): _unquoted(many) for one, many in entries}


def _unquoted(lines: str) -> str:
    return "".join(line[1:-1] for line in lines.splitlines()).replace('\\"', '"').replace("\\n", "\n")


def without_names(text: str) -> str:
    """The text without the names that stay French."""
    for name in sorted([*NAMES, *INVENTED], key=len, reverse=True):
        text = text.replace(name, "")
    return text


def test_every_text_of_the_code_and_of_the_templates_is_in_the_catalogue_and_no_other() -> None:
    call_command("makemessages", check=True, verbosity=0)


def test_every_text_has_its_english_and_none_is_a_guess() -> None:
    untranslated = subprocess.run(
        ["msgattrib", "--untranslated", "--no-wrap", PO], check=True, capture_output=True, text=True
    ).stdout
    fuzzy = subprocess.run(
        ["msgattrib", "--only-fuzzy", "--no-wrap", PO], check=True, capture_output=True, text=True
    ).stdout
    assert re.findall(r'^msgid (?:""\n)?"(.+)"$', untranslated + fuzzy, re.M) == []


def test_both_numbers_of_a_text_have_their_english(english: dict, plurals: dict[str, str]) -> None:
    assert plurals
    for one in plurals:
        assert english[one, 0]
        assert english[one, 1]


def test_what_is_compiled_is_what_is_written(english: dict) -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key != ""}
    assert compiled == english, "run make messages"


def test_the_same_values_and_the_same_tags_stand_on_both_sides(english: dict, plurals: dict[str, str]) -> None:
    wrong = []
    for key, text in english.items():
        match key:
            case (one, 0):
                # One thing may be said without its figure.
                extra = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(one + plurals[one]))
                same = not extra
            case (one, _):
                same = _marks(plurals[one]) == _marks(text)
            case _:
                same = _marks(str(key)) == _marks(text)
        if not same:
            wrong.append((key, text))
    assert wrong == []


def _marks(text: str) -> tuple[list[str], list[str]]:
    found = PLACEHOLDER.findall(text)
    if not any("(" in each or "{" in each for each in found):
        return found, sorted(TAG.findall(text))
    return sorted(found), sorted(TAG.findall(text))


def test_no_english_is_left_in_french(english: dict) -> None:
    french = {
        text
        for text in english.values()
        if FRENCH_LETTER.search(without_names(text)) or text.count(" :") or "  " in text
    }
    assert french == set()


class Words(HTMLParser):
    """What a page shows, without the parts that say they are in French."""

    VOID = {"meta", "link", "br", "img", "input", "hr", "wbr", "source"}

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        in_french = (said.get("lang") or "").startswith("fr") or bool(self.open and self.open[-1][1])
        if tag not in self.VOID:
            self.open.append((tag, in_french))
        if not in_french:
            self.texts += [said[name] or "" for name in ("aria-label", "title", "alt") if name in said]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(" ".join(data.split()))


def public_addresses() -> Iterator[str]:
    """Every address of the site that needs no reference in it."""
    with translation.override("fr"):
        yield from _addresses(get_resolver().url_patterns, "/")


def _addresses(patterns: list, before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if "<" in route or "(" in route or "\\" in route:
            continue
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _addresses(pattern.url_patterns, route)


@pytest.mark.django_db
def test_no_page_that_anyone_may_open_shows_french_to_who_chose_english(client: Client, settings) -> None:
    settings.DEMO = True
    call_command("load_notices", verbosity=0)
    left, opened = {}, set()
    for address in public_addresses():
        page = client.get(address, headers={"accept-language": "en"})
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        opened.add(address)
        shown = [without_names(text) for text in Words(page.content.decode()).texts]
        french = [text for text in shown if FRENCH_LETTER.search(text) or len(FRENCH_WORD.findall(text)) > 1]
        if french:
            left[address] = french
    assert left == {}
    assert {"/", "/droits/", "/guichets/", "/information/", "/compte/login/", "/accessibilite/"} <= opened


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_date_is_typed_and_shown_day_first_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean("03/04/1944") == date(1944, 4, 3)
        assert date_format(date(1944, 4, 3), "SHORT_DATE_FORMAT") == "03/04/1944"
