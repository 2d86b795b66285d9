"""The list of Config recorders, and their tags.

AWS lists recorders with ARNs of their own, by which they are tagged; tags may come with the recorder.
https://docs.aws.amazon.com/config/latest/APIReference/API_ListConfigurationRecorders.html
MiniStack has no list, no ARNs and no tags.
"""

import hashlib

from ministack.core.responses import get_account_id, get_region
from ministack.services import config

from config_api import action, page
from .config_recorder import put_recorder
from .config_rules import tags_of


def recorder_arn(name):
    own_id = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f'arn:aws:config:{get_region()}:{get_account_id()}:configuration-recorder/{name}/{own_id}'


@action('ListConfigurationRecorders')
def list_recorders(request):
    summaries = [{'name': name, 'arn': recorder_arn(name), 'recordingScope': 'PAID'} for name in config._recorders.keys()]
    return page({**request, 'Limit': request.get('MaxResults')}, summaries, 'ConfigurationRecorderSummaries', 20)


@action('PutConfigurationRecorder')
def put_tagged_recorder(request):
    name = request['ConfigurationRecorder'].get('name') or 'default'
    is_new = name not in config._recorders
    put_recorder(request)
    # Tags of one that is there are changed by their own calls only.
    if is_new:
        tags_of(recorder_arn(name)).update({tag['Key']: tag['Value'] for tag in request.get('Tags') or []})
