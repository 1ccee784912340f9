"""Hearing and speaking. Top floor: the composition root and the command line live here."""
