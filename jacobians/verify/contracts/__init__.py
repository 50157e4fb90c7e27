"""Contracts: one file each, with `broken(standing)`, which yields what is broken (contract.py)."""
