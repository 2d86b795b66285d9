/** A custom resource that succeeds or fails as its properties say. */
export const handler = async (event) => {
  const answer = {
    Status: event.ResourceProperties.Fail === 'true' && event.RequestType !== 'Delete' ? 'FAILED' : 'SUCCESS',
    Reason: 'told to fail',
    PhysicalResourceId: event.PhysicalResourceId ?? 'sample',
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: { Answer: '42' },
  };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};
