"""Planning a film from the arguments of `animate`: its length, radius, times and sub-frames."""
