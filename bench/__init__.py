"""Speed and size, measured: `make bench` prints the table."""
