"""Form of the act that changes how the person is reached."""

from consent.forms.identity import CONTACT, ContactFields


class ChangeContactForm(ContactFields):
    """The whole contact, as it will be."""

    sections = [("", "", CONTACT)]
