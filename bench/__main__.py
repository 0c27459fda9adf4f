"""Run the measures: one line each on the standard output, and all of them in `var/bench.json`.

Exits with 1 when a goal is missed: a figure that falls short must not look like success.
"""

import argparse
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

import bench

NOT_MEASURES = {"__main__", "line"}
OUT = Path("var/bench.json")


def main(wanted: list[str]) -> int:
    """Run the measures named, or all. The exit status."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    names = [name for name in names if name not in NOT_MEASURES and not name.startswith("_")]
    if unknown := set(wanted) - set(names):
        print(f"no such measure: {', '.join(sorted(unknown))}; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    lines = []
    for name in wanted or names:
        line = importlib.import_module(f"bench.{name}").measure()
        print(line, flush=True)
        lines.append(line)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([line.as_dict() for line in lines], indent=1, ensure_ascii=False) + "\n")
    return 0 if all(line.reached for line in lines) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="measure", help="all when none is named")
    parser.add_argument("--leaves", type=int, help="of the log of inclusion_proof")
    asked = parser.parse_args()
    if asked.leaves:
        os.environ["BENCH_LEAVES"] = str(asked.leaves)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.embedded import join_unless_named

    join_unless_named()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.exit(main(asked.names))
