"""Addresses of records: « Mes patients », and the person's own sheet to print."""

from django.urls import URLPattern, path

from records.pages import care, explanation, own_sheet, represented_sheet

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("soins/", care.home, name="care"),
    path("soins/code/", care.code, name="care-code"),
    path("soins/urgence/", care.urgent, name="care-urgent"),
    path("soins/demande/", care.ask, name="care-ask"),
    path("soins/acces/<uuid:right_id>/", care.patient, name="care-patient"),
    path("soins/explications/<uuid:explanation_id>/", explanation.explanation, name="care-explanation"),
    path("mon-espace/fiche-d-urgence/", own_sheet.sheet, name="sheet"),
    path("mon-espace/pour/<uuid:representation>/fiche-d-urgence/", represented_sheet.sheet, name="for-sheet"),
]
