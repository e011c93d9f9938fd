"""From recipes to engines: network steps, programs, their layouts and documents."""
