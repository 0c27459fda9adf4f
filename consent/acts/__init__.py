"""Acts: what a person can decide. One file for each noun; importing this package registers them."""
