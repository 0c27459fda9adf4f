"""`/verifier/`: anyone checks a receipt, by its code or by a picture of it. Nothing is kept, nobody is asked for."""

import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assistance.forms.verifier import VerifyForm
from assistance.scans import ScanRefused
from assistance.scans.check import type_of
from assistance.scans.sandbox import examine
from consent.limits import limited
from consent.proofs import check
from consent.proofs.code import COPY_MARK, LONGEST_TEXT, QR_MARK
from consent.seal import keys

PROGRAM = Path(check.__file__).with_name("verifier.py")
# The sheet of a visit has one code for each act.
MOST_CODES = 20


class NoCode(Exception):
    """No code of a receipt is on this picture."""


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
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        texts = _texts(form)
    except ScanRefused as refused:
        form.add_error("picture", str(refused.message))
        return _page(request, form, status=refused.status)
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
    # A mark and a length more than any of ours: a longer text is then seen as false, and not cut to a good one.
    _pages, texts = examine(picture, type_of(picture), longest=len(QR_MARK) + LONGEST_TEXT)
    ours = dict.fromkeys(text for text in texts if text.startswith((QR_MARK, COPY_MARK)))
    if not ours:
        raise NoCode
    return list(ours)[:MOST_CODES]


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
