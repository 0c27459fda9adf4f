"""What the tests of paper look at in a PDF: its text, its letters' sizes and places, its structure, its codes."""

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from ctypes import byref
from dataclasses import dataclass

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

MM = 72 / 25.4


def text_of(pdf: bytes) -> str:
    """All the text, as poppler reads it, in the order of the document."""
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    return text_of(pdf).split("\f")[:-1]


def squeezed(text: str) -> str:
    """Without any white space: lines break where they will."""
    return re.sub(r"\s+", "", text)


def page_count(pdf: bytes) -> int:
    """How many pages."""
    return len(pypdfium2.PdfDocument(pdf))


@dataclass(frozen=True)
class Letter:
    """One letter on a page: its size in points, its edges in millimetres from the left and the bottom."""

    page: int
    char: str
    size: float
    left: float
    right: float
    bottom: float
    top: float


def letters(pdf: bytes) -> Iterator[Letter]:
    """Every letter that is seen."""
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text, index))
            if char.isspace() or not char.isprintable():
                continue
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(text, index, byref(matrix))
            size = pdfium.FPDFText_GetFontSize(text, index) * abs(matrix.d)
            left, bottom, right, top = (edge / MM for edge in text.get_charbox(index))
            yield Letter(number, char, size, left, right, bottom, top)


def drawn_edges(pdf: bytes) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of everything drawn, in millimetres."""
    for page in pypdfium2.PdfDocument(pdf):
        for thing in page.get_objects(max_depth=5):
            yield tuple(edge / MM for edge in thing.get_bounds())


def codes_on_pages(pdf: bytes, dpi: int = 100) -> list[list[str]]:
    """The QR texts read on each page, as a plain grey scan at this resolution shows them."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        found.append([code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)])
    return found


def opened(pdf: bytes) -> pikepdf.Pdf:
    """The PDF's objects."""
    return pikepdf.open(io.BytesIO(pdf))


def structure(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree, in reading order."""

    def walk(element: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            return
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)

    for kid in pdf.Root.StructTreeRoot.K:
        yield from walk(kid)


def tags(pdf: bytes) -> list[str]:
    """The kinds of the elements, in reading order: "H1", "P", "Figure"…"""
    file = opened(pdf)
    return [str(element.S)[1:] for element in structure(file)]


def figure_names(pdf: bytes) -> Counter[str]:
    """What each figure says to those who do not see it."""
    file = opened(pdf)
    figures = (element for element in structure(file) if element.S == "/Figure")
    return Counter(str(figure.get("/Alt", "")) for figure in figures)


def embedded_fonts(pdf: bytes) -> dict[str, bool]:
    """Each font's name, and whether it is in the file."""
    fonts = {}
    file = opened(pdf)  # objects live as long as their file
    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/DescendantFonts" in thing:
            descriptor = thing.DescendantFonts[0].FontDescriptor
            files = ("/FontFile", "/FontFile2", "/FontFile3")
            fonts[str(thing.BaseFont)] = any(key in descriptor for key in files)
        elif isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font" and "/BaseFont" in thing:
            fonts.setdefault(str(thing.BaseFont), "/FontDescriptor" in thing)
    return fonts


def keys_used(pdf: bytes) -> set[str]:
    """Every key of every dictionary of the file, and every kind of action."""
    used = set()
    file = opened(pdf)
    for thing in file.objects:
        holder = thing if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) else None
        for key, value in holder.items() if holder is not None else ():
            used.add(key)
            if key == "/S" and isinstance(value, pikepdf.Name):
                used.add(str(value))
    return used
