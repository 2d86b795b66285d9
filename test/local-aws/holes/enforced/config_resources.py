"""The resource that a call to AWS Config is judged on.

AWS judges calls about a recorder on its ARN, and calls about tags on what is tagged.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsconfig.html
MiniStack judges everything but rules on `*`.
"""

import json

from ministack.core import iam_actions

from patching import wrap
from ..config_recorder_list import recorder_arn


@wrap(iam_actions, 'extract_resource_arn')
def extract_resource_arn(original, service, method, path, headers, body, *args):
    arn = original(service, method, path, headers, body, *args)
    if service != 'config' or arn != '*':
        return arn
    request = json.loads(body or b'{}')
    names = [request.get('ConfigurationRecorderName'), *(request.get('ConfigurationRecorderNames') or [])]
    named = [recorder_arn(name) for name in names if name]
    return request.get('ResourceArn') or (named[0] if named else '*')
