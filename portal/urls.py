"""Every address of the service, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.pages.urls")),
    path("", include("consent.urls")),
    path("", include("assistance.urls")),
    path("", include("records.urls")),
    path("compte/", include("portal.accounts.urls")),
    path("langue/", include("django.conf.urls.i18n")),
]

handler400 = "portal.pages.errors.bad_request"
handler403 = "portal.pages.errors.forbidden"
handler404 = "portal.pages.errors.not_found"
handler429 = "portal.pages.errors.too_many"
handler500 = "portal.pages.errors.server_error"
