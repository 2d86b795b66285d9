/** The shipped bundle, invoked as the Lambda service does it. Its settings are this process's environment. */
import { pathToFileURL } from 'node:url';
import { Context, SQSBatchResponse } from 'aws-lambda';
import { child } from './child';
import { DETECT_TIMEOUT_SECONDS, DetectAnswer } from '../../../src/drift/contract';

export interface InvokeInput {
  readonly bundle: string;
  readonly functionArn: string;
  readonly event: object;
}
export interface InvokeOutput {
  readonly compared?: number;
  readonly open?: number;
}

type Handler = (event: object, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis' | 'invokedFunctionArn'>) => Promise<DetectAnswer | SQSBatchResponse>;

child<InvokeInput, InvokeOutput>(async ({ bundle, functionArn, event }) => {
  const { handler } = await import(pathToFileURL(bundle).href) as { handler: Handler };
  return async () => {
    const deadline = performance.now() + DETECT_TIMEOUT_SECONDS * 1_000;
    const answer = await handler(event, {
      awsRequestId: 'bench', invokedFunctionArn: functionArn, getRemainingTimeInMillis: () => deadline - performance.now(),
    });
    if ('batchItemFailures' in answer) {
      if (answer.batchItemFailures.length > 0) throw new Error(`${answer.batchItemFailures.length} records went back to the queue`);
      return {};
    }
    if (!answer.complete) throw new Error(`the check was not complete: ${answer.notes.join('; ')}`);
    return { compared: answer.compared, open: answer.open };
  };
});
