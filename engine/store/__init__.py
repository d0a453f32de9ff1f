"""Where Duban keeps everything: SQLite for one office, PostgreSQL for several servers."""
