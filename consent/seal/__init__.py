"""The seal: every entry of the journal gets its place in a signed Merkle log that others can check (design §8)."""

# The origin of a log that nobody has named yet: that of a demonstration, and the name of its keys.
EXAMPLE_ORIGIN = "plein-gre.example/journal"
