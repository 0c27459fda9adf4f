"""The act that changes how the person is reached."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, Effect
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.contact import ChangeContactForm
from consent.forms.identity import contact_of
from consent.models import Channel, Person

ABOUT = gettext_lazy("Mes coordonnées")


@register
class ChangeContact(Act):
    """Change address, phone, e-mail, preferred channel."""

    code = "contact.change"
    about = ABOUT
    label = gettext_lazy("Changer mes coordonnées")
    sentence = gettext_lazy("changer mon adresse, mon téléphone ou la façon de me prévenir")
    form_class = ChangeContactForm
    # Where one wants to be written to may be what one has to keep from a representative.
    private = True
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person = Person.objects.get(pk=basis.person_id)
        contact = contact_of(answers)
        by_another = basis.via is Via.REPRESENTATION
        if by_another:
            # Only the person takes this wish back; whoever acts for them does not learn of it.
            contact["never_write_home"] = person.never_write_home
        person.set_contact(contact)
        person.save()
        facts = [
            (_("Adresse"), ", ".join(person.address_lines) or _("aucune")),
            (_("Prévenir"), str(Channel(person.channel).label)),
        ]
        if person.never_write_home and not by_another:
            facts.append((_("Courrier"), _("ne jamais écrire chez moi")))
        return Effect(facts=facts)
