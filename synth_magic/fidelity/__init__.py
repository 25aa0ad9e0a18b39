"""How good a table is: what was stated against what was drawn."""
