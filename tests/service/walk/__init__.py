"""The walk: the real verbs and the model of `tests/model` are driven side by side."""
