"""A furnished random office served over HTTP, and every address that a reader can ask of it."""
