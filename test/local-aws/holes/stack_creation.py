"""A creation that failed.

AWS keeps the name of a stack in ROLLBACK_COMPLETE until it is deleted, and has a custom resource whose Create failed
delete what it may have made, by the physical id of the failed answer.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-delete.html
MiniStack makes a new stack over the old one, and forgets a custom resource that failed.
"""

from ministack.core.concurrency import run_reentrant
from ministack.services import cloudformation
from ministack.services.cloudformation import custom_resource, handlers, provisioners, stacks

from patching import wrap


def create_stack(params):
    name = handlers._p(params, 'StackName')
    if (cloudformation._stacks.get(name) or {}).get('StackStatus') == 'ROLLBACK_COMPLETE':
        return handlers._error('AlreadyExistsException', f'Stack [{name}] already exists')
    return handlers._create_stack(params)


handlers._ACTION_HANDLERS['CreateStack'] = create_stack

# By stack id and logical id: the physical id that a failed Create answered.
_failed = {}


@wrap(custom_resource, 'deliver_response')
def deliver_response(original, token, response):
    if response.get('Status') == 'FAILED':
        _failed[response.get('StackId'), response.get('LogicalResourceId')] = response.get('PhysicalResourceId')
    return original(token, response)


@wrap(stacks, '_roll_back_operation')
async def roll_back_operation(original, stack_name, stack_id, stack, operation, reason_override=''):
    """Its Delete comes with the others of the rollback, and before those of what it needs."""
    logical_id = operation.get('failed_logical_id')
    physical_id = _failed.pop((stack_id, logical_id), None)
    known = logical_id in ((operation.get('previous_stack') or {}).get('_resources') or {})
    if physical_id and not known:
        definition = (operation.get('template') or {})['Resources'][logical_id]
        await run_reentrant(_delete, stack, operation, logical_id, definition, physical_id)
    await original(stack_name, stack_id, stack, operation, reason_override)


def _delete(stack, operation, logical_id, definition, physical_id):
    resource_type, name, stack_id = definition['Type'], stack['StackName'], stack['StackId']
    template = operation.get('template') or {}
    conditions = stacks._evaluate_conditions(template, operation.get('param_values') or {})
    props = stacks._resolve_refs(
        stacks.copy.deepcopy(definition.get('Properties', {})), stack['_resources'], operation.get('param_values') or {}, conditions,
        template.get('Mappings', {}), name, stack_id)
    stacks._add_event(stack_id, name, logical_id, resource_type, 'DELETE_IN_PROGRESS', '', physical_id)
    try:
        provisioners._delete_resource(resource_type, physical_id, props, name, logical_id)
        stacks._add_event(stack_id, name, logical_id, resource_type, 'DELETE_COMPLETE', '', physical_id)
    except Exception as problem:
        stacks._add_event(stack_id, name, logical_id, resource_type, 'DELETE_FAILED', str(problem), physical_id)
