"""`/journal/affiche/`: the latest checkpoint on one page to print and pin up: paper in many places witnesses the log."""

import base64
import io
from datetime import UTC, datetime
from functools import lru_cache

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent.models import SealCheckpoint
from consent.proofs import cosigned
from consent.seal import keys, log


@login_not_required
@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """The poster, or that nothing is sealed yet; `?image=1` is its QR, the signed note itself."""
    latest = log.latest()
    if latest is None:
        return render(request, "consent/journal/poster.html", {"latest": None})
    signed = SealCheckpoint.objects.get(size=latest.size).note
    if "image" in request.GET:
        return HttpResponse(_qr(signed), content_type="image/png")
    root = base64.b64encode(latest.root).decode()
    context = {
        "latest": latest,
        "at": timezone.localtime(datetime.fromtimestamp(latest.time, UTC)),
        "root": [root[at : at + 4] for at in range(0, len(root), 4)],
        "keys": [str(key) for key in keys.public_keys()],
        "note": cosigned.with_cosignatures(signed, latest.size),
        "seen": cosigned.last_seen(),
        "site": settings.SITE_URL,
    }
    return render(request, "consent/journal/poster.html", context)


@lru_cache(maxsize=4)
def _qr(text: str) -> bytes:
    out = io.BytesIO()
    segno.make_qr(text, error="m", encoding="utf-8").save(out, kind="png", scale=4, border=4)
    return out.getvalue()
