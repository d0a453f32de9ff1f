"""What Duban writes out: documents, tables and pictures, from values that others computed."""
