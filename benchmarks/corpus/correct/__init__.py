"""Correct implementations that differ in algorithm: each module has `cases()`, and none of its cases may ever FAIL."""
