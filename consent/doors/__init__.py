"""Doors: the ways by which a person reaches an act. A door turns a request into a basis (design §4)."""
