"""The registry of acts: the source of the doors, the mandate's scopes, the paper forms and the tests."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from consent.acts.base import Act

_acts: dict[str, Act] = {}
# In which order people meet the nouns, in menus and on mandates; a noun that is not here comes after.
ORDER = (
    "space", "consent", "grant", "care-team", "request", "share-code", "block", "emergency", "representation",
    "mandate", "contact", "telling", "statement", "entry", "rights",
)  # fmt: skip


def register(cls: type[Act]) -> type[Act]:
    """Class decorator: make an act known to every door. Its code must be new."""
    if cls.code in _acts:
        raise ValueError(f"two acts are called {cls.code}")
    _acts[cls.code] = cls()
    return cls


def discover(package: str) -> None:
    """Import every file of a package of acts, in the order of their names: a new file needs no other line."""
    for module in sorted(iter_modules(import_module(package).__path__), key=lambda found: found.name):
        import_module(f"{package}.{module.name}")


def get_act(code: str) -> Act | None:
    """The act with this code, or None."""
    return _acts.get(code)


def is_kept_quiet(code: str) -> bool:
    """Whether no paper that goes home tells of this act (what is hidden, a doubt): whoever represents could read it."""
    act = get_act(code)
    return act is not None and act.private and not act.notifies


def all_acts() -> list[Act]:
    """Every act, noun by noun, in the order in which a person meets them."""
    return sorted(_acts.values(), key=lambda act: _place(act.code.partition(".")[0]))


def by_noun(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """These acts in groups, by what they are about."""
    groups: dict[str, list[Act]] = {}
    for act in acts:
        groups.setdefault(str(act.about), []).append(act)
    return groups


def _place(noun: str) -> int:
    return ORDER.index(noun) if noun in ORDER else len(ORDER)
