"""What people can do: one small module per feature."""
