"""Texts of rows that belong to no person open in their own row and column alone."""

from uuid import uuid4

import pytest
import tink

from assistance.models import Invitation


def invitation(**fields: str) -> Invitation:
    return Invitation(id=uuid4(), **fields)


def test_a_sealed_text_reads_as_it_was_written():
    kept = invitation(email="karim@guichet.exemple.fr", name=" Karim Haddad ")
    assert (kept.email, kept.name) == ("karim@guichet.exemple.fr", "Karim Haddad")
    assert b"karim" not in kept.email_sealed.lower()


def test_what_was_forgotten_is_empty():
    kept = invitation(email="karim@guichet.exemple.fr", name="Karim")
    kept.forget()
    assert (kept.email, kept.name) == ("", "")


def test_moved_to_another_row_or_column_it_does_not_open():
    one, other = invitation(name="Karim"), invitation()
    other.name_sealed = one.email_sealed = one.name_sealed
    for moved, name in ((other, "name"), (one, "email")):
        with pytest.raises(tink.TinkError):
            getattr(moved, name)
