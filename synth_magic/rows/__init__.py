"""Cells that a model writes: whole rows, and free text for rows that were sampled."""
