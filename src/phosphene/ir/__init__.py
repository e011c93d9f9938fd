"""What stands between a recipe and an engine: network steps, programs and their layouts."""
