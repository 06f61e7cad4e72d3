"""Sound, video, pictures and documents, made in the tests and read as people send them."""
