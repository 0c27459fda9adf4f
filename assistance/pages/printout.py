"""A PDF that the worker makes, sent to whoever asked: by any page of any door, and never made here."""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from assistance import printing
from assistance.models import Printout
from consent.crypto import files
from consent.crypto.person_key import KeyDestroyed
from consent.wall import opened

Opens = Callable[[], files.Plaintext | None]
Sending = Callable[[Opens], files.Plaintext | None]
FIRST_LOOK = 0.15
SLOWEST_LOOK = 1.0


def itself(opens: Opens) -> files.Plaintext | None:
    """What is sent to the person themselves: nothing is noted."""
    return opens()


def printout_response(
    request: HttpRequest,
    printout: Printout,
    *,
    filename: str,
    back_url: str,
    surroundings: str = "base.html",
    context: dict[str, Any] | None = None,
    sending: Sending = itself,
) -> HttpResponseBase:
    """The PDF (200), or a page: being made, look again (202); could not be made (503).

    `filename` names no person. The page's link looks again at the same address, so the view that calls this must
    answer GET and `ask` again. `sending` is called with what opens the PDF, once it is ready: a door that reads for
    someone else writes its trace there, and may raise.
    """
    found = _waited(printout)
    if found is not None and found.ready_at and (pdf := sending(lambda: _opened(found))):
        headers = {"Content-Disposition": content_disposition_header(False, filename)}
        return StreamingHttpResponse(pdf, content_type="application/pdf", headers=headers)
    around = {**(context or {}), "surroundings": surroundings, "back_url": back_url}
    if found is not None and not found.ready_at and not found.failed_at:
        around["again_url"] = request.get_full_path()
        return render(request, "assistance/printout/waiting.html", around, status=202)
    return render(request, "assistance/printout/failed.html", around, status=503)


def _waited(printout: Printout) -> Printout | None:
    """The printout once it is ready or failed, or as it is when the time of waiting is over; None once purged."""
    until = time.monotonic() + printing.wait_seconds()
    pause = FIRST_LOOK
    found: Printout | None = printout
    while found is not None and not found.ready_at and not found.failed_at and time.monotonic() < until:
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
        pause = min(pause * 1.5, SLOWEST_LOOK)
        found = printing.find(printout.pk, printout.person_id)
    return found


def _opened(printout: Printout) -> files.Plaintext | None:
    """What is to be sent; None when the file is gone, or the person's key."""
    with opened(printout.person_id):
        try:
            return files.read(printout.path, printout.person_id)
        except (files.FileUnreadable, KeyDestroyed):
            return None
