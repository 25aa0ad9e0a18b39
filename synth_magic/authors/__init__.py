"""Authors complete a Request to a Blueprint: `offline` asks nobody."""
