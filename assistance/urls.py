"""Addresses of assistance: the finder, the counter's desk, the mail room."""

from django.urls import URLPattern, path

from assistance.pages import finder, paper_forms, team

app_name = "assistance"
urlpatterns: list[URLPattern] = [
    path("guichets/", finder.finder, name="finder"),
    path("guichets/<int:number>/", finder.counter, name="counter"),
    path("guichet/equipe/<int:number>/", team.counter_team, name="team"),
    path("guichet/equipe/<int:number>/retirer/<uuid:member_id>/", team.remove_member, name="team-remove"),
    path(
        "guichet/equipe/<int:number>/invitation/<uuid:invitation_id>/annuler/",
        team.cancel_invitation,
        name="team-invitation-cancel",
    ),
    path("guichet/invitation/<str:token>/", team.invitation, name="invitation"),
    path("papier/", paper_forms.paper_forms, name="paper-forms"),
    path("papier/notice/<str:version>/<str:language>/", paper_forms.paper_notice, name="paper-notice"),
    path("papier/<str:code>/", paper_forms.paper_form, name="paper-form"),
]
