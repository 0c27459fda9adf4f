"""What verifying the journal found wrong, for the auditor: told at once, on top of every page of theirs until answered."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance.models import FaultAnswer
from assistance.roles import Service
from consent import journal, outbox
from consent.acts.base import BusinessError
from consent.bases import Actor, Basis, Via, lock_basis
from consent.days import moment_words
from consent.models import OutboxItem, Verification
from consent.models.journal_entry import ActorKind
from consent.models.verification import Reach
from consent.seal.verifications import BROKEN
from consent.wall import opened

ANSWERED = "audit.fault"


def open_faults() -> list[Verification]:
    """The faults that nobody has answered, each that differs once, by its last run; the newest first. One statement."""
    bad = Verification.objects.exclude(broken="").exclude(Exists(_answers(OuterRef("says"), OuterRef(OuterRef("at")))))
    last = bad.order_by("says", "-at", "id").distinct("says")
    return sorted(last, key=lambda run: run.at, reverse=True)


def _answers(says: Any, at: Any) -> QuerySet[FaultAnswer]:
    """The answers that hold for a run of these words at that moment: to the same words, found then or later.

    What cannot be put right is found again each hour, and is answered once: an earlier answer holds too, until a whole
    run was well.
    """
    well = Verification.objects.filter(broken="", reach=Reach.WHOLE, at__gt=OuterRef("run__at"), at__lt=at)
    return FaultAnswer.objects.filter(~Exists(well), run__says=says)


def runs(most: int, past: int) -> QuerySet[Verification]:
    """The runs, the newest first."""
    return Verification.objects.order_by("-at", "id")[past : past + most]


def answer_to(run: Verification) -> FaultAnswer | None:
    """The answer to this run: its own, or one to the same words that holds for it."""
    return _answers(run.says, run.at).select_related("answered_by", "run").order_by("run__at").first()


@transaction.atomic
def answer(user: AbstractBaseUser, run: Verification, words: str) -> None:
    """Keep what was found of this fault, once; the same words sent twice by the same auditor are one answer.

    Raises `BusinessError` when it was answered already, and `BasisRefused`.
    """
    basis = Basis(Via.SERVICE, None, Actor(ActorKind.AUDITOR, user.pk))
    with opened(None):
        lock_basis(basis, ANSWERED)
        if (before := answer_to(run)) is None:
            kept, is_new = FaultAnswer.objects.get_or_create(run=run, defaults={"words": words, "answered_by": user})
        else:
            kept, is_new = before, False
        if not is_new:
            if (kept.run_id, kept.words, kept.answered_by_id) == (run.pk, words, user.pk):
                return
            raise BusinessError(_("Quelqu’un a déjà répondu. Ce que vous avez écrit n’est pas noté."))
        with override("fr"):
            moment = moment_words(run.at)
            facts = [(_("Vérification du"), moment), (_("Ce qui a été trouvé"), str(run.get_broken_display()))]
        journal.write_event(basis, ANSWERED, facts, person_id=None)


@outbox.handles(BROKEN)
def tell_auditors(item: OutboxItem) -> None:
    """Write to each auditor that something was found, and where to read it; a mail says no more."""
    url = settings.SITE_URL + reverse("assistance:audit-verification", args=[item.subject_id])
    auditors = get_user_model().objects.filter(groups__name=Service.AUDIT, is_active=True)
    with override("fr"):
        for user in [user for user in auditors if user.email]:
            send_mail(
                _("Plein gré : la vérification du journal a trouvé un défaut"),
                _("Bonjour,\n\nLa vérification du journal scellé a trouvé quelque chose. Regardez-le sans attendre :\n%s\n\nPlein gré")
                % url,
                None,
                [user.email],
            )  # fmt: skip
