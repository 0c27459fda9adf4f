"""What verifying the journal found wrong, for the auditor: told at once, on top of every page of theirs until answered."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
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
from consent.seal.verifications import BROKEN, NEVER
from consent.wall import opened

ANSWERED = "audit.fault"


def open_fault() -> Verification | None:
    """The last run that found something wrong, while nobody has answered to it or to a later one. One statement.

    What cannot be put right is found again each hour: the same words are answered once, until a whole run is well.
    """
    answers = FaultAnswer.objects.order_by("-run__at").values("run__at")
    well = Verification.objects.filter(broken="", reach=Reach.WHOLE).order_by("-at").values("at")[:1]
    same = answers.filter(run__says=OuterRef("says"), run__at__gt=Coalesce(Subquery(well), NEVER))
    bad = Verification.objects.exclude(broken="").filter(at__gt=Coalesce(Subquery(answers[:1]), NEVER))
    return bad.exclude(Exists(same)).order_by("-at", "id").first()


def runs(most: int, past: int) -> QuerySet[Verification]:
    """The runs, the newest first."""
    return Verification.objects.order_by("-at", "id")[past : past + most]


def answer_to(run: Verification) -> FaultAnswer | None:
    """The answer to this run: its own, or that to the first later one."""
    answers = FaultAnswer.objects.select_related("answered_by", "run").filter(run__at__gte=run.at)
    return answers.order_by("run__at").first()


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
