"""What a model answers: its form, how it is read, and what code makes of it."""
