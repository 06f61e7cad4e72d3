"""The words all rooms share: frozen values and protocols, no input or output."""
