"""Whole networks, fused: buffers made once, and nothing between the matrix products that can be left out."""
