"""Measures of what is built here against references, run in the same minute on the same machine.

Each other module of this package has `measure() -> Line`; `python -m bench [name …]` runs them all, or those named.
"""
