"""Forms of the HTTP API: one class a body or a query, with every field's kind and limits."""
