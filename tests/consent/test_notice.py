"""The notice: files that never change once loaded, markup that is never anyone else's, pages for anyone."""

import random
import re
import shutil
import subprocess
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from consent.models import Notice
from consent.notice_files import FOLDER, read_notices
from consent.notice_text import notice_html

LANGUAGES = ["fr", "en", "fr-x-facile"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the published notices, free to be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "notices"))


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_notices", folder=folder, stdout=out)
    return out.getvalue()


def new_version(folder: Path, version: str, published: object) -> None:
    """A copy of 2026-11 under another version and date."""
    shutil.copytree(folder / "2026-11", folder / version)
    about = folder / version / "notice.toml"
    text = about.read_text().replace('version = "2026-11"', f'version = "{version}"')
    about.write_text(text.replace("published = 2026-11-02", f"published = {published}"))


def test_loading_adds_each_version_in_its_three_languages(db: None, folder: Path):
    load(folder)
    stored = set(Notice.objects.values_list("version", "language"))
    assert stored == {("2026-11", language) for language in LANGUAGES}


def test_the_stored_hash_is_what_sha256sum_says_of_the_stored_text(db: None, folder: Path, tmp_path: Path):
    load(folder)
    for notice in Notice.objects.all():
        (tmp_path / "body").write_bytes(notice.body.encode())
        said = subprocess.run(["sha256sum", tmp_path / "body"], capture_output=True, text=True, check=True)
        assert bytes(notice.sha256).hex() == said.stdout.split()[0] == notice.fingerprint


def test_loading_twice_changes_nothing(db: None, folder: Path):
    load(folder)
    before = list(Notice.objects.order_by("id").values())
    assert load(folder) == "nothing new\n"
    assert list(Notice.objects.order_by("id").values()) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_changed_letter_of_a_published_text_is_refused_by_name_and_nothing_is_written(
    db: None, folder: Path, language: str
):
    load(folder)
    new_version(folder, "2027-01", "2027-01-01")
    text = folder / "2026-11" / f"{language}.md"
    text.write_text(text.read_text().replace("a", "o", 1))
    before = list(Notice.objects.order_by("id").values())
    with pytest.raises(CommandError, match=re.escape(f"2026-11/{language}.md")):
        load(folder)
    assert list(Notice.objects.order_by("id").values()) == before


def test_a_changed_date_or_operator_of_a_published_notice_is_refused(db: None, folder: Path):
    load(folder)
    about = folder / "2026-11" / "notice.toml"
    published = about.read_text()
    for change in (("2026-11-02", "2026-10-01"), ("Exempleville", "Autreville"), ("La notice", "Une notice")):
        about.write_text(published.replace(*change))
        with pytest.raises(CommandError, match="2026-11"):
            load(folder)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("en.md", None, "2026-11/en.md"),
        ("fr.md", b"\xff\xfe", "2026-11/fr.md"),
        ("fr.md", b"a\0b", "2026-11/fr.md"),
        ("fr.md", b" \n", "2026-11/fr.md: empty"),
        ("fr.md", b"Chez {organisme}.", "{organisme}"),
        ("notice.toml", None, "2026-11/notice.toml"),
        ("notice.toml", b"version = ", "2026-11/notice.toml"),
        ("notice.toml", b'version = "2026-12"', "2026-11/notice.toml"),
        ("notice.toml", b'titles = "x"\noperator = 3', "2026-11/notice.toml"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_written(
    db: None, folder: Path, name: str, content: bytes | None, said: str
):
    file = folder / "2026-11" / name
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(said)):
        load(folder)
    assert not Notice.objects.exists()


def test_the_operator_is_named_in_each_language_and_no_place_is_left_empty():
    for notice in read_notices():
        assert "Régie publique de santé du Pays d’Exemple (organisme inventé)" in notice.body
        assert "dpo@regie-sante.example" in notice.body
        assert "{" not in notice.body


