"""Homework: assignments, submissions in a sandbox, marks and hints, and the files that a course's platform wants."""
