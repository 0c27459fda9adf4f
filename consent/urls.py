"""Addresses of consent: the person's own pages and the notice."""

from django.urls import URLPattern

app_name = "consent"
urlpatterns: list[URLPattern] = []
