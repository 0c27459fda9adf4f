"""The papers that the service prints come back from a scanner and are known."""

import io
from datetime import date

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFilter

from assistance.compose import form_sheet
from assistance.paper.codes import Kind, mandate_code, slip_code
from assistance.paper.render import render
from assistance.paper.sheets import CounterLines, MandateSheet, PersonLines, Scope
from assistance.scans import recognise
from consent.acts.registry import get_act
from tests.assistance.scans.papers import jpeg, pdf

REFERENCE = "MD-7K2P-9QXA"


@pytest.fixture(scope="module")
def mandate() -> bytes:
    """A mandate as printed."""
    return render(
        MandateSheet(
            reference=REFERENCE, code=mandate_code(REFERENCE), slip=slip_code(REFERENCE),
            person=PersonLines(names=("Odette Marie Garnier",), birth="née le 12 mars 1945"),
            counter=CounterLines(name="France Services Boussac"), duration="1 an", made_on=date(2026, 11, 24),
            scopes=(Scope("Ouvrir mon espace", "ouvrir mon espace"), Scope("Fermer", "fermer mon espace")),
        )
    )  # fmt: skip


def scanned(printed: bytes, dpi: int, turned: int = 0) -> list[Image.Image]:
    """Each page on paper, then through a grey scanner that blurs a little."""
    pages = []
    for page in pypdfium2.PdfDocument(printed):
        image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        image = image.filter(ImageFilter.GaussianBlur(dpi / 300)).point(lambda value: 60 + value * 150 // 255)
        pages.append(image.rotate(turned, expand=True, fillcolor=210))
    return pages


@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_our_mandate_is_known_after_printing_and_scanning(mandate: bytes, dpi: int, turned: int):
    found = recognise(SimpleUploadedFile("scan.pdf", pdf(*scanned(mandate, dpi, turned), dpi=dpi)))
    assert {(code.kind, code.reference) for code in found.codes} == {(Kind.MANDATE, REFERENCE), (Kind.SLIP, REFERENCE)}
    assert found.foreign == 0


def test_each_page_of_our_mandate_is_known_by_itself(mandate: bytes):
    for page in scanned(mandate, 150):
        codes = recognise(SimpleUploadedFile("scan.jpg", jpeg(page))).codes
        assert REFERENCE in {code.reference for code in codes}


@pytest.mark.parametrize("code", ["space.open", "grant.give", "space.refuse"])
def test_each_page_of_our_forms_is_known_by_itself(code: str):
    for page in scanned(render(form_sheet(get_act(code))), 100, 180):
        out = io.BytesIO()
        page.save(out, "PNG")
        codes = recognise(SimpleUploadedFile("scan.png", out.getvalue())).codes
        assert [(each.act_code, each.form_version) for each in codes] == [(code, get_act(code).form_version)]
