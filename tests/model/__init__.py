"""A second, independent telling of the default workflow, to hold the engine against.

Written from the published rules alone: product.md's table of steps, its clocks, and interface.md's
settled details. Nothing of `engine` is imported here (a test of the house holds that), and nothing
is optimised: states are words, parts are lists, days are counted one by one.
"""
