"""What is remembered, on real database files."""
