export interface StackEventParts {
  readonly id?: string;
  readonly time?: string;
  readonly stackId?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly token?: string;
}

/** An event of CloudFormation as EventBridge delivers it. */
export function stackEvent(parts: StackEventParts = {}) {
  const { id = 'e1', time = '2026-11-22T10:00:00Z', status = 'UPDATE_COMPLETE', reason = '' } = parts;
  const { stackId = 'arn:aws:cloudformation:eu-central-1:111111111111:stack/Payments-Dev/5c1f' } = parts;
  const token = 'token' in parts ? parts.token : 'token-1';
  return {
    'version': '0',
    id,
    'detail-type': 'CloudFormation Stack Status Change',
    'source': 'aws.cloudformation',
    'account': '111111111111',
    time,
    'region': 'eu-central-1',
    'resources': [stackId],
    'detail': {
      'stack-id': stackId,
      'status-details': { status, 'status-reason': reason },
      ...(token === undefined ? {} : { 'client-request-token': token }),
    },
  };
}
