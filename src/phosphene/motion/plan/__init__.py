"""From what is asked for to a film: its length, radius, times and sub-frames."""
