"""From the arguments of `animate` to a film: its length, radius, times and sub-frames."""
