"""Raw dialogue logs made into candidates for training."""
