"""Addresses of the account: only those of allauth that this service uses, each named."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path

from portal.accounts import pages, reset_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", pages.sign_up, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", reset_pages.ask, name="account_reset_password"),
    path("password/reset/done/", reset_pages.asked, name="account_reset_password_done"),
    path("password/reset/changed/", reset_pages.changed, name="account_reset_password_changed"),
    path("password/reset/<uuid:user_id>/<str:key>/", reset_pages.choose, name="account_reset_password_key"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]
