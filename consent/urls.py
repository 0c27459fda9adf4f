"""Addresses of consent: the person's own pages and the notice."""

from django.urls import URLPattern, path

from consent.pages import case, home, journal, link, notice, own_acts, professions, receipt, share_card, trace

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("mon-espace/", home.home, name="home"),
    path("mon-espace/actes/<str:code>/", own_acts.own_act, name="act"),
    path("mon-espace/actes/<str:code>/<uuid:target>/", own_acts.own_act, name="act-on"),
    path("mon-espace/recu/<uuid:receipt_id>/", receipt.own, name="receipt"),
    path("mon-espace/trace/", trace.trace, name="trace"),
    path("mon-espace/partage/<uuid:code_id>/", share_card.card, name="share-card"),
    path("mon-espace/demandes/", case.own_cases, name="cases"),
    path("mon-espace/relier/", link.ask, name="link"),
    path("mon-espace/relier/code/", link.enter, name="link-code"),
    path("professions/", professions.table, name="professions"),
    path("sans-compte/<str:code>/", own_acts.public_act, name="public-act"),
    path("sans-compte/recu/<uuid:receipt_id>/", receipt.public, name="public-receipt"),
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
