"""Tests of `conversation`."""
