"""Scans of signed papers: what they are, which of our codes are on them, and where they are kept."""

from assistance.scans.check import Recognised, ScanRefused
from assistance.scans.store import recognise, store_scan

__all__ = ["Recognised", "ScanRefused", "recognise", "store_scan"]
