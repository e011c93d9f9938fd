"""Tables of named entries. To add one, add a row; a name never changes once released."""
