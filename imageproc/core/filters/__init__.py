"""The filters, a module for each group; `catalogue` puts them in order."""
