"""Exact and rounded arithmetic, and how a number is shown."""
