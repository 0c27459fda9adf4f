"""Keys: a master keyset, one keyset per person, blind indexes, and fields that encrypt themselves (design §8)."""

from consent.crypto.blind_index import blind_index
from consent.crypto.master import service_open, service_seal

__all__ = ["blind_index", "service_open", "service_seal"]
