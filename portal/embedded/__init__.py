"""PostgreSQL and Valkey for those who name none: one command is then enough to have the whole service.

Both live in `var/` of the checkout, listen on free ports of 127.0.0.1 with passwords of their own, and
stop with the last process that uses them. Nothing here runs when DATABASE_URL is set.
"""

import os


def join_unless_named() -> None:
    """Start or join the embedded servers and put their addresses in the environment.

    Does nothing when DATABASE_URL is set. Raises `portal.embedded.life.CannotStart` with a plain reason.
    """
    if os.environ.get("DATABASE_URL"):
        return
    from portal.embedded.life import join

    os.environ.update(join())
