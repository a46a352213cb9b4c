"""State tables as data: which state may follow which. `docs/states.md` is drawn from them."""

VISIT: dict[str, tuple[str, ...]] = {
    "open": ("submitted", "void"),
    "submitted": ("returned", "accepted", "void"),
    "returned": ("submitted", "void"),
    "accepted": ("returned", "void"),
    "void": (),
}
FINDING: dict[str, tuple[str, ...]] = {
    "draft": ("submitted",),
    "submitted": ("returned", "accepted", "rejected"),
    "returned": ("submitted",),
    "accepted": ("returned",),
    "rejected": ("returned",),
}
RESPONSE: dict[str, tuple[str, ...]] = {
    "none": ("accepted", "partly", "rejected", "no_reply"),
    "no_reply": ("accepted", "partly", "rejected"),
    "accepted": ("partly", "rejected"),
    "partly": ("accepted", "rejected"),
    "rejected": ("accepted", "partly"),
}
VERIFICATION: dict[str, tuple[str, ...]] = {
    "not_checked": ("implemented", "partly", "not", "overtaken"),
    "partly": ("implemented", "not", "overtaken"),
    "not": ("implemented", "partly", "overtaken"),
    "implemented": ("partly", "not"),
    "overtaken": ("not",),
}
# "I have it" may be said again by a colleague who takes it over.
CONCERN: dict[str, tuple[str, ...]] = {"received": ("taken",), "taken": ("taken", "closed"), "closed": ()}


def may_follow(table: dict[str, tuple[str, ...]], now: str, then: str) -> bool:
    """Whether `then` may follow `now` in this table."""
    return then in table[now]
