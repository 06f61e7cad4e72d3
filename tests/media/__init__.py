"""Tests of reading and converting media."""
