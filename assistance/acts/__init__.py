"""Acts of assistance: giving and ending a mandate."""
