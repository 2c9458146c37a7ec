"""The browser's door of Cloud Drive; what the pages do meanwhile goes through the REST door."""
