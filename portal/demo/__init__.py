"""The demonstration: invented people with known passwords, only where DEMO is on."""
