"""Files: read into the turn, indexed, or put beside code; and what code makes of them."""
