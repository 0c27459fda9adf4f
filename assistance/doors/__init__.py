"""The doors of assistance: the counter and the posted form."""
