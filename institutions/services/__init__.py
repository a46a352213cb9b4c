"""Acts on institutions: the only place that writes their rows. Verb, keyword-only, one transaction, trail last."""
