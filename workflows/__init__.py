"""The workflow definitions that ship with Duban, and the vocabulary that they use."""
