"""The disclosure engine: what may be printed."""
