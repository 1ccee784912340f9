"""Chinese values."""
