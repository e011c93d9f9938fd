"""What stands between a recipe and an engine: network steps, programs, layouts, documents."""
