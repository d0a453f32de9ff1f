"""Floor 4: the verbs. A verb reads, decides by the rules, and writes change and event at once."""
