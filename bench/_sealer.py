"""A process that seals each second, or rests, as it is told by lines on its standard input."""

import os
import select
import sys


def main() -> None:
    """Until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from consent.seal.sealer import seal

    sealing = False
    while True:
        if select.select([sys.stdin], [], [], 1.0 if sealing else None)[0]:
            told = sys.stdin.readline()
            if not told:
                return
            sealing = told == "seal\n"
            print("heard", flush=True)
        if sealing:
            seal()


if __name__ == "__main__":
    main()
