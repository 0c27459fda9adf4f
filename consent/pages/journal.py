"""The sealed journal, for anyone: a page that says what it is, checkpoints as text and feeds, the tiles of the tree.

Texts and tiles follow C2SP (tlog-checkpoint, tlog-tiles): tools made for other logs read ours. They are the same for
everyone and may be kept by any cache; what is finished may be kept for ever.
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consent.models.seal import SealCheckpoint
from consent.proofs import cosigned
from consent.seal import keys, tiles, verifications

A_PAGE = 20
A_FEED = 50
FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=5"
# A tile's number by groups of three digits, an x before all but the last: x001/x234/067, and .p/8 when it is partial.
TILE = re.compile(r"(?P<number>(?:x\d{3}/){0,5}\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?", re.ASCII)


class ForAll(HttpResponse):
    """An answer that is the same for everyone and that caches may share: no cookie ever goes with it.

    Only where it has words of ours (`in_words`) is it another in another language; else a cache keeps it once.
    """

    def __init__(self, content: Any, content_type: str, kept: str, *, in_words: bool = False) -> None:
        super().__init__(content, content_type=content_type, headers={"Cache-Control": kept})
        self.varies_with_nothing = not in_words

    def set_cookie(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: a session that was read by the way is not this answer's business."""


@login_not_required
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What the sealed journal is, its last checkpoint, its keys; `?avant=N`, the checkpoints of fewer entries than N."""
    before = request.GET.get("avant", "")
    rows = SealCheckpoint.objects.order_by("-size")
    asked = re.fullmatch(r"[1-9]\d{0,17}", before, re.ASCII)
    older = list((rows.filter(size__lt=int(before)) if asked else rows)[: A_PAGE + 1])
    context = {
        "last": rows.first() if asked else next(iter(older), None),
        "checkpoints": older[:A_PAGE],
        "next_before": older[A_PAGE - 1].size if len(older) > A_PAGE else None,
        "is_first": not asked,
        "origin": settings.SEAL_ORIGIN,
        "keys": keys.public_keys(),
        "seen": cosigned.last_seen(),
        "verified": verifications.standing(),
    }
    return render(request, "consent/journal/journal.html", context)


@login_not_required
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last checkpoint, as a signed note."""
    row = SealCheckpoint.objects.order_by("-size").first()
    if row is None:
        raise Http404
    return ForAll(cosigned.with_cosignatures(row.note, row.size), "text/plain; charset=utf-8", A_MOMENT)


@login_not_required
@require_safe
def checkpoint_of(request: HttpRequest, size: int) -> HttpResponse:
    """The checkpoint of this many entries, if one was signed."""
    row = SealCheckpoint.objects.filter(size=size).first()
    if row is None:
        raise Http404
    return ForAll(row.note, "text/plain; charset=utf-8", FOR_EVER)


@login_not_required
@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """The last checkpoints, as a JSON Feed (version 1.1)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("Le journal scellé de %s") % settings.SEAL_ORIGIN,
        "home_page_url": _absolute("consent:journal"),
        "feed_url": _absolute("consent:journal-json"),
        "items": [
            {
                "id": _absolute("consent:journal-checkpoint-of", size=row.size),
                "url": _absolute("consent:journal-checkpoint-of", size=row.size),
                "content_text": row.note,
                "date_published": row.signed_at.isoformat(),
            }
            for row in _last()
        ],
    }
    answer = JsonResponse(feed, json_dumps_params={"ensure_ascii": False})
    return ForAll(answer.content, "application/feed+json; charset=utf-8", A_MOMENT, in_words=True)


@login_not_required
@require_safe
def atom_feed(request: HttpRequest) -> HttpResponse:
    """The last checkpoints, as an Atom feed (RFC 4287)."""
    feed = Atom1Feed(
        title=_("Le journal scellé de %s") % settings.SEAL_ORIGIN,
        link=_absolute("consent:journal"),
        description="",
        feed_url=_absolute("consent:journal-atom"),
        author_name=settings.SEAL_ORIGIN,
    )
    for row in _last():
        url = _absolute("consent:journal-checkpoint-of", size=row.size)
        feed.add_item(
            title=_("%s traces scellées") % row.size,
            link=url,
            unique_id=url,
            description=format_html("<pre>{}</pre>", row.note),
            pubdate=row.signed_at,
            updateddate=row.signed_at,
        )
    return ForAll(feed.writeString("utf-8"), "application/atom+xml; charset=utf-8", A_MOMENT, in_words=True)


@login_not_required
@require_safe
def tile(request: HttpRequest, level: int, path: str) -> HttpResponse:
    """A tile of the tree: whole, or its first hashes."""
    asked = TILE.fullmatch(path)
    if asked is None or level > 63:
        raise Http404
    index, width = int(re.sub(r"[x/]", "", asked["number"])), int(asked["width"] or tiles.WIDTH)
    if asked["number"] != tiles.path_of(index) or (asked["width"] and width >= tiles.WIDTH):
        raise Http404
    hashes = tiles.fetch([(level, index)]).get((level, index), b"")
    if len(hashes) < width * tiles.HASH:
        raise Http404
    # What is partial now is whole later: but its first hashes stay what they are.
    return ForAll(hashes[: width * tiles.HASH], "application/octet-stream", FOR_EVER)


def _last() -> list[SealCheckpoint]:
    return list(SealCheckpoint.objects.order_by("-size")[:A_FEED])


def _absolute(name: str, **parts: Any) -> str:
    return settings.SITE_URL + reverse(name, kwargs=parts)
