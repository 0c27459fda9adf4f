"""A share code on a card to print and cut out: the code, its QR, what it opens and until when."""

from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.acts.share_code import code_facts
from consent.doors.online import OnlineDoor
from consent.models import ShareCode
from consent.wall import opened


@require_safe
def card(request: HttpRequest, code_id: UUID) -> HttpResponse:
    """The card of one code of the person signed in, as long as it stands."""
    basis = OnlineDoor(request).basis(None)
    with opened(basis.person_id):
        codes = ShareCode.objects.standing().filter(person_id=basis.person_id)
        code = codes.select_related("professional", "used_by").filter(pk=code_id).first()
        if code is None:
            raise Http404
        qr = segno.make_qr(code.code, error="m").svg_data_uri(border=4)
        context = {"code": code.code, "qr": qr, "rows": code_facts(code)}
        return render(request, "consent/share_code/card.html", context)
