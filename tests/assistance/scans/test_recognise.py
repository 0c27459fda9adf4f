"""A scan gives its codes whichever way it lies, and nothing that is not ours."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from assistance.paper.codes import Kind
from assistance.scans import Recognised, recognise, store_scan
from consent.crypto import files
from consent.wall import opened
from tests.assistance.scans import papers
from tests.assistance.scans.papers import FOREIGN, FORGED, FORM, MANDATE, SLIP, jpeg, pdf, png, sheet
from tests.cast import Patient


def looked_at(content: bytes, name: str = "scan") -> Recognised:
    return recognise(SimpleUploadedFile(name, content))


@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", ["png", "jpeg", "pdf"])
def test_a_mandate_is_matched_whichever_way_it_was_scanned(dpi: int, turned: int, kind: str):
    page = sheet(MANDATE, dpi=dpi, turned=turned, grey=True)
    content = {"png": png, "jpeg": jpeg}[kind](page) if kind != "pdf" else pdf(page, dpi=dpi)
    found = looked_at(content)
    assert [(code.kind, code.reference) for code in found.codes] == [(Kind.MANDATE, "MD-7K2P-9QXA")]
    assert (found.pages, found.foreign) == (1, 0)
    assert found.content_type == {"png": "image/png", "jpeg": "image/jpeg", "pdf": "application/pdf"}[kind]


def test_several_pages_and_several_codes_a_page_are_all_read_once_each():
    found = looked_at(pdf(sheet(MANDATE, SLIP), sheet(), sheet(MANDATE, turned=90), sheet(FORM, turned=180)))
    assert [code.kind for code in found.codes] == [Kind.MANDATE, Kind.SLIP, Kind.FORM]
    assert found.codes[2].act_code == "grant.give"
    assert (found.pages, found.foreign) == (4, 0)


@pytest.mark.parametrize("text", [FOREIGN, FORGED])
def test_a_code_made_by_someone_else_is_foreign(text: str):
    found = looked_at(png(sheet(text)))
    assert (found.codes, found.foreign) == ((), 1)


def test_a_foreign_code_beside_ours_hides_nothing():
    found = looked_at(png(sheet(FOREIGN, MANDATE, FORGED)))
    assert [code.reference for code in found.codes] == ["MD-7K2P-9QXA"]
    assert found.foreign == 2


def test_a_paper_without_code_is_a_scan_all_the_same():
    found = looked_at(jpeg(sheet()))
    assert (found.codes, found.foreign, found.pages) == ((), 0, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_that_a_telephone_notes_is_honoured(orientation: int):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    found = looked_at(jpeg(sheet(MANDATE), exif=exif))
    assert [code.reference for code in found.codes] == ["MD-7K2P-9QXA"]


def test_the_name_of_the_file_says_nothing_of_its_type():
    assert looked_at(png(sheet(MANDATE)), name="mandat.pdf").content_type == "image/png"


def test_a_file_that_waits_on_the_disk_is_read_from_there():
    content = pdf(sheet(MANDATE))
    with TemporaryUploadedFile("scan.pdf", "application/pdf", len(content), None) as upload:
        upload.write(content)
        upload.seek(0)
        assert recognise(upload).codes
        assert upload.read() == content


@pytest.mark.django_db
def test_a_recognised_scan_is_kept_whole_under_the_persons_key(odette: Patient):
    content = pdf(sheet(MANDATE))
    upload = SimpleUploadedFile("scan.pdf", content)
    recognise(upload)
    with opened(odette.person.id):
        name = store_scan(upload, person_id=odette.person.id, folder="scans")
        assert b"".join(files.read(name, odette.person.id)) == content


def test_a_page_of_unusual_size_is_read():
    page = sheet(MANDATE, dpi=150)
    assert looked_at(pdf(page, dpi=15)).codes
    assert papers.MANDATE.startswith("PG1:M:")
