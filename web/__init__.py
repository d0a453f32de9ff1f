"""The web face: pages and the HTTP API; it asks and shows, it holds no rule and no SQL."""
