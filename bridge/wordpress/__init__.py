"""4 OUT: the only part that opens connections. One door (`transport`), two ways through it (`xmlrpc`, `rest`)."""
