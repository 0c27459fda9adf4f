"""Addresses of consent: the person's own pages and the notice."""

from django.urls import URLPattern, path

from consent.pages import notice

app_name = "consent"
urlpatterns: list[URLPattern] = [
    path("information/", notice.in_force, name="notice"),
    path("information/versions/", notice.versions, name="notice-versions"),
    path("information/<slug:version>/<slug:language>/", notice.version, name="notice-version"),
]
