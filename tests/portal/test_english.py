"""English is complete: every French text has its English, and the compiled file is the one of the texts."""

import gettext
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.formats import date_format

from tests.portal.french import FRENCH_LETTER, without_names

PO = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")


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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_date_is_typed_and_shown_day_first_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean("03/04/1944") == date(1944, 4, 3)
        assert date_format(date(1944, 4, 3), "SHORT_DATE_FORMAT") == "03/04/1944"
