"""Act that closes many things at once, instead of one by one."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.grant import ABOUT
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.forms.revoke_others import RevokeOthersForm
from consent.open_rights import OpenRight, end_rights, rights_seen
from consent.readers import hold_readers


@register
class RevokeOthers(Act):
    """Take back every access but those that the person keeps; codes that read, and emergency accesses, are accesses."""

    code = "grant.revoke-others"
    about = ABOUT
    label = gettext_lazy("Retirer tous les accès, sauf ceux que je garde")
    button = gettext_lazy("Retirer ces accès")
    sentence = gettext_lazy("retirer d’un coup tous les accès, sauf ceux que je dis garder")
    form_class = RevokeOthersForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return _facts(rights_seen(basis), form.cleaned_data["kept"])

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        # Nobody begins to read by a code while these are counted.
        hold_readers(basis.person_id)
        rights = [right for right in rights_seen(basis) if _was_there(right, basis)]
        ended = [right for right in rights if right.key not in answers["kept"]]
        if not ended:
            raise BusinessError(gettext_lazy("Il n’y a aucun accès à retirer."))
        end_rights(ended)
        return Effect(facts=_facts(rights, answers["kept"]))


def _was_there(right: OpenRight, basis: Basis) -> bool:
    """Whether it stood when the person decided: what they opened after a form came by post is not among « all »."""
    return basis.received_on is None or timezone.localtime(right.since).date() <= basis.received_on


def _facts(rights: list[OpenRight], kept: list[str]) -> list[Fact]:
    """What is taken back, then what is kept."""
    taken = [(_("Accès retiré à"), right.words) for right in rights if right.key not in kept]
    return [*taken, *((_("Accès gardé"), right.words) for right in rights if right.key in kept)]