def test_a_future_notice_is_neither_in_force_nor_shown(db: None, folder: Path, client: Client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    new_version(folder, "demain", tomorrow)
    load(folder)
    assert Notice.objects.in_force("fr").version == "2026-11"
    assert client.get("/information/demain/fr/").status_code == 404
    assert "demain" not in client.get("/information/versions/").content.decode()


def test_the_newest_published_notice_is_in_force_and_the_older_one_says_so(db: None, folder: Path, client: Client):
    new_version(folder, "apres", timezone.localdate())
    load(folder)
    assert Notice.objects.in_force("fr").version == "apres"
    assert "n’est plus celle qui s’applique" in client.get("/information/2026-11/fr/").content.decode()
    assert "n’est plus celle qui s’applique" not in client.get("/information/apres/fr/").content.decode()


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/information/", {}, "fr"),
        ("/information/", {"accept-language": "en"}, "en"),
        ("/information/?langue=fr-x-facile", {"accept-language": "en"}, "fr-x-facile"),
        ("/information/?langue=klingon", {}, "fr"),
        ("/information/?langue=%00", {}, "fr"),
        ("/information/2026-11/en/", {}, "en"),
    ],
)
def test_anyone_reads_the_notice_whole_in_the_language_asked(
    db: None, folder: Path, client: Client, address: str, headers: dict[str, str], language: str
):
    load(folder)
    notice = Notice.objects.get(language=language)
    answer = client.get(address, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'lang="{language}"' in page
    assert notice.html in page
    assert notice.fingerprint in page
    for other in set(LANGUAGES) - {language}:
        assert f'href="/information/2026-11/{other}/"' in page


@pytest.mark.parametrize("name", ["2099-01/fr", "2026-11/de", "x/%00", "%00/fr"])
def test_a_notice_that_is_not_there_is_not_found(db: None, folder: Path, client: Client, name: str):
    load(folder)
    assert client.get(f"/information/{name}/").status_code == 404


def test_before_any_notice_the_page_says_that_nothing_can_be_opened(db: None, client: Client):
    answer = client.get("/information/")
    assert answer.status_code == 200
    assert "aucun espace ne peut être ouvert" in answer.content.decode()


def test_the_versions_are_listed_in_as_many_statements_whatever_their_number(
    db: None, folder: Path, client: Client, django_assert_num_queries
):
    for year in range(2016, 2026):
        new_version(folder, f"{year}-01", f"{year}-01-01")
    load(folder)
    with django_assert_num_queries(1):
        page = client.get("/information/versions/").content.decode()
    assert page.count("SHA-256") == 33


def test_french_and_english_say_the_same_points():
    texts = {notice.language: notice.body for notice in read_notices()}
    marks = {language: re.findall(r"^(?:## |- )", texts[language], re.M) for language in ("fr", "en")}
    assert marks["fr"] == marks["en"]


def test_every_language_says_what_article_13_asks():
    points = ["CNIL", "6.1.a", "9.2.a", "6.1.c", "RGPD|GDPR", "dpo@", "Union europ|European Union", "machine"]
    for notice in read_notices():
        for point in points:
            assert re.search(point, notice.body), (notice.language, point)


def test_the_easy_text_keeps_its_sentences_short_and_says_that_it_was_not_read_again():
    easy = next(notice.body for notice in read_notices() if notice.language == "fr-x-facile")
    assert "ne l’ont pas encore relu" in easy
    lines = [re.sub(r"^(?:## |- )", "", line).replace("**", "") for line in easy.splitlines()]
    sentences = [s for line in lines if "CNIL," not in line for s in re.split(r"(?<=[.?!:])\s", line)]
    assert max(len(sentence.split()) for sentence in sentences) <= 15


def test_headings_lists_paragraphs_and_strong_words_are_rendered():
    body = "## Titre\n\nUne ligne\nqui **continue**.\n\n- un\n- deux\n\nFin"
    assert notice_html(body) == (
        "<h2>Titre</h2>\n<p>Une ligne qui <strong>continue</strong>.</p>\n"
        "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n<p>Fin</p>"
    )
    assert notice_html("## Titre", level=3) == "<h3>Titre</h3>"


class Seen(HTMLParser):
    """What a browser would make of some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"h2", "p", "ul", "li", "strong"}
        assert attrs == []
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def test_no_text_ever_gives_markup_of_its_own():
    pieces = [
        "<script>alert(1)</script>", "<", ">", "&", "&lt;", '"', "'", "**", "*", "## ", "- ", "\n", "\n\n",
        " ", "é", "<img src=x onerror=y>", "<!--", "]]>", "\u2028", "\r", "javascript:", "</p>", "mot",
    ]  # fmt: skip
    chance = random.Random(13)
    for _ in range(3000):
        body = "".join(chance.choices(pieces, k=chance.randint(0, 14)))
        seen = Seen()
        seen.feed(notice_html(body))
        seen.close()
        assert seen.open == []
        kept = [re.sub(r"[\s*#-]", "", text) for text in (seen.text, body)]
        assert kept[0] == kept[1]
