"""Seeing: a point's Jacobians as matrices with their shapes, in text, as a drawing, in a notebook, on a page.

One picture, the product g · L^a = g^a (product.py), and what draws it: text.py a terminal, html.py a notebook,
figure.py matplotlib (the extra `plot`). Nothing here computes a Jacobian of its own.
"""
