"""Where a verification stands, in a file on the machine that verifies: the database cannot say that something was seen."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from consent.seal import tiles
from consent.seal.fault import Gathered

# What was seen longer ago may have changed since: a verification that lay so long begins anew.
GOES_ON_FOR = timedelta(days=1)


class Bookmark:
    """Where a verification stands, in a file, so that one that was cut short goes on from there.

    `found` is what it met on its way. It ends with the verification, whatever that found.
    """

    def __init__(self, path: Path | None, since: int) -> None:
        self.path, self.since = path, since
        self.begun = timezone.now().timestamp()
        self.found = Gathered()

    def read(self) -> tiles.Edge | None:
        """The edge of the tree at the place that was reached; None when it is too old, or the log not what it was."""
        try:
            kept = json.loads(self.path.read_text()) if self.path else {}
            edge, found, begun = tiles.Edge.stored(kept["place"]), Gathered(**kept["found"]), float(kept["begun"])
            is_old = abs(self.begun - begun) > GOES_ON_FOR.total_seconds()
            if is_old or kept["since"] != self.since or edge.root().hex() != kept["root"]:
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self.begun, self.found = begun, found
        return edge

    def write(self, edge: tiles.Edge) -> None:
        """Everything before this edge was looked at."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            half = self.path.with_suffix(".half")
            kept = {
                "since": self.since, "begun": self.begun, "place": edge.size, "root": edge.root().hex(),
                "found": asdict(self.found),
            }  # fmt: skip
            half.write_text(json.dumps(kept))
            half.replace(self.path)

    def remove(self) -> None:
        """The verification came to its end."""
        if self.path:
            self.path.unlink(missing_ok=True)
