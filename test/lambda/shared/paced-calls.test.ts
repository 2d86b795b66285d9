import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterHistoryCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { FinalizeRequestMiddleware } from '@smithy/types';
import { Pace } from '../../../lambda-src/shared/pace';
import { CallCounter, pace } from '../../../lambda-src/shared/paced-calls';
import { awsError, StubServer } from '../../support/stub-server';

const config = { region: 'eu-central-1', credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' } };

describe('paced calls', () => {
  let server: StubServer;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
  });
  afterEach(() => server.stop());

  it('count and pace every attempt, retries included', async () => {
    server.answer = (_, call) => (call <= 2 ? awsError('ThrottlingException') : { body: { Parameters: [] } });
    const calls = new CallCounter();
    const turns = Pace.perSecond(1000);
    const take = jest.spyOn(turns, 'take');
    const client = new SSMClient({ ...config, endpoint: server.url, maxAttempts: 4, retryMode: 'adaptive' });
    pace(client, turns, calls);
    await client.send(new GetParametersCommand({ Names: ['/a'] }));
    expect(server.requests).toHaveLength(3);
    expect(take).toHaveBeenCalledTimes(3);
    expect(calls.of('GetParameters')).toBe(3);
    expect(calls.total).toBe(3);
  });

  it('share one pace between clients', async () => {
    const calls = new CallCounter();
    const turns = Pace.perSecond(50);
    const clients = [1, 2].map(() => new SSMClient({ ...config, endpoint: server.url }));
    clients.forEach((client) => pace(client, turns, calls));
    await Promise.all(clients.flatMap((client) => [1, 2, 3].map(() => client.send(new GetParameterHistoryCommand({ Name: '/a' })))));
    const times = server.requests.map((request) => request.at).sort((a, b) => a - b);
    expect(times[5] - times[0]).toBeGreaterThanOrEqual(90);
    expect(calls.of('GetParameterHistory')).toBe(6);
  });

  it('are paced before they are signed', async () => {
    let signedAtPace = true;
    const turns = Pace.perSecond(1000);
    const client = new SSMClient({ ...config, endpoint: server.url });
    pace(client, turns, new CallCounter());
    const probe: FinalizeRequestMiddleware<object, object> = (next) => async (args) => {
      signedAtPace = 'authorization' in (args.request as { headers: object }).headers;
      return next(args);
    };
    client.middlewareStack.addRelativeTo(probe as Parameters<typeof client.middlewareStack.addRelativeTo>[0], { name: 'probe', relation: 'after', toMiddleware: 'paceMiddleware' });
    await client.send(new GetParametersCommand({ Names: ['/a'] }));
    expect(signedAtPace).toBe(false);
    expect(server.requests[0].headers.authorization).toContain('AWS4-HMAC-SHA256');
  });

  it('give up their turn with the caller', async () => {
    const turns = Pace.perSecond(0.1);
    const client = new SSMClient({ ...config, endpoint: server.url });
    pace(client, turns, new CallCounter());
    await client.send(new GetParametersCommand({ Names: ['/a'] }));
    const start = performance.now();
    await expect(client.send(new GetParametersCommand({ Names: ['/b'] }), { abortSignal: AbortSignal.timeout(30) })).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(server.requests).toHaveLength(1);
  });

  it('fit any client', async () => {
    const calls = new CallCounter();
    const client = new SNSClient({ ...config, endpoint: server.url });
    pace(client, Pace.perSecond(1000), calls);
    server.answer = () => ({ body: '<ListTopicsResponse><ListTopicsResult/></ListTopicsResponse>', headers: { 'content-type': 'text/xml' } });
    await client.send(new ListTopicsCommand({}));
    expect(calls.of('ListTopics')).toBe(1);
  });
});
