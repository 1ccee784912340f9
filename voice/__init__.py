"""Hearing and speaking. Top floor: the composition root and the command line live here."""

from loguru import logger

# Pipecat greets at import and writes transcripts at DEBUG; the command line enables it at the level asked for.
logger.disable("pipecat")
