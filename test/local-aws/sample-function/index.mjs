/** What the tests of the local AWS invoke: it does what the event says, and counts what a queue hands it. */
export const handler = async (event) => {
  if (event.fail) throw new TypeError('told to fail');
  if (event.sleepMs) await new Promise(resolve => setTimeout(resolve, event.sleepMs));
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
