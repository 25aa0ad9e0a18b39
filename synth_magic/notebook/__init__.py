"""The notebook's door: magics, settings, completion, autoload."""
