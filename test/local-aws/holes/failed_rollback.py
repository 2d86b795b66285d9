"""A creation that cannot be taken back.

AWS keeps what could not be deleted in the stack, with all that it depends on, ends in ROLLBACK_FAILED, and tries again with
the next DeleteStack. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
MiniStack deletes all the rest and forgets what it could not delete.
"""

from ministack.core.responses import get_account_id
from ministack.services.cloudformation import stacks

from patching import wrap

# By account and stack: the template's resources, those of the stack, and those that have to stay.
_running = {}


@wrap(stacks, '_roll_back_operation')
async def roll_back_operation(original, stack_name, stack_id, stack, operation, reason_override=''):
    if operation.get('is_update'):
        await original(stack_name, stack_id, stack, operation, reason_override)
        return
    definitions, resources, kept = (operation.get('template') or {}).get('Resources', {}), dict(stack.get('_resources', {})), set()
    running = get_account_id(), stack_name
    _running[running] = definitions, resources, kept
    try:
        await original(stack_name, stack_id, stack, operation, reason_override)
    finally:
        del _running[running]
    stack['_resources'].update((logical_id, resource) for logical_id, resource in resources.items() if logical_id in kept)


@wrap(stacks, '_delete_resource')
def delete_resource(original, resource_type, physical_id, props, stack_name, logical_id):
    rollback = _running.get((get_account_id(), stack_name))
    if rollback is None:
        return original(resource_type, physical_id, props, stack_name, logical_id)
    definitions, resources, kept = rollback
    if logical_id in kept:
        raise RuntimeError('Resource deletion cancelled')
    try:
        return original(resource_type, physical_id, props, stack_name, logical_id)
    except Exception:
        kept |= stacks._with_dependencies([logical_id], definitions, set(resources))
        raise
