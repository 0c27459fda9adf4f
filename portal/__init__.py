"""The house: settings, addresses, accounts, public pages."""
