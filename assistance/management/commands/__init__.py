"""Commands of assistance."""
