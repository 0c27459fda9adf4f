"""The nouns of records."""

from records.models.emergency_sheet import EmergencySheet

__all__ = ["EmergencySheet"]
