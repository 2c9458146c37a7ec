"""Reads the lines of feeds."""
