"""Files in: tables and notices that others wrote, read with a verdict on every row."""
