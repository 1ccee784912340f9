"""The joint model: encoder, heads, tags, calibration, and the folder it is kept in."""
