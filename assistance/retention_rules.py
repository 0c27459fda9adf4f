"""How long assistance keeps papers: drafts, forms that came, letters that left, PDFs, invitations."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from assistance import mandates, printing
from assistance.models import Invitation, Letter, Mail, MailState, Mandate, SeenSignal
from assistance.models.mandate import SIGN_WITHIN
from consent.crypto import files
from consent.models import Explanation
from consent.retention import YEAR, Due, Rule, add_rule, deleted, found_by


def unsigned_drafts(at: datetime, most: int) -> Due:
    """The drafts prepared at this hour or before; the function counts the days itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mandate_id, person_id FROM mandates_unsigned(%s) LIMIT %s", [at + SIGN_WITHIN, most])
        return cursor.fetchall()


def forget_mail(mail_id: UUID) -> bool:
    """A settled mail and its scan; the scan of a mandate that still names it stays with the mandate."""
    mail = Mail.objects.select_for_update().filter(pk=mail_id).exclude(state=MailState.WAITING).first()
    if mail is None:
        return False
    scan = "" if Mandate.objects.filter(person_id=mail.person_id, scan=mail.scan).exists() else mail.scan
    mail.delete()
    transaction.on_commit(lambda: files.delete(scan))
    return True


def over(at: datetime, most: int) -> Due:
    """The invitations that were over by then and still say to whom they went."""
    found = Invitation.objects.filter(expires_at__lte=at).exclude(email_sealed=b"", name_sealed=b"")
    return [(pk, None) for pk in found.values_list("pk", flat=True)[:most]]


def seen_signals(at: datetime, most: int) -> Due:
    """The signals that were seen at this hour or before; they are about staff, and no person."""
    return [(pk, None) for pk in SeenSignal.objects.filter(seen_at__lte=at).values_list("pk", flat=True)[:most]]


def signals_explained(at: datetime, most: int) -> Due:
    """What was asked of professionals about signals at this hour or before; what is of a person goes with them."""
    found = Explanation.objects.filter(person=None, asked_at__lte=at)
    return [(pk, None) for pk in found.values_list("pk", flat=True)[:most]]


def forget_invited(invitation_id: UUID) -> bool:
    """Whom an invitation was for; that there was one stays."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    invitation.forget()
    invitation.save(update_fields=["email_sealed", "name_sealed"])
    return True


add_rule(
    Rule(
        "mandates-unsigned",
        what=_("Mandats préparés et jamais signés, et l’identité de qui n’a rien d’autre"),
        kept=SIGN_WITHIN,
        kept_words=_("7 jours"),
        source=_("RGPD, article 5.1.c : sans signature, rien ne justifie de les garder"),
        find=unsigned_drafts,
        remove=mandates.forget_draft,
        # Each leaves a trace of its own, with its reference.
        told=False,
    )
)
add_rule(
    Rule(
        "mails",
        what=_("Courriers reçus et traités, avec leur image"),
        kept=5 * YEAR,
        kept_words=_("5 ans après leur traitement"),
        source=_("RGPD, article 7.1, et Code civil, article 2224 : la preuve de ce que la personne a signé"),
        find=found_by("mails_settled_before"),
        remove=forget_mail,
    )
)
add_rule(
    Rule(
        "letters",
        what=_("Copies des lettres envoyées ou remises"),
        kept=YEAR,
        kept_words=_("1 an après l’envoi"),
        source=_("RGPD, article 5.1.e : la personne a la lettre, et son historique dit ce qu’elle disait"),
        find=found_by("letters_sent_before"),
        remove=deleted(Letter),
    )
)
add_rule(
    Rule(
        "printouts",
        what=_("PDF préparés pour être imprimés"),
        kept=printing.KEPT,
        kept_words=_("24 heures"),
        source=_("RGPD, article 5.1.e : une copie, refaite à la demande"),
        find=found_by("printouts_before"),
        remove=printing.forget,
        told=False,
    )
)
add_rule(
    Rule(
        "invitations",
        what=_("Nom et adresse de qui était invité à un guichet"),
        kept=timedelta(0),
        kept_words=_("jusqu’à la fin de l’invitation"),
        source=_("RGPD, article 5.1.e : l’invitation a servi, ou ne servira plus"),
        find=over,
        remove=forget_invited,
    )
)
add_rule(
    Rule(
        "signals",
        what=_("Ce que le délégué à la protection des données a trouvé de choses inhabituelles"),
        kept=5 * YEAR,
        kept_words=_("5 ans après qu’il les a vues"),
        source=_(
            "RGPD, article 5.2, et Code civil, article 2224 : le temps pendant lequel ce contrôle peut être discuté"
        ),
        find=seen_signals,
        remove=deleted(SeenSignal),
        told=False,
    )
)
add_rule(
    Rule(
        "explanations",
        what=_("Ce qui a été demandé à un professionnel sur une chose inhabituelle, et sa réponse"),
        kept=5 * YEAR,
        kept_words=_("5 ans après la question"),
        source=_(
            "RGPD, article 5.2, et Code civil, article 2224 : le temps pendant lequel ce contrôle peut être discuté"
        ),
        find=signals_explained,
        remove=deleted(Explanation),
        told=False,
    )
)
