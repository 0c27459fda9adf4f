"""Addresses of consent: the person's own pages and the notice."""

from django.urls import URLPattern, path

from consent.pages import (
    case,
    cosignature,
    home,
    identity,
    journal,
    link,
    notice,
    own_acts,
    poster,
    professions,
    receipt,
    representation,
    represented,
    share_card,
    summary,
    trace,
)

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("mon-espace/", home.home, name="home"),
    path("mon-espace/actes/<str:code>/", own_acts.own_act, name="act"),
    path("mon-espace/actes/<str:code>/<uuid:target>/", own_acts.own_act, name="act-on"),
    path("mon-espace/recu/<uuid:receipt_id>/", receipt.own, name="receipt"),
    path("mon-espace/trace/", trace.trace, name="trace"),
    path("mon-espace/demandes/", case.own_cases, name="cases"),
    path("mon-espace/trace/csv/", trace.trace_as_csv, name="trace-csv"),
    path("mon-espace/resume/", summary.summary, name="summary"),
    path("mon-espace/partage/<uuid:code_id>/", share_card.card, name="share-card"),
    path("mon-espace/representation/", representation.representation, name="representation"),
    path("mon-espace/pour/<uuid:representation>/", represented.home, name="for-home"),
    path("mon-espace/pour/<uuid:representation>/actes/<str:code>/", represented.act, name="for-act"),
    path("mon-espace/pour/<uuid:representation>/actes/<str:code>/<uuid:target>/", represented.act, name="for-act-on"),
    path("mon-espace/pour/<uuid:representation>/recu/<uuid:receipt_id>/", represented.receipt, name="for-receipt"),
    path("mon-espace/pour/<uuid:representation>/demandes/", represented.cases, name="for-cases"),
    path("mon-espace/pour/<uuid:representation>/trace/", represented.trace, name="for-trace"),
    path("mon-espace/identite/", identity.code, name="identity"),
    path("mon-espace/pour/<uuid:representation>/trace/csv/", represented.trace_csv, name="for-trace-csv"),
    path(
        "mon-espace/pour/<uuid:representation>/partage/<uuid:code_id>/", represented.share_card, name="for-share-card"
    ),
    path("mon-espace/relier/", link.ask, name="link"),
    path("mon-espace/relier/code/", link.enter, name="link-code"),
    path("professions/", professions.table, name="professions"),
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
