"""What everything stands on: errors, random streams, exact arithmetic."""
