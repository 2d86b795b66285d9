"""The partition of an item that a call names, as `dynamodb:LeadingKeys`.

AWS has it for calls that name an item by its key.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
MiniStack has no such key, so that a policy that divides a table lets everybody at everything. Filled for single items.
"""

import json

from ministack.core import iam_actions
from ministack.services import dynamodb

from patching import wrap


@wrap(iam_actions, 'dynamodb_service_context')
def dynamodb_service_context(original, body):
    context = original(body)
    request = json.loads(body or b'{}')
    item = request.get('Key') or request.get('Item')
    table = dynamodb._tables.get(str(request.get('TableName')).split('/')[-1])
    if item and table:
        partition = next(key['AttributeName'] for key in table['KeySchema'] if key['KeyType'] == 'HASH')
        context = {**context, 'dynamodb:LeadingKeys': [str(value) for value in item.get(partition, {}).values()]}
    return context
