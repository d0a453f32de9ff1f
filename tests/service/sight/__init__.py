"""Random offices full of all that is written in cases, and who of them may be shown what of it.

Every text carries a mark that says whose it is, so that whatever a face shows can be held against
the rules, however it is put into words, cells or lines.
"""
