"""How a hole is filled: a function of MiniStack is wrapped or replaced, and its absence is an error at start."""

import functools


def wrap(owner, name):
    """The decorated function stands in for `owner.name` and is given the original as its first argument."""
    def decorate(replacement):
        original = getattr(owner, name)

        @functools.wraps(original)
        def patched(*args, **kwargs):
            return replacement(original, *args, **kwargs)

        setattr(owner, name, patched)
        return replacement
    return decorate


def replace(owner, name):
    """The decorated function takes the place of `owner.name`."""
    def decorate(replacement):
        getattr(owner, name)
        setattr(owner, name, replacement)
        return replacement
    return decorate
