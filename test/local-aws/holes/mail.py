"""Mail to subscribers of a topic.

AWS sends a message to each confirmed e-mail subscription whose filter policy lets it pass.
https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
MiniStack only logs that it would. Here `GET /_local/mail` lists what was sent. The subscriptions are confirmed at once,
where AWS waits for a click.
"""

from datetime import datetime, timezone

from ministack.services import sns

from patching import wrap
from routes import route

_DEFAULT_SUBJECT = 'AWS Notification Message'

_sent = []


@route('GET', '/_local/mail')
def list_mail(_request):
    return 200, _sent


@wrap(sns, 'reset')
def reset(original):
    original()
    _sent.clear()


@wrap(sns, '_fanout')
def fanout(original, topic_arn, message_id, message, subject, message_structure='', message_attributes=None, **fifo):
    original(topic_arn, message_id, message, subject, message_structure, message_attributes, **fifo)
    topic = sns._topic_by_arn_any_scope(topic_arn)
    for subscription in (topic or {}).get('subscriptions', []):
        text = sns._resolve_message_for_protocol(message, message_structure, 'email')
        if subscription['protocol'] == 'email' and sns._matches_filter_policy(subscription, message_attributes or {}, text):
            _sent.append({
                'to': subscription['endpoint'],
                'topicArn': topic_arn,
                'subject': subject or _DEFAULT_SUBJECT,
                'message': text,
                'messageId': message_id,
                'messageAttributes': {name: {'Type': value.get('DataType', 'String'), 'Value': value.get('StringValue', '')}
                                      for name, value in (message_attributes or {}).items()},
                'receivedAt': datetime.now(timezone.utc).isoformat(timespec='milliseconds'),
            })
