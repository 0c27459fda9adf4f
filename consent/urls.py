"""Addresses of consent: the person's own pages and the notice."""

from django.urls import URLPattern, path

from consent.pages import cosignature, home, journal, link, notice, own_acts, poster, receipt, trace

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("mon-espace/", home.home, name="home"),
    path("mon-espace/actes/<str:code>/", own_acts.own_act, name="act"),
    path("mon-espace/actes/<str:code>/<uuid:target>/", own_acts.own_act, name="act-on"),
    path("mon-espace/recu/<uuid:receipt_id>/", receipt.own, name="receipt"),
    path("mon-espace/trace/", trace.trace, name="trace"),
    path("mon-espace/relier/", link.ask, name="link"),
    path("mon-espace/relier/code/", link.enter, name="link-code"),
    path("sans-compte/<str:code>/", own_acts.public_act, name="public-act"),
    path("sans-compte/recu/<uuid:receipt_id>/", receipt.public, name="public-receipt"),
    path("journal/cosignature", cosignature.cosignature, name="cosignature"),
    path("journal/affiche/", poster.poster, name="journal-poster"),
    path("journal/", journal.journal, name="journal"),
    path("journal/checkpoint", journal.checkpoint, name="journal-checkpoint"),
    path("journal/checkpoint/<int:size>", journal.checkpoint_of, name="journal-checkpoint-of"),
    path("journal/checkpoints.json", journal.json_feed, name="journal-json"),
    path("journal/checkpoints.atom", journal.atom_feed, name="journal-atom"),
    path("journal/tile/<int:level>/<path:path>", journal.tile, name="journal-tile"),
    path("information/", notice.in_force, name="notice"),
    path("information/versions/", notice.versions, name="notice-versions"),
    path("information/<slug:version>/<slug:language>/", notice.version, name="notice-version"),
]
