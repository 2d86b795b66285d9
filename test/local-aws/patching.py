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


def after_making(resource_type):
    """The decorated function is given what CloudFormation's create or update of a resource answers, and its properties."""
    # Not at the top: this module is there before MiniStack is.
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    original_create, original_update = handlers['create'], handlers['update']

    def decorate(act):
        def create(logical_id, props, *args, **kwargs):
            made = original_create(logical_id, props, *args, **kwargs)
            act(made, props)
            return made

        def update(physical_id, old_props, new_props, *args, **kwargs):
            made = original_update(physical_id, old_props, new_props, *args, **kwargs)
            act(made, new_props)
            return made

        handlers.update(create=create, update=update)
        return act
    return decorate
