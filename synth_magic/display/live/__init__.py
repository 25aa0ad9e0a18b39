"""The live view of a table: its state as JSON, the widget, and the module that draws it."""
