import { StubAnswer, StubRequest } from './stub-server';
import { PolicyDocument } from '../../src/drift/contract';

/** Settings of `drift/detect` in tests, and what the Lambda service gives every function. */
export const detectEnvironment = (endpoint: string, more: { [name: string]: string } = {}): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: 'session',
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL: endpoint,
  ORGANIZATION: 'acme',
  BASELINE: 'Prod',
  ENVIRONMENT: 'Dev',
  TABLE_NAME: 'drift',
  BUCKET_NAME: 'state',
  POLICY_KEY: 'parity/policies/p.json',
  QUEUE_URL: `${endpoint}/queue`,
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:111111111111:alerts',
  READ_RATE: '1000',
  FULL_WALK_MINUTES: '360',
  PROMOTION_WINDOW_MINUTES: '0',
  MESSAGE_DETAIL: 'NAMES',
  ...more,
});

export const lambdaContext = (remaining = 180_000) => ({
  awsRequestId: 'request-1',
  functionName: 'detect',
  logStreamName: 'stream',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:detect',
  getRemainingTimeInMillis: () => remaining,
});

/** AWS as one run of `drift/detect` sees it: an empty table, and these parameters by full name. */
export function stubAws(policy: PolicyDocument, parameters: { [name: string]: string }) {
  return (request: StubRequest): StubAnswer => {
    switch (request.operation) {
      case 'GET': return { body: request.path.includes('/policies/') ? JSON.stringify(policy) : '' };
      case 'UpdateItem': return { body: { Attributes: { token: { N: '1' } } } };
      case 'GetParametersByPath': return { body: { Parameters: described(parameters, (name) => name.startsWith(`${request.json.Path as string}/`)) } };
      case 'GetParameters': return { body: { Parameters: described(parameters, (name) => (request.json.Names as string[]).includes(name)) } };
      case 'Publish': return { body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>', headers: { 'content-type': 'text/xml' } };
      default: return { body: {} };
    }
  };
}

function described(parameters: { [name: string]: string }, wanted: (name: string) => boolean): object[] {
  return Object.entries(parameters).filter(([name]) => wanted(name))
    .map(([Name, Value]) => ({ Name, Value, Type: 'String', Version: 1, LastModifiedDate: 1_700_000_000 }));
}
