"""The reader of scans, as a program of its own: the file on its input, one line of JSON on its output.

Started by sandbox.py with `python -I child.py TYPE MOST_PAGES LONGEST_TEXT`. It imports nothing of the
project: it must start fast, and has nothing to give away. Its answer is {"pages": 2, "texts": ["…"]}
or {"refused": reason}, a reason of check.REFUSALS.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
OPEN_FILES = 32
ANSWER = 256 * 1024
# An A4 page at 200 dpi has 3.9 million pixels, an A3 page at 300 dpi 17.4 million.
MOST_PIXELS = 40_000_000
MOST_RENDERED = 18_000_000
MOST_TEXTS = 200
DPI = 200
FINER_DPI = 300


class Refused(Exception):
    """The scan cannot be read; its argument is the reason."""


def limit() -> None:
    """Take away from this process what it does not need, for good."""
    for what, most in [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, ANSWER),
    ]:
        resource.setrlimit(what, (most, most))


def texts_of(image: Any) -> list[str]:
    """The texts of all QR of one page, whichever way it lies."""
    import zxingcpp

    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [barcode.text for barcode in found]


def read_image(data: bytes, kind: str) -> tuple[int, list[str]]:
    """One photograph or scanned page. Its size is looked at before its pixels are."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("pixels")
        image.draft("L", None)
        image.load()
        grey = ImageOps.exif_transpose(image).convert("L")
    texts = texts_of(grey)
    if not texts and grey.width * grey.height * 4 <= MOST_RENDERED:
        texts = texts_of(grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC))
    return 1, texts


def read_pdf(data: bytes, most_pages: int) -> tuple[int, list[str]]:
    """Every page of a PDF, drawn in grey; finer where nothing was found."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    if b"%%EOF" not in data[-2048:]:
        raise Refused("damaged")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        raise Refused("locked" if locked else "damaged") from error
    if len(document) > most_pages:
        raise Refused("pages")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 or pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        raise Refused("active")
    texts = []
    for page in document:
        texts += drawn(page, DPI) or drawn(page, FINER_DPI)
        page.close()
    return len(document), texts


def drawn(page: Any, dpi: int) -> list[str]:
    """The texts of one page, drawn at this resolution, or at a lower one if the page is huge."""
    width, height = page.get_size()
    scale = min(dpi / 72, (MOST_RENDERED / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    texts = texts_of(bitmap.to_pil())
    bitmap.close()
    return texts


def main(content_type: str, most_pages: int, longest: int) -> dict[str, Any]:
    """The answer for the file on the input."""
    data = sys.stdin.buffer.read()
    try:
        if content_type == "application/pdf":
            pages, texts = read_pdf(data, most_pages)
        else:
            pages, texts = read_image(data, content_type.removeprefix("image/").upper())
    except Refused as refused:
        return {"refused": refused.args[0]}
    except MemoryError:
        return {"refused": "heavy"}
    except (OSError, ValueError, SyntaxError, RuntimeError):
        # What Pillow and PDFium raise for a file that is not what it says.
        return {"refused": "damaged"}
    # A text longer than any of ours is not ours: its beginning is enough to know it.
    return {"pages": pages, "texts": [text[: longest + 1] for text in texts[:MOST_TEXTS]]}


if __name__ == "__main__":
    limit()
    json.dump(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
