"""The sections of a worked solution, in the order of the page."""
