"""Verdicts: is L right, and does fast code compute g · L?"""
