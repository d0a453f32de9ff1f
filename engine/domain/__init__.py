"""Floor 2: the rules, pure. Facts and the instant come in, decisions go out."""
