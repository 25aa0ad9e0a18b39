"""The Blueprint: its model, its YAML form, and whether it can hold together."""
