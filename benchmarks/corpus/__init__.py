"""Implementations to try the verdict on: correct ones that differ in algorithm, and wrong ones of every kind."""
