"""The clock of cases: those who answer are reminded once a day, and a person is told when their time has passed."""

import logging
from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance import cases
from consent import journal, outbox
from consent.bases import Basis, Via
from consent.days import day_words
from consent.models import Case, CaseState
from consent.wall import opened

log = logging.getLogger(__name__)


def remind(today: date | None = None) -> int:
    """Write to each clerk and auditor whose desk has cases late or due within a week; how many were written to.

    Once a day, however often it is called. The e-mail has figures and a link, and nothing about anyone.
    """
    today = today or timezone.localdate()
    written = 0
    for desk in (cases.CLERKS, cases.AUDIT):
        counts = cases.counts(desk, today)
        if counts.late or counts.soon:
            users = get_user_model().objects.filter(groups__name=desk.service, is_active=True)
            written += sum(_reminded(user, desk, counts, today) for user in users if user.email)
    return written


def _reminded(user: AbstractBaseUser, desk: cases.Desk, counts: cases.Counts, today: date) -> bool:
    """Whether this one was written to now; whoever could not be is in an hour, and keeps nobody else from it."""
    done = f"cases-reminded:{desk.service}:{user.pk}:{today}"
    if not cache.add(done, 1, 2 * 86400):
        return False
    try:
        _write(user.email, desk, counts)
    except OSError as error:
        cache.delete(done)
        log.error("account %s could not be reminded of cases (%s)", user.pk, type(error).__name__)
        return False
    return True


def _write(email: str, desk: cases.Desk, counts: cases.Counts) -> None:
    with override("fr"):
        send_mail(
            _("Plein gré : des demandes attendent une réponse"),
            _(
                "Bonjour,\n\nEn retard : %(late)d\nÀ répondre dans les 7 jours : %(soon)d\n\n%(url)s\n\nPlein gré"
            )
            % {"late": counts.late, "soon": counts.soon, "url": settings.SITE_URL + reverse(desk.list_url)},
            None,
            [email],
        )  # fmt: skip


def tell_late(today: date | None = None) -> int:
    """Tell the persons whose answer did not come in time, once each; their number. One failure stops no other."""
    today = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, person_id FROM cases_late(%s, 500)", [today])
        late = cursor.fetchall()
    told = 0
    for case_id, person_id in late:
        try:
            with transaction.atomic(), opened(person_id):
                told += _tell(case_id, today)
        except Exception as error:  # the next run tries again; the text of the error may name the person
            log.error("case %s: its person could not be told that it is late (%s)", case_id, type(error).__name__)
    return told


def _tell(case_id: object, today: date) -> bool:
    case = Case.objects.select_for_update().filter(pk=case_id, late_told_at__isnull=True).first()
    if case is None or case.state == CaseState.ANSWERED or not case.is_late(today):
        return False
    case.late_told_at = timezone.now()
    case.save(update_fields=["late_told_at"])
    with override("fr"):
        facts = [(_("Référence"), case.reference), (_("Réponse au plus tard le"), day_words(case.limit))]
    basis = Basis(Via.SERVICE, case.person_id, journal.machine(), reference=case.reference)
    journal.write_event(basis, "case.late", facts, person_id=case.person_id)
    outbox.put("case-late", case.pk, case.person_id)
    return True
