"""What a user may write, and reading it with every decimal kept as written."""
