"""`manage.py serve`: the whole service in one terminal, and nothing left of it afterwards."""
