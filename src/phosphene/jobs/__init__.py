"""Work in pieces: on threads, on processes, or on the machines of a Dask cluster.

A job knows its pieces and how to make one; an executor runs it on its workers and yields the
results as they come. Nothing here knows what a picture is.
"""
