"""Timing: what the same backward costs as a dense product, a sparse product, and fused, and why."""
