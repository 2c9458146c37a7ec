"""The browser's door of Social Media Analytics."""
