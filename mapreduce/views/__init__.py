"""The browser's door of MapReduce."""
