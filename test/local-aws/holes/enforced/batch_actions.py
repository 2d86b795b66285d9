"""The action that a batch call is judged by.

AWS judges the batch calls of SQS and SNS by the action of a single one; the batch call's name is no action at all.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
MiniStack judges them by the call's own name, so that no correct policy allows them.
"""

from ministack.core import iam_actions

from patching import wrap

_BATCHES = {
    'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
    'sqs:SendMessageBatch': 'sqs:SendMessage',
    'sns:PublishBatch': 'sns:Publish',
}


@wrap(iam_actions, 'extract_iam_action')
def extract_iam_action(original, *args):
    action = original(*args)
    return _BATCHES.get(action, action)
