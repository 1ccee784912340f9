"""Fine-tuning: the loop, its settings, augmentation, the checkpoint for given data."""
