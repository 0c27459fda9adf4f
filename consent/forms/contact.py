"""Form of the act that changes how the person is reached."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consent.bases import Via
from consent.forms.identity import CONTACT, ContactFields
from consent.models import Person


class ChangeContactForm(ContactFields):
    """The whole contact, as it will be. That nobody writes home is for the person alone to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        via = self.basis.via if self.basis is not None else None
        if via is Via.REPRESENTATION:
            self.fields.pop("never_write_home")
        # At a counter, by post and for who represents others hold the pen: where one wants to be written to may be what
        # one has to keep from them.
        if via is Via.SELF and not self.is_bound:
            person = Person.objects.filter(pk=self.basis.person_id).first()
            self.initial = {name: getattr(person, name) for name in CONTACT} if person else {}
        hint = _("Ce que vous écrivez ici remplace tout ce qui était noté, aussi ce que vous laissez vide.")
        self.sections = [("", hint, [name for name in CONTACT if name in self.fields])]
