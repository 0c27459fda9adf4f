"""Model fields that encrypt themselves: those who use them see plain values, the database sees none.

The associated data is table, column, row and person, so that a value moved elsewhere does not open.
A row without person (`person_id` is None) is sealed under the master keyset instead.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import tink
from django.db import models

from consent.crypto.master import master_aead
from consent.crypto.person_key import person_aead


class Sealed(NamedTuple):
    """A ciphertext as read from the database, not opened yet."""

    ciphertext: bytes


def _aead_and_context(instance: models.Model, column: str) -> tuple[Any, bytes]:
    person_id = instance.person_id
    table = instance._meta.db_table
    context = f"{table}|{column}|{instance.pk}|{person_id}".encode()
    return (person_aead(person_id) if person_id else master_aead()), context


class _Opening:
    """Opens the value the first time that it is looked at."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = self._opened(instance, value)
        return value

    def _opened(self, instance: models.Model, value: Sealed) -> Any:
        aead, context = _aead_and_context(instance, self.field.column)
        try:
            return self.field.loads(aead.decrypt(value.ciphertext, context).decode())
        except tink.TinkError:
            if self.field.damaged is None:
                raise
            return self.field.damaged()

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """A text kept encrypted under the key of the row's person. It cannot be searched: use a blind index.

    `damaged` makes what is shown instead of a value that does not open any more, for rows that are listed with others:
    one that was changed must not hide them. Without it reading such a value raises `tink.TinkError`.
    """

    def __init__(self, *args: Any, damaged: Callable[[], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.damaged = damaged

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:
        if value is None or isinstance(value, bytes):
            return value
        raise TypeError(f"{self.name} is encrypted: it can only be saved through its instance")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched")
        return super().get_lookup(lookup_name)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.ciphertext
        aead, context = _aead_and_context(model_instance, self.column)
        return aead.encrypt(self.dumps(value).encode(), context)

    def dumps(self, value: Any) -> str:
        """The text that is encrypted for a value."""
        return str(value)

    def loads(self, text: str) -> Any:
        """The value of a decrypted text."""
        return text


class EncryptedDateField(EncryptedField):
    """A date, encrypted as its ISO text."""

    def dumps(self, value: date) -> str:
        return value.isoformat()

    def loads(self, text: str) -> date:
        return date.fromisoformat(text)


class EncryptedJSONField(EncryptedField):
    """Any JSON value, encrypted."""

    def dumps(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def loads(self, text: str) -> Any:
        return json.loads(text)
