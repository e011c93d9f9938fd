"""Tables of named entries. Adding one is adding one entry; names are immutable once released."""
