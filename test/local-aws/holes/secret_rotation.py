"""Rotation of a secret that RDS manages.

AWS puts a new password into it every seven days, and CloudTrail tells of it on the default bus, where there is a trail.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
MiniStack never rotates one by itself. `POST /_local/rotate-secret` with account, region and secret does; with
`"trail": true` the event is sent too. Its answer says the new version, not the value.
"""

import json

from ministack.core.responses import now_iso, request_scope
from ministack.services import eventbridge, rds, secretsmanager

from routes import route


@route('POST', '/_local/rotate-secret')
def rotate_secret(request):
    with request_scope(request['account'], request['region']):
        _, secret = secretsmanager._resolve(request['secret'])
        if secret is None:
            return 404, {'message': f'There is no secret {request["secret"]} in {request["account"]}, {request["region"]}.'}
        _, version = secretsmanager._find_stage_version(secret, 'AWSCURRENT')
        value = {**json.loads(version['SecretString']), 'password': rds._generate_master_user_password()}
        secretsmanager._publish_new_version(secret, secret_string=json.dumps(value))
        current, _ = secretsmanager._find_stage_version(secret, 'AWSCURRENT')
        if request.get('trail'):
            _announce(secret['ARN'], request['account'], request['region'])
        return 200, {'version': current}


def _announce(arn, account, region):
    detail = {
        'eventVersion': '1.08', 'eventTime': now_iso(), 'eventSource': 'secretsmanager.amazonaws.com', 'eventName': 'RotationSucceeded',
        'awsRegion': region, 'recipientAccountId': account, 'eventType': 'AwsServiceEvent', 'eventCategory': 'Management',
        'userIdentity': {'accountId': account, 'invokedBy': 'secretsmanager.amazonaws.com'},
        'additionalEventData': {'SecretId': arn},
    }
    entry = {
        'Source': 'aws.secretsmanager', 'DetailType': 'AWS Service Event via CloudTrail', 'Detail': json.dumps(detail), 'Resources': [],
    }
    eventbridge._put_events({'Entries': [entry]}, allow_aws_source=True)
