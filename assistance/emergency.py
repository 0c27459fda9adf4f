"""Telling someone that an emergency access to their space was opened: at once, by the way that they chose."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.letters import Content, reach
from assistance.models import PersonalForm
from assistance.paper.codes import new_reference
from consent import outbox
from consent.days import moment_words
from consent.models import EmergencyAccess, OutboxItem, Person
from consent.models.emergency import Finding


@outbox.handles("emergency-told")
def tell_access(item: OutboxItem) -> None:
    """Tell who opened the space, when and why; the letter carries a form to contest it."""
    access = EmergencyAccess.objects.select_related("professional").get(pk=item.subject_id)
    reach(item.person_id, item.pk, lambda person: _opened(person, access))


def _opened(person: Person, access: EmergencyAccess) -> Content:
    form = PersonalForm.objects.create(
        reference=new_reference("PF"), person_id=person.pk, act_code="emergency.contest", target_id=access.pk
    )
    rows = [
        [_("Qui et quand"), access.words],
        [_("La raison qu’il a écrite"), access.reason],
        [_("Jusqu’au"), moment_words(access.ends_at)],
    ]
    return {
        "subject": _("Un professionnel a ouvert votre espace en urgence"),
        "paragraphs": [
            _("Bonjour,"),
            _("Vous avez autorisé l’accès en cas d’urgence. Un professionnel de santé vient de s’en servir."),
            _("Cet accès sera contrôlé. Si vous n’étiez pas en danger, ou en cas de doute, contestez-le."),
        ],
        "tables": [[_("Accès d’urgence"), rows]],
        "closing": _("Vous pouvez interdire cet accès quand vous voulez : il prend fin aussitôt."),
        "forms": [{"act": form.act_code, "reference": form.reference, "about": access.words}],
    }


@outbox.handles("emergency-reviewed")
def tell_review(item: OutboxItem) -> None:
    """Tell what the auditor found, word for word, and what may follow."""
    access = EmergencyAccess.objects.select_related("professional").get(pk=item.subject_id)
    reach(item.person_id, item.pk, lambda person: _reviewed(access))


FOLLOWS = {
    Finding.FAIR: gettext_lazy("Le délégué à la protection des données n’a rien trouvé à redire à cet accès."),
    Finding.EXPLAIN: gettext_lazy(
        "Le délégué à la protection des données demande au professionnel d’expliquer cet accès. Vous saurez ce qu’il en "
        "est."
    ),
    Finding.ABUSE: gettext_lazy(
        "Le délégué à la protection des données trouve que cet accès n’était pas permis. Vous pouvez saisir la CNIL, l’ordre du professionnel ou le juge ; "
        "un guichet peut vous aider à écrire."
    ),
}


def _reviewed(access: EmergencyAccess) -> Content:
    return {
        "subject": _("Un accès d’urgence à votre espace a été contrôlé"),
        "paragraphs": [_("Bonjour,"), str(FOLLOWS[Finding(access.finding)])],
        "tables": [
            [
                _("Le contrôle"),
                [
                    [_("Accès d’urgence"), access.words],
                    [_("Ce que le contrôle a trouvé"), str(access.get_finding_display())],
                    [_("Ce que le délégué en dit"), access.review],
                ],
            ]
        ],
        "closing": _("Si vous n’êtes pas d’accord, faites une réclamation : en ligne, à un guichet ou par courrier."),
    }
