"""Reports: figures and the lists behind them, each pair from one query."""
