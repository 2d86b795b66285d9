const failed = new Set();

/** A custom resource that succeeds or fails as its properties say: `FailOn` names request types, `FailOnce` those that fail the first time. */
export const handler = async (event) => {
  const { Fail, FailOn = '', FailOnce = '' } = event.ResourceProperties;
  const key = `${event.StackId} ${event.LogicalResourceId} ${event.RequestType}`;
  const once = FailOnce.includes(event.RequestType) && !failed.has(key);
  if (once) failed.add(key);
  const answer = {
    Status: once || FailOn.includes(event.RequestType) || (Fail === 'true' && event.RequestType !== 'Delete') ? 'FAILED' : 'SUCCESS',
    Reason: 'told to fail',
    PhysicalResourceId: event.PhysicalResourceId ?? 'sample',
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: { Answer: '42' },
  };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};
