"""Documents read as what they are made of: paragraphs, tables and code under their headings."""
