"""Spoken and written values -> typed values."""
