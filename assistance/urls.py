"""Addresses of assistance: the finder, the counter's desk, the mail room."""

from django.urls import URLPattern, URLResolver, include, path

from assistance.pages import (
    attest,
    desk,
    finder,
    letters,
    mail,
    mailroom,
    mandate,
    paper_forms,
    team,
    visit,
    visit_end,
    visit_letters,
    visit_papers,
)  # fmt: skip

# Under "/guichet/visite/<uuid>/": one person, one agent, until the visit ends.
VISIT: list[URLPattern] = [
    path("", visit.visit, name="visit"),
    path("actes/<str:code>/", visit.visit_act, name="visit-act"),
    path("actes/<str:code>/<uuid:target_id>/", visit.visit_act, name="visit-act-on"),
    path("recu/<uuid:receipt_id>/", visit.visit_receipt, name="visit-receipt"),
    path("recu/<uuid:receipt_id>/pdf/", visit_papers.receipt_pdf, name="visit-receipt-pdf"),
    path("courriers/<uuid:letter_id>/pdf/", visit_letters.letter_pdf, name="visit-letter-pdf"),
    path("courriers/<uuid:letter_id>/remis/", visit_letters.letter_handed, name="visit-letter-handed"),
    path("notice/<slug:language>/pdf/", visit_papers.notice_pdf, name="visit-notice-pdf"),
    path("formulaire/<str:code>/pdf/", visit_papers.form_pdf, name="visit-form-pdf"),
    path("mandat/<uuid:mandate_id>/", mandate.visit_mandate, name="visit-mandate"),
    path("mandat/<uuid:mandate_id>/imprimer/", mandate.print_mandate, name="visit-mandate-print"),
    path("mandat/<uuid:mandate_id>/pdf/", mandate.mandate_pdf, name="visit-mandate-pdf"),
    path("fin/", visit_end.visit_end, name="visit-end"),
    path("fin/pdf/", visit_end.visit_end_pdf, name="visit-end-pdf"),
    path("fin/quitter/", visit_end.visit_leave, name="visit-leave"),
]

app_name = "assistance"
urlpatterns: list[URLPattern | URLResolver] = [
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
    path("guichet/", desk.desk, name="desk"),
    path("guichet/<int:number>/activite/", desk.activity, name="activity"),
    path("guichet/<int:number>/visite/", visit.start_visit, name="visit-start"),
    path("guichet/mandat/", attest.find_mandate, name="attest-find"),
    path("guichet/mandat/<str:reference>/attester/", attest.attest, name="attest"),
    path("guichet/visite/<uuid:visit_id>/", include(VISIT)),
    path("service/", mailroom.service, name="service"),
    path("service/courrier/", mailroom.mailroom_page, name="mailroom"),
    path("service/courrier/<uuid:mail_id>/", mail.mail, name="mail"),
    path("service/courrier/<uuid:mail_id>/prendre/", mail.mail_take, name="mail-take"),
    path("service/courrier/<uuid:mail_id>/acte/", mail.mail_choose, name="mail-choose"),
    path("service/courrier/<uuid:mail_id>/personne/", mail.mail_identify, name="mail-identify"),
    path("service/courrier/<uuid:mail_id>/mandat/", mail.mail_sign, name="mail-sign"),
    path("service/courrier/<uuid:mail_id>/ecarter/", mail.mail_reject, name="mail-reject"),
    path("service/courrier/<uuid:mail_id>/scan/", mail.mail_scan, name="mail-scan"),
    path("service/courrier/<uuid:mail_id>/actes/<str:code>/", mail.mail_act, name="mail-act"),
    path("service/courrier/<uuid:mail_id>/actes/<str:code>/<uuid:target_id>/", mail.mail_act, name="mail-act-on"),
    path("service/courrier/<uuid:mail_id>/recu/<uuid:receipt_id>/", mail.mail_receipt, name="mail-receipt"),
    path("service/lettres/", letters.letters, name="letters"),
    path("service/lettres/lot/", letters.batch_make, name="batch-make"),
    path("service/lettres/lot/<uuid:batch_id>/pdf/", letters.batch_pdf, name="batch-pdf"),
    path("service/lettres/lot/<uuid:batch_id>/postes/", letters.batch_posted, name="batch-posted"),
    path("service/lettres/<uuid:letter_id>/", letters.letter_step, name="letter-step"),
    path("service/lettres/<uuid:letter_id>/pdf/", letters.letter_pdf, name="letter-pdf"),
]
