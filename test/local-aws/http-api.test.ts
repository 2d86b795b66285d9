/** Who may call an HTTP API on the local AWS: see holes/http_api_callers.py. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { clientConfig } from './clients';
import { deployAssembly } from './deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';
import { callApi, Signing } from './signed-call';

jest.setTimeout(60_000);

const MEMBER = '222222222222';
const scratch = mkdtempSync(join(tmpdir(), 'http-api-'));
let aws: LocalAws;
let outputs: Record<string, string>;
/** The account itself. */
const owner = { accessKeyId: DEFAULT_ACCOUNT, secretAccessKey: 'test' };

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  const assemblyDir = join(scratch, 'out');
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  build(new Stack(app, 'Api', { env: { account: DEFAULT_ACCOUNT, region: aws.region } }));
  app.synth();
  outputs = (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir })).Api.outputs;
  await aws.putFrontDoor(outputs.ApiId);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

function build(stack: Stack): void {
  const echo = new LambdaFunction(stack, 'Echo', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async ({ rawPath, pathParameters, requestContext }) => ({ rawPath, pathParameters, caller: requestContext.authorizer?.iam?.userArn });'),
  });
  const api = new HttpApi(stack, 'Api');
  const integration = new HttpLambdaIntegration('Echo', echo);
  api.addRoutes({ path: '/things/{id}', integration, authorizer: new HttpIamAuthorizer() });
  api.addRoutes({ path: '/open', integration });
  new CfnOutput(stack, 'ApiId', { value: api.apiId });
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint });
  for (const [name, resource] of [['Reader', `arn:aws:execute-api:${stack.region}:${stack.account}:${api.apiId}/*/*/things/*`], ['Stranger', '*']]) {
    const role = new Role(stack, name, { assumedBy: new AccountPrincipal(MEMBER) });
    role.addToPolicy(new PolicyStatement({ actions: [name === 'Reader' ? 'execute-api:Invoke' : 'sqs:*'], resources: [resource] }));
    new CfnOutput(stack, `${name}Arn`, { value: role.roleArn });
  }
}

const call = (path: string, signing?: Partial<Signing>) =>
  callApi(aws.frontDoorUrl, path, signing && { credentials: owner, region: aws.region, ...signing });
const statusOf = async (path: string, signing?: Partial<Signing>) => (await call(path, signing)).status;

test('an output names an address that can be called', () => {
  expect(outputs.ApiUrl).toBe(aws.frontDoorUrl);
});

test('a call that its own account signed is answered, at the front door and under its long path', async () => {
  const response = await call('/things/b%20c%25?x=1&y=%C3%A4', {});
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ pathParameters: { id: expect.stringContaining('b c') }, caller: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` });
  const long = await callApi(`${aws.endpoint}/_aws/execute-api/${outputs.ApiId}/$default`, '/things/1', { credentials: owner, region: aws.region });
  expect(long.status).toBe(200);
});

test('no signature, a wrong one, and one of another account, service or time are forbidden', async () => {
  const response = await call('/things/1');
  expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  expect(await statusOf('/things/1', { credentials: { ...owner, secretAccessKey: 'wrong' } })).toBe(403);
  expect(await statusOf('/things/1', { credentials: { accessKeyId: MEMBER, secretAccessKey: 'test' } })).toBe(403);
  expect(await statusOf('/things/1', { credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'test' } })).toBe(403);
  expect(await statusOf('/things/1', { service: 's3' })).toBe(403);
  expect(await statusOf('/things/1', { signingDate: new Date(Date.now() - 3_600_000) })).toBe(403);
  expect((await fetch(`${aws.frontDoorUrl}/things/1`, { headers: { authorization: 'Bearer x' } })).status).toBe(403);
  expect(await statusOf('/open')).toBe(200);
});

test('a role of the account calls what its policy allows', async () => {
  const session = async (RoleArn: string) => {
    const { Credentials } = await new STSClient(clientConfig(aws.endpoint, MEMBER, aws.region)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  };
  const reader = await session(outputs.ReaderArn);
  const response = await call('/things/1', { credentials: reader });
  expect(await response.json()).toMatchObject({ caller: expect.stringMatching(`^arn:aws:sts::${DEFAULT_ACCOUNT}:assumed-role/Api-Reader.*/test$`) });
  expect(await statusOf('/things/1', { credentials: { ...reader, sessionToken: 'another' } })).toBe(403);
  expect(await statusOf('/things/1', { credentials: await session(outputs.StrangerArn) })).toBe(403);
});
