"""The foundation: errors, random streams, exact arithmetic, threads."""
