"""Addresses of the house's own pages."""

from django.urls import URLPattern, path

from portal.accounts.pages import after_sign_in
from portal.pages import demonstration, health, leaving, public

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("droits/", public.rights, name="rights"),
    path("mentions-legales/", public.legal, name="legal"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("bienvenue/", after_sign_in, name="after-sign-in"),
    path("demonstration/", demonstration.demonstration, name="demonstration"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("quitter/", leaving.leave, name="leave"),
    path("calendrier/", leaving.calendar, name="calendar"),
    path("composants/", public.components, name="components"),
]
