"""Training data: the formats it is read from and written to, and how it is split."""
