"""Exercises from a config: the numbers of each copy, the questions, and which answers are accepted."""
