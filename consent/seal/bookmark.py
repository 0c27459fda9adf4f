"""Where a verification stands, in a file on the machine that verifies: the database cannot say that something was seen."""

import json
from pathlib import Path

from consent.seal import tiles


class Bookmark:
    """Where a verification stands, in a file, so that one that was cut short goes on from there."""

    def __init__(self, path: Path | None, since: int) -> None:
        self.path, self.since = path, since

    def read(self) -> tiles.Edge | None:
        """The edge of the tree at the place that was reached; None when the log there is not what it was."""
        try:
            kept = json.loads(self.path.read_text()) if self.path else {}
            edge = tiles.Edge.stored(kept["place"])
            return edge if kept["since"] == self.since and edge.root().hex() == kept["root"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, edge: tiles.Edge) -> None:
        """Everything before this edge was found well."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            half = self.path.with_suffix(".half")
            half.write_text(json.dumps({"since": self.since, "place": edge.size, "root": edge.root().hex()}))
            half.replace(self.path)

    def remove(self) -> None:
        """The verification came to its end."""
        if self.path:
            self.path.unlink(missing_ok=True)
