"""What Duban can do in a second, beside what the machine can: see `python -m bench --help`."""
