"""Forms of the acts of records."""
