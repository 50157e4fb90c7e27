"""What runs in the sandbox's own processes: the standard library and NumPy only, and nothing of this package.

A fresh interpreter is handed these files as text (start.py) and keeps them as the package `_inside`: it never sees the
folder they lie in. The judge's side imports wire.py, so that both ends speak one language.
"""
