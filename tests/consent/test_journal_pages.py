"""The public pages of the sealed journal: what people read, what machines follow, what caches may keep."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent import merkle
from consent.models import SealCheckpoint, SealTile
from consent.seal import keys, log, note, tiles
from consent.seal.sealer import seal
from tests.cast import Patient
from tests.consent.test_sealer import fill, leaves

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed() -> None:
    """300 entries under 30 checkpoints."""
    for _number in range(30):
        fill(10)
        seal()


def test_the_page_says_what_it_is_and_shows_the_last_checkpoint(client: Client, sealed: None):
    html = client.get("/journal/").content.decode()
    assert "Personne ne peut changer le passé sans que cela se voie" in html
    last = SealCheckpoint.objects.latest("size")
    assert html.count(last.printed_root.replace("+", "&#x2B;")) + html.count(last.printed_root) >= 2
    assert str(keys.current().public_key).replace("+", "&#x2B;") in html or str(keys.current().public_key) in html
    assert client.get("/journal/").headers["Cache-Control"] == "no-store"


def test_before_the_first_entry_the_page_says_so(client: Client):
    assert "Aucune trace n’est encore scellée." in client.get("/journal/").content.decode()
    assert client.get("/journal/checkpoint").status_code == 404
    assert json.loads(client.get("/journal/checkpoints.json").content)["items"] == []


def test_older_checkpoints_come_by_pages_of_twenty(client: Client, sealed: None):
    def sizes(page: str) -> list[int]:
        return [int(size) for size in re.findall(r'<th scope="row"><a href="/journal/checkpoint/(\d+)"', page)]

    first = client.get("/journal/").content.decode()
    assert sizes(first) == list(range(300, 100, -10))
    older = re.search(r'href="\?avant=(\d+)"', first)[1]
    second = client.get(f"/journal/?avant={older}").content.decode()
    assert sizes(second) == list(range(100, 0, -10))
    assert "?avant=" not in second
    assert "Les plus récents" in second


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 400, "٣", "1' OR 1=1", ""])
def test_a_page_that_cannot_be_is_the_first(client: Client, before: str):
    assert client.get("/journal/", {"avant": before}).status_code == 200


def test_a_page_costs_the_same_with_ten_checkpoints_and_thirty(client: Client):
    counts = []
    for _time in range(3):
        for _number in range(10):
            fill(1)
            seal()
        for path in ("/journal/", "/journal/?avant=5", "/journal/checkpoint", "/journal/checkpoints.json"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
    assert counts == [5, 6, 2, 1] * 3


def test_the_checkpoint_is_a_note_that_opens(client: Client, sealed: None):
    answer = client.get("/journal/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert note.open(answer.content.decode(), keys.public_keys()) == log.latest()
    older = client.get("/journal/checkpoint/250")
    assert note.open(older.content.decode(), keys.public_keys()).root == merkle.root(leaves()[:250])
    assert "immutable" in older.headers["Cache-Control"]
    for size in (251, 0, 10**30):
        assert client.get(f"/journal/checkpoint/{size}").status_code == 404


def test_the_feeds_have_the_last_checkpoints(client: Client, sealed: None):
    feed = json.loads(client.get("/journal/checkpoints.json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [note.open(item["content_text"], keys.public_keys()).size for item in feed["items"]] == list(
        range(300, 0, -10)
    )
    assert feed["items"][0]["url"] == "http://localhost:8000/journal/checkpoint/300"
    answer = client.get("/journal/checkpoints.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 30
    assert entries[0].find("{http://www.w3.org/2005/Atom}id").text.endswith("/journal/checkpoint/300")


def test_a_client_can_rebuild_the_root_from_tiles(client: Client, sealed: None):
    whole = client.get("/journal/tile/0/000")
    part = client.get("/journal/tile/0/001.p/44")
    above = client.get("/journal/tile/1/000.p/1")
    assert [len(answer.content) for answer in (whole, part, above)] == [256 * 32, 44 * 32, 32]
    assert {answer.headers["Cache-Control"] for answer in (whole, part, above)} == {
        "public, max-age=31536000, immutable"
    }
    assert {answer.headers["Content-Type"] for answer in (whole, part, above)} == {"application/octet-stream"}
    hashes = tiles.cut(whole.content + part.content)
    assert merkle.root(hashes) == log.latest().root
    assert merkle.root(hashes[:256]) == above.content
    # The first hashes of a tile stay at their address after it has grown.
    fill(300)
    seal()
    assert client.get("/journal/tile/0/001.p/44").content == part.content


@pytest.mark.parametrize(
    "path",
    [
        "0/001", "0/001.p/45", "0/001.p/0", "0/001.p/256", "0/000.p/044", "0/2", "0/x000/000", "0/0000", "0/-01",
        "1/000", "63/000", "64/000", "99999999999999999999/000", "entries/000", "0/", "0/000/", "0/000.p/", "0/%00", "0/٠٠٠",
        "0/x999/x999/x999/x999/x999/999", "0/../0/000",
    ],
)  # fmt: skip
def test_what_is_no_tile_does_not_exist(client: Client, sealed: None, path: str):
    assert client.get(f"/journal/tile/{path}").status_code == 404


def test_a_tile_number_is_written_as_the_format_says():
    assert [tiles.path_of(index) for index in (0, 7, 999, 1000, 1234067)] == [
        "000", "007", "999", "x001/000", "x001/x234/067",
    ]  # fmt: skip


def test_a_tile_past_the_thousandth_has_its_address(client: Client):
    SealTile.objects.create(level=0, index=1234067, hashes=bytes(8192))
    assert client.get("/journal/tile/0/x001/x234/067").status_code == 200


@pytest.mark.parametrize("path", ["checkpoint", "checkpoint/300", "checkpoints.json", "checkpoints.atom", "tile/0/000"])
def test_what_caches_may_share_carries_no_cookie(odette: Patient, sign_in, sealed: None, path: str):
    browser = sign_in(odette.user)
    answer = browser.get(f"/journal/{path}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    # And whoever is signed in stays so.
    assert browser.get("/mon-espace/").status_code == 200


@pytest.mark.parametrize("path", ["checkpoint", "checkpoint/300", "tile/0/000"])
def test_what_has_no_language_is_kept_once_in_a_cache(odette: Patient, sign_in, sealed: None, path: str):
    for language in ("fr", "en"):
        answer = sign_in(odette.user).get(f"/journal/{path}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert "Vary" not in answer.headers
        assert "Content-Language" not in answer.headers


def test_the_pages_stand_without_the_cache(client: Client, sealed: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "get", lambda *_a, **_k: 1 / 0)
    for path in ("", "checkpoint", "checkpoints.json", "tile/0/000"):
        assert client.get(f"/journal/{path}").status_code == 200


def test_nothing_is_changed_by_these_pages(client: Client, sealed: None):
    for path in ("", "checkpoint", "checkpoint/300", "checkpoints.json", "checkpoints.atom", "tile/0/000"):
        assert client.post(f"/journal/{path}").status_code == 405
