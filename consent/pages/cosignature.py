"""`/journal/cosignature`: where witnesses send the checkpoints that they co-signed."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from consent.limits import limited
from consent.proofs import cosigned

PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # a machine sends it, with a signature and without a cookie
@login_not_required
@require_POST
@limited("cosignature", most=120, seconds=600)
def cosignature(request: HttpRequest) -> HttpResponse:
    """A signed note with the lines of witnesses (C2SP tlog-cosignature): 200 kept, 413 too long, 422 refused with why."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > cosigned.LONGEST:
        return HttpResponse("too long\n", content_type=PLAIN, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        kept = cosigned.accept(request.body.decode())
    except (cosigned.CosignatureRefused, UnicodeDecodeError) as refused:
        words = f"{refused}\n" if isinstance(refused, cosigned.CosignatureRefused) else "not UTF-8\n"
        return HttpResponse(words, content_type=PLAIN, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(f"{kept}\n", content_type=PLAIN)
