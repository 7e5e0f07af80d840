"""Template databases for tests. One has what our addons build on; it seldom changes.
The other is a copy of it with our addons, made anew when their content changes."""

from . import addons, console, database, environment

FOUNDATION, WHOLE = "acorn_dep_", "acorn_tpl_"
KEPT = 3  # of each; one may go back and forth between two versions


def ensure():
    """The name of a database with all our addons in it."""
    name = FOUNDATION + addons.foundation_digest()
    if not database.exists(name):
        _make(name, None, addons.foundations())
    if not addons.names():
        return name
    foundation, name = name, WHOLE + addons.digest()
    if not database.exists(name):
        _make(name, foundation, addons.names())
    return name


def _make(name, source, modules):
    """Under another name until it is complete; then the oldest go."""
    draft = f"{name}_draft"
    database.drop(draft)
    with console.step(
        f"A template database is made with {', '.join(modules)}", database.installing
    ):
        if source:
            database.copy(source, draft)
        database.install(draft, modules, environment.tested())
        database.rename(draft, name)
    for old in database.names(name.rpartition("_")[0])[:-KEPT]:
        database.drop(old)
