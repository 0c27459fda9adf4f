"""The journal as it is read: in words, by reader, by page, as a file."""
