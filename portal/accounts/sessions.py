"""Sessions in Valkey, told apart from sessions that Valkey could not be asked for."""

from typing import Any

from django.conf import settings
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
        if must_create or self._was_read:
            super().save(must_create)

    def get_expire_at_browser_close(self) -> bool:
        """What the cookie says; asked at the end of every page, also of one that never read its session."""
        return super().get_expire_at_browser_close() if self._was_read else settings.SESSION_EXPIRE_AT_BROWSER_CLOSE

    @property
    def _was_read(self) -> bool:
        return hasattr(self, "_session_cache")
