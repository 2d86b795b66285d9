/** The shipped bundle of `events/ingest`, invoked as the Lambda service does it, until no record goes back to the queue. */
import { pathToFileURL } from 'node:url';
import { SQSBatchResponse } from 'aws-lambda';
import { child } from './child';
import { EventLoad, eventOf, randomNumbers, shuffled } from '../event-load';

export interface IngestInput {
  readonly bundle: string;
  readonly load: EventLoad;
  /** Numbers of the events: from this one to before that one. Those before `measuredFrom` come first and are not measured. */
  readonly from: number;
  readonly measuredFrom: number;
  readonly to: number;
  /** Records of an invocation. */
  readonly batch: number;
  /** Share of the events that come twice, in any order; 0 leaves the order as well. */
  readonly duplicates: number;
}
export interface IngestOutput {
  readonly invocations: number;
  readonly records: number;
  readonly redelivered: number;
}

type Handler = (event: object, context: object) => Promise<SQSBatchResponse>;
interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

const TIMEOUT_MS = 60_000;
const MOST_DELIVERIES = 20;

child<IngestInput, IngestOutput>(async ({ bundle, load, from, measuredFrom, to, batch, duplicates }) => {
  const { handler } = await import(pathToFileURL(bundle).href) as { handler: Handler };
  const random = randomNumbers(7);
  const recordsOf = (first: number, end: number): QueueRecord[] => {
    const numbers = Array.from({ length: end - first }, (_, at) => first + at);
    const coming = duplicates === 0 ? numbers : shuffled([...numbers, ...numbers.slice(0, Math.round(numbers.length * duplicates))], random);
    return coming.map((number, at) => ({ messageId: `${first}-${at}`, body: eventOf(load, number).body }));
  };
  const deliver = async (records: QueueRecord[]): Promise<IngestOutput> => {
    let invocations = 0;
    let redelivered = 0;
    let waiting = records;
    for (let delivery = 1; waiting.length > 0; delivery++) {
      if (delivery > MOST_DELIVERIES) throw new Error(`${waiting.length} records were never stored`);
      const back: QueueRecord[] = [];
      for (let at = 0; at < waiting.length; at += batch) {
        const Records = waiting.slice(at, at + batch);
        const deadline = performance.now() + TIMEOUT_MS;
        const { batchItemFailures } = await handler({ Records }, { awsRequestId: 'bench', getRemainingTimeInMillis: () => deadline - performance.now() });
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        back.push(...Records.filter(({ messageId }) => failed.has(messageId)));
        invocations += 1;
      }
      redelivered += back.length;
      waiting = back;
    }
    return { invocations, records: records.length, redelivered };
  };
  await deliver(recordsOf(from, measuredFrom));
  const measured = recordsOf(measuredFrom, to);
  return () => deliver(measured);
});
