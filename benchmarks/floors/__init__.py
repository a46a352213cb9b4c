"""The floors: each is the barest program that returns the same rows and bytes. No code of the product is imported here."""
