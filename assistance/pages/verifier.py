"""`/verifier/`: anyone checks a receipt, by its code or by a picture of it. Nothing is kept, nobody is asked for."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assistance.forms.verifier import VerifyForm
from assistance.scans import ScanRefused
from assistance.scans.check import type_of
from assistance.scans.sandbox import Most, examine
from consent.limits import counted, limited, sender_of
from consent.proofs import check
from consent.proofs.code import COPY_MARK, LONGEST_TEXT, QR_MARK
from consent.seal import keys

PROGRAM = Path(check.__file__).with_name("verifier.py")
# The sheet of a visit has one code for each act.
MOST_CODES = 20
# Anyone may send a picture: reading one takes little, and two are read at once in the whole service, so that no file, nor
# a hundred of them, holds the processes that serve people. A text may be a mark and a length more than any of ours: a
# longer one is then seen as false, and not cut to a good one.
MOST_OF_A_PICTURE = Most(pages=5, seconds=10, text=len(QR_MARK) + LONGEST_TEXT)
PICTURES_AT_ONCE = 2
MOST_PICTURES = 20  # of one sender in ten minutes
PLACE = 0x7665726966  # the class of the advisory locks that are the places


class NoCode(Exception):
    """No code of a receipt is on this picture."""


class Busy(Exception):
    """As many pictures are being read as may be at once."""


@dataclass(frozen=True)
class Result:
    """What is said of one code: `checked` when it is genuine, else `false` says what is wrong."""

    checked: check.Checked | None = None
    false: str = ""


@cache
def program() -> tuple[bytes, str]:
    """The program that checks without us, and its SHA-256."""
    data = PROGRAM.read_bytes()
    return data, hashlib.sha256(data).hexdigest()


@login_not_required
@require_safe
def verifier_file(request: HttpRequest) -> HttpResponse:
    """The program, to download."""
    headers = {"Content-Disposition": 'attachment; filename="verifier.py"', "Cache-Control": "public, max-age=3600"}
    return HttpResponse(program()[0], content_type="text/x-python; charset=utf-8", headers=headers)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("verifier", most=60, seconds=600)
def verifier(request: HttpRequest) -> HttpResponse:
    """The form, and what is proved by the code that was given."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if request.FILES and not counted("verifier-picture", sender_of(request), most=MOST_PICTURES, seconds=600):
        return respond_429(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        texts = _texts(form)
    except ScanRefused as refused:
        many = _("Ce PDF a trop de pages : %d au plus. Envoyez seulement celles qui portent un code.")
        words = many % MOST_OF_A_PICTURE.pages if refused.reason == "pages" else str(refused.message)
        form.add_error("picture", words)
        return _page(request, form, status=refused.status)
    except Busy:
        form.add_error(
            "picture", _("Beaucoup d’images arrivent en ce moment. Réessayez dans une minute, ou collez le texte.")
        )
        return _page(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except NoCode:
        form.add_error(
            "picture",
            _(
                "Aucun code de reçu ne se lit sur cette image. Prenez une photo plus proche et bien nette, où le QR est "
                "en entier, ou collez le texte du code."
            ),
        )
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    results = [_result(text, form.cleaned_data["words"]) for text in texts]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(result.false for result in results) else HTTPStatus.OK
    return _page(request, form, results, status)


def _texts(form: VerifyForm) -> list[str]:
    """The codes that were given. Raises `ScanRefused` and `NoCode`."""
    if picture := form.cleaned_data["picture"]:
        return _on_picture(picture)
    return [form.cleaned_data["code"]]


def _on_picture(picture: UploadedFile) -> list[str]:
    kind = type_of(picture)
    with _place():
        _pages, texts = examine(picture, kind, MOST_OF_A_PICTURE)
    ours = dict.fromkeys(text for text in texts if text.startswith((QR_MARK, COPY_MARK)))
    if not ours:
        raise NoCode
    return list(ours)[:MOST_CODES]


@contextmanager
def _place() -> Iterator[None]:
    """One of the places where pictures are read, held for the block. Raises `Busy` when all are taken."""
    with transaction.atomic(), connection.cursor() as cursor:
        for place in range(PICTURES_AT_ONCE):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLACE + place])
            if cursor.fetchone()[0]:
                break
        else:
            raise Busy
        yield


def _result(text: str, words: str) -> Result:
    try:
        return Result(checked=check.check(text, words))
    except check.ReceiptFalse as false:
        return Result(false=false.message)


def _page(
    request: HttpRequest, form: VerifyForm, results: list[Result] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    known = [str(key) for key in keys.public_keys()]
    context = {
        "form": form,
        "results": results,
        "program": PROGRAM.name,
        "sha256": program()[1],
        "command": f"python {PROGRAM.name} '{COPY_MARK}…' --key '{known[0]}'",
        "keys": known,
    }
    return render(request, "assistance/verifier/verifier.html", context, status=status)
