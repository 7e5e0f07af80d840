"""How the access preview shows counts and the domains of rules."""

# Operations of the ORM, and the fields of previews that tell of them.
OPERATIONS = (
    ("read", "reads"),
    ("write", "writes"),
    ("create", "creates"),
    ("unlink", "deletes"),
)
COUNTED = 10_000  # at most: counting millions takes its time
LONGEST = 2_000  # characters of a domain: a scope may reach thousands of sites


def shown_count(count):
    """Return a count as text; "10000+" for what was not counted to its end."""
    return f"{COUNTED}+" if count > COUNTED else str(count)


def shown_domain(domain):
    """Return a rule's domain as text, as it was evaluated for a person."""
    text = repr(domain)
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
