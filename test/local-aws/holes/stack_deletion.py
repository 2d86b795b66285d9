"""A resource that cannot be deleted.

AWS keeps what it depends on, ends in DELETE_FAILED, and tries again with the next DeleteStack, so that a custom resource
still has its function. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-console-delete-stack.html
MiniStack deletes all the rest, and the next deletion finds no function.
"""

from ministack.core.concurrency import run_reentrant
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, provisioners, stacks

_STACK = 'AWS::CloudFormation::Stack'
_delete_stack_async = stacks._delete_stack_async


async def delete_stack_async(stack_name, stack_id, retain_resources=(), force=False):
    stack = cloudformation._stacks.get(stack_name)
    if stack is None or force:
        await _delete_stack_async(stack_name, stack_id, retain_resources, force=force)
        return
    _status(stack, 'DELETE_IN_PROGRESS')
    failed, kept = [], set()
    definitions = (stack.get('_template') or {}).get('Resources', {})
    for logical_id in _dependents_first(stack, definitions):
        if logical_id in kept:
            continue
        if logical_id in retain_resources or _policy(stack, definitions, logical_id) in provisioners._RETAINING_POLICIES:
            _event(stack, logical_id, 'DELETE_SKIPPED')
        elif not await _deleted(stack, definitions, logical_id):
            failed.append(logical_id)
            kept |= stacks._with_dependencies([logical_id], definitions, set(stack['_resources']))
            continue
        stack['_resources'].pop(logical_id)
    if failed:
        _status(stack, 'DELETE_FAILED', f'The following resource(s) failed to delete: [{", ".join(sorted(failed))}]. ')
        return
    for output in stack.get('Outputs', []):
        cloudformation._exports.pop(output.get('ExportName'), None)
    _status(stack, 'DELETE_COMPLETE')


def _dependents_first(stack, definitions):
    ordered = stacks._topological_sort(definitions, stack.get('_conditions', {}))
    present = [logical_id for logical_id in ordered if logical_id in stack['_resources']]
    # What an update could not delete stands in no template any more, and nothing depends on it.
    return [*(logical_id for logical_id in stack['_resources'] if logical_id not in ordered), *reversed(present)]


def _policy(stack, definitions, logical_id):
    return stacks._resource_policy(
        definitions.get(logical_id), 'DeletionPolicy', stack['_resources'], stack.get('_resolved_params', {}), stack.get('_conditions', {}),
        (stack.get('_template') or {}).get('Mappings', {}), stack['StackName'], stack['StackId'])


async def _deleted(stack, definitions, logical_id):
    resource = stack['_resources'][logical_id]
    resource_type, physical_id, props = resource['ResourceType'], resource['PhysicalResourceId'], resource.get('Properties', {})
    _event(stack, logical_id, 'DELETE_IN_PROGRESS')
    try:
        if _policy(stack, definitions, logical_id) == 'Snapshot':
            provisioners._snapshot_resource(resource_type, physical_id, props)
        request = (resource_type, physical_id, props, stack['StackName'], logical_id)
        if stacks._runs_on_worker_thread(resource_type):
            await run_reentrant(provisioners._delete_resource, *request)
        else:
            provisioners._delete_resource(*request)
    except Exception as problem:
        resource.update(ResourceStatus='DELETE_FAILED', ResourceStatusReason=str(problem))
        _event(stack, logical_id, 'DELETE_FAILED', str(problem))
        return False
    _event(stack, logical_id, 'DELETE_COMPLETE')
    return True


def _event(stack, logical_id, status, reason=''):
    resource = stack['_resources'].get(logical_id, {})
    stacks._add_event(stack['StackId'], stack['StackName'], logical_id, resource.get('ResourceType', ''), status, reason,
                      resource.get('PhysicalResourceId', ''))


def _status(stack, status, reason=''):
    stack.update(StackStatus=status, StackStatusReason=reason)
    stacks._add_event(stack['StackId'], stack['StackName'], stack['StackName'], _STACK, status, reason, stack['StackId'])


for module in (stacks, handlers):
    module._delete_stack_async = delete_stack_async
