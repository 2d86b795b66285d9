"""Tags of AWS Config.

AWS keeps them by ARN. https://docs.aws.amazon.com/config/latest/APIReference/API_TagResource.html
MiniStack has none.
"""

from config_api import action, page

_tags = {}


def tags_of(arn):
    """An ARN names account and region already."""
    return _tags.setdefault(arn, {})


@action('TagResource')
def tag_resource(request):
    tags_of(request['ResourceArn']).update({tag['Key']: tag['Value'] for tag in request['Tags']})


@action('UntagResource')
def untag_resource(request):
    for key in request['TagKeys']:
        tags_of(request['ResourceArn']).pop(key, None)


@action('ListTagsForResource')
def list_tags(request):
    return page(request, [{'Key': key, 'Value': value} for key, value in tags_of(request['ResourceArn']).items()], 'Tags', 100)
