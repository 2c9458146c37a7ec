"""Reads sources, keeps what somebody wants on disk until it has been counted, and sends it to the consumers."""
