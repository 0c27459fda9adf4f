"""Acts: what a person can decide. One file for each noun; `registry.discover` imports them all."""
