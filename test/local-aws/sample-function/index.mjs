/** What the tests of the local AWS invoke: it does what the event says, and counts what a queue hands it. */
export const handler = async (event) => {
  if (event.fail) throw new TypeError('told to fail');
  if (event.sleepMs) await new Promise(resolve => setTimeout(resolve, event.sleepMs));
  if (event.parameter) return read(event.parameter);
  for (let line = 1; line <= (event.lines ?? 0); line++) console.log(`line ${line}`);
  if (!event.Records) return { pid: process.pid };

  const poisoned = event.Records.filter(record => record.body.includes('poison'));
  process.stdout.write(`${JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'Sample', Dimensions: [['Stack'], ['Stack', 'Size']], Metrics: [{ Name: 'Changes', Unit: 'Count' }] }],
    },
    Stack: process.env.STACK,
    Size: event.Records.length,
    Changes: event.Records.length,
  })}\n`);
  return { batchItemFailures: poisoned.map(record => ({ itemIdentifier: record.messageId })) };
};

/** What Parameter Store answers, or refuses, with this function's own credentials. */
async function read(Name) {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN } = process.env;
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
      'x-amz-security-token': AWS_SESSION_TOKEN,
      'authorization': `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ Name }),
  });
  return response.json();
}
