"""How quick the pages are, measured: `make bench`."""
