"""Sessions in Valkey, told apart from sessions that Valkey could not be asked for."""

from typing import Any

from django.contrib.sessions.backends.cache import SessionStore as CacheSessionStore


class SessionStore(CacheSessionStore):
    """Django's own store takes an outage for an unknown session: it would sign everyone out and lose their forms.

    Here the outage is raised, and answered with 503; a page that needs no session stands.
    """

    def load(self) -> dict[str, Any]:
        """The session's content; empty when there is no such session. Raises when Valkey does not answer."""
        data = self._cache.get(self.cache_key)
        if data is not None:
            return data
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        """Keep the session for another half hour, unless this page never read it: then there is nothing to keep."""
        if must_create or hasattr(self, "_session_cache"):
            super().save(must_create)
