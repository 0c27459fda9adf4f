"""Accounts and sign-in. An account is not a person: it may be linked to one."""
