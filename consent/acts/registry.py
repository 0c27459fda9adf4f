"""The registry of acts: the source of the doors, the mandate's scopes, the paper forms and the tests."""

from consent.acts.base import Act

_acts: dict[str, Act] = {}


def register(cls: type[Act]) -> type[Act]:
    """Class decorator: make an act known to every door. Its code must be new."""
    if cls.code in _acts:
        raise ValueError(f"two acts are called {cls.code}")
    _acts[cls.code] = cls()
    return cls


def get_act(code: str) -> Act | None:
    """The act with this code, or None."""
    return _acts.get(code)


def all_acts() -> list[Act]:
    """Every act, in the order in which they were registered."""
    return list(_acts.values())
