"""Papers and files for the trials of scans: sheets with a QR as a scanner gives them, and hostile files."""

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
import segno
from PIL import Image, ImageFilter

from assistance.paper.codes import form_code, mandate_code, slip_code

MANDATE = mandate_code("MD-7K2P-9QXA")
SLIP = slip_code("MD-7K2P-9QXA")
FORM = form_code("grant.give", 1)
FOREIGN = "HTTPS://EXEMPLE.FR/MENU"
FORGED = "PG1:M:MD-7K2P-9QXA:0000000000"
MILLIMETRES = 25.4


def sheet(*texts: str, dpi: int = 200, turned: int = 0, grey: bool = False) -> Image.Image:
    """An A4 page with a QR of 30 mm for each text, one under the other, as a scanner at `dpi` gives it."""
    page = Image.new("L", (round(210 / MILLIMETRES * dpi), round(297 / MILLIMETRES * dpi)), 255)
    size = round(30 / MILLIMETRES * dpi)
    for place, text in enumerate(texts):
        symbol = io.BytesIO()
        segno.make(text, error="m", mode="alphanumeric", micro=False).save(symbol, kind="png", scale=12, border=4)
        # A scanner blurs and never meets the grid of the modules.
        picture = Image.open(symbol).convert("L").resize((size, size), Image.Resampling.BOX)
        page.paste(picture, (round(155 / MILLIMETRES * dpi) + place % 3, round((15 + 60 * place) / MILLIMETRES * dpi)))
    if grey:
        page = page.filter(ImageFilter.GaussianBlur(dpi / 300)).point(lambda value: 70 + value * 140 // 255)
    return page.rotate(turned, expand=True)


def png(page: Image.Image) -> bytes:
    return _saved(page, "PNG")


def jpeg(page: Image.Image, **options) -> bytes:
    return _saved(page, "JPEG", quality=60, **options)


def pdf(*pages: Image.Image, dpi: int = 200) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi)
    return out.getvalue()


def _saved(page: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **options)
    return out.getvalue()


def pdf_with(draw: Callable[[pikepdf.Pdf], None], **saving) -> bytes:
    """A PDF made by hand."""
    document, out = pikepdf.new(), io.BytesIO()
    draw(document)
    document.save(out, **saving)
    return out.getvalue()


def empty_pages(count: int) -> Callable[[pikepdf.Pdf], None]:
    def draw(document: pikepdf.Pdf) -> None:
        for _ in range(count):
            document.add_blank_page()

    return draw


def page_saying(content: bytes, size: tuple[float, float] = (595, 842)) -> Callable[[pikepdf.Pdf], None]:
    """One page with this content stream."""

    def draw(document: pikepdf.Pdf) -> None:
        page = document.add_blank_page(page_size=size)
        page.Contents = document.make_stream(content)

    return draw


def nested_forms(depth: int = 12, wide: int = 12) -> Callable[[pikepdf.Pdf], None]:
    """A page that draws wide ** depth times: each form draws the next many times over."""

    def draw(document: pikepdf.Pdf) -> None:
        page = document.add_blank_page(page_size=(595, 842))
        inner = document.make_stream(b"0 0 500 500 re f")
        for _ in range(depth):
            inner[pikepdf.Name.Type], inner[pikepdf.Name.Subtype] = pikepdf.Name.XObject, pikepdf.Name.Form
            inner[pikepdf.Name.BBox] = [0, 0, 595, 842]
            outer = document.make_stream(b"/X Do " * wide)
            outer[pikepdf.Name.Resources] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
            inner = outer
        page.Contents = document.make_stream(b"/X Do")
        inner[pikepdf.Name.Type], inner[pikepdf.Name.Subtype] = pikepdf.Name.XObject, pikepdf.Name.Form
        inner[pikepdf.Name.BBox] = [0, 0, 595, 842]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))

    return draw


def image_bomb(side: int) -> Callable[[pikepdf.Pdf], None]:
    """A page with one image of side × side pixels of nothing, a few kilobytes in the file."""

    def draw(document: pikepdf.Pdf) -> None:
        page = document.add_blank_page(page_size=(595, 842))
        # Compressed twice over: the first layer alone would be hundreds of kilobytes.
        zeros = zlib.compressobj(9)
        flat = b"".join(zeros.compress(bytes(side)) for _ in range(side)) + zeros.flush()
        image = pikepdf.Stream(document, zlib.compress(flat, 9))
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=side, Height=side,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
            Filter=[pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode],
        )  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=image))
        page.Contents = document.make_stream(b"595 0 0 842 0 0 cm /X Do")

    return draw


def png_bomb(side: int) -> bytes:
    """A grey PNG of side × side pixels, all white, in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packed = zlib.compressobj(9)
    row = bytes([0]) + b"\xff" * ((side + 7) // 8)
    body = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
