"""Measurements of the layers, at the points that the tests use: memory, and time to build a Jacobian apart from time to
multiply by it; dense, sparse and efficient code side by side.
"""
