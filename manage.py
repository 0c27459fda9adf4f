#!/usr/bin/env python
"""Run a management command, on the embedded servers unless DATABASE_URL names real ones."""

import os
import sys


def main() -> None:
    """Join (or start) the embedded servers when none are named, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.embedded import join_unless_named
    from portal.embedded.life import CannotStart
    from portal.serving.before import CannotServe, prepare

    try:
        prepare(sys.argv[1:])
        join_unless_named()
    except (CannotServe, CannotStart) as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
