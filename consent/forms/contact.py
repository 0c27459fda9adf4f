"""Form of the act that changes how the person is reached."""

from typing import Any

from consent.bases import Via
from consent.forms.identity import CONTACT, ContactFields


class ChangeContactForm(ContactFields):
    """The whole contact, as it will be. That nobody writes home is for the person alone to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.basis is not None and self.basis.via is Via.REPRESENTATION:
            self.fields.pop("never_write_home")
        self.sections = [("", "", [name for name in CONTACT if name in self.fields])]
