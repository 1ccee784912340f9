"""Callers who don't exist, to measure the dialogue with: goals, moods and a recognizer that mishears."""
