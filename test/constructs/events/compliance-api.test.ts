import { App, CfnParameter, Duration, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { HubOfParts } from './hub-of-parts';
import { ApiAuthorization, ComplianceApi, ComplianceApiProps, EnvironmentProfile } from '../../../src';
import { API_ROUTES, QUERY_SETTINGS } from '../../../src/events/contract';
import { flat, flatList, ofType, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const env = { account: '111111111111', region: 'eu-central-1' };
function apiIn(stack: Stack, props: Partial<ComplianceApiProps> = {}, id = 'Api'): ComplianceApi {
  const hub = props.hub ?? stack.node.tryFindChild('Hub') as HubOfParts | undefined ?? new HubOfParts(stack, 'Hub');
  return new ComplianceApi(stack, id, { hub, ...props });
}
const made = (props: Partial<ComplianceApiProps> = {}, stack = stackOf({ env })) => {
  apiIn(stack, props);
  return resourcesOf(stack);
};
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
const routes = (resources: { [id: string]: Resource }) => ofType(resources, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
const functionPolicy = (resources: { [id: string]: Resource }) => statementsOf(only(resources, 'AWS::IAM::Policy', /QueryRoleDefaultPolicy/));

describe('routes', () => {
  test('are those of the contract, and whatever has none', () => {
    expect(routes(made()).map(({ RouteKey }) => RouteKey).sort()).toEqual([
      '$default', ...Object.values(API_ROUTES).map((path) => `GET ${path.replace('{id}', '{id+}')}`),
    ].sort());
  });

  const pool = (stack: Stack) => new UserPool(stack, 'Pool');
  test.each<[string, (stack: Stack) => ApiAuthorization | undefined, string]>([
    ['by default', () => undefined, 'AWS_IAM'],
    ['by IAM', () => ApiAuthorization.iam(), 'AWS_IAM'],
    ['by tokens', () => ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: ['api'] }), 'JWT'],
    ['by Cognito', (stack) => ApiAuthorization.cognito({ userPool: pool(stack), userPoolClients: [pool(stack).addClient('Client')] }), 'JWT'],
  ])('are never open: each is authorized %s', (_, authorizationIn, type) => {
    const stack = stackOf({ env });
    const authorization = type === 'JWT' && _ === 'by Cognito' ? cognitoIn(stack) : authorizationIn(stack);
    const all = routes(made({ authorization }, stack));
    expect(all).toHaveLength(7);
    for (const { AuthorizationType } of all) expect(AuthorizationType).toBe(type);
    if (type === 'JWT') for (const { AuthorizerId } of all) expect(AuthorizerId).toBeDefined();
  });

  test('take tokens of an issuer for an audience, with a scope', () => {
    const resources = made({ authorization: ApiAuthorization.jwt({ issuer: 'https://login.bank.example/v2', audience: ['a', 'b'], scopes: ['compliance/read'] }) });
    expect(only(resources, 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'], JwtConfiguration: { Audience: ['a', 'b'], Issuer: 'https://login.bank.example/v2' },
    });
    for (const { AuthorizationScopes } of routes(resources)) expect(AuthorizationScopes).toEqual(['compliance/read']);
  });

  test('take users of a pool, in whatever region it is', () => {
    const stack = stackOf({ env });
    const userPool = UserPool.fromUserPoolArn(stack, 'Pool', 'arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc');
    const client = new UserPool(stack, 'Own').addClient('Client');
    const resources = made({ authorization: ApiAuthorization.cognito({ userPool, userPoolClients: [client], scopes: ['read'] }) }, stack);
    const { Issuer } = only(resources, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration as { Issuer: unknown };
    expect(flat(Issuer)).toBe('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc');
  });

  test('share one authorization among several APIs', () => {
    const stack = stackOf({ env });
    const authorization = ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: ['api'] });
    apiIn(stack, { authorization }, 'One');
    apiIn(stack, { authorization }, 'Two');
    expect(ofType(resourcesOf(stack), 'AWS::ApiGatewayV2::Authorizer')).toHaveLength(2);
  });

  test('answer browsers of named origins only', () => {
    expect(only(made(), 'AWS::ApiGatewayV2::Api').Properties).not.toHaveProperty('CorsConfiguration');
    expect(only(made({ allowedOrigins: ['https://compliance.bank.example'] }), 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://compliance.bank.example'], AllowMethods: ['GET'],
    });
  });

  test("leave a browser's preflight, which has no credentials, to API Gateway", () => {
    const routes = ofType(made({ allowedOrigins: ['https://compliance.bank.example'] }), 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey)).toContain('GET /{proxy+}');
    expect(routes.filter(({ RouteKey }) => !/^GET \//.test(String(RouteKey)))).toEqual([]);
    expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual(routes.map(() => 'AWS_IAM'));
  });

  test('are throttled', () => {
    const settings = (props: Partial<ComplianceApiProps> = {}) => only(made(props), 'AWS::ApiGatewayV2::Stage').Properties.DefaultRouteSettings;
    expect(settings()).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(settings({ rateLimit: 5, burstLimit: 7 })).toEqual({ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 });
  });

  test('are served at once, by one function that this API alone may invoke', () => {
    const resources = made();
    expect(only(resources, 'AWS::ApiGatewayV2::Stage').Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(only(resources, 'AWS::ApiGatewayV2::Integration').Properties).toMatchObject({ PayloadFormatVersion: '2.0', TimeoutInMillis: 29_000 });
    const permission = only(resources, 'AWS::Lambda::Permission').Properties;
    expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    expect(short(flat(permission.SourceArn))).toBe('arn:${AWS::Partition}:execute-api:eu-central-1:111111111111:${Api}/*/*');
  });
});

function cognitoIn(stack: Stack): ApiAuthorization {
  const userPool = new UserPool(stack, 'Pool');
  return ApiAuthorization.cognito({ userPool, userPoolClients: [userPool.addClient('Client')] });
}

describe('the function', () => {
  test('has the settings of the contract', () => {
    const { Properties } = only(made(), 'AWS::Lambda::Function');
    const { Variables } = Properties.Environment as { Variables: { [name: string]: unknown } };
    expect(Object.keys(Variables).sort()).toEqual(Object.values(QUERY_SETTINGS).sort());
    expect(Variables).toMatchObject({ HUB_NAME: 'compliance', LOG_RESOURCE_IDS: 'false' });
    expect(Properties).toMatchObject({ Timeout: 29, MemorySize: 1_769, Runtime: 'nodejs22.x', Architectures: ['arm64'] });
    expect((only(made({ logResourceIds: true }), 'AWS::Lambda::Function').Properties.Environment as { Variables: object }).Variables).toMatchObject({ LOG_RESOURCE_IDS: 'true' });
    expect(only(made({ runtime: Runtime.NODEJS_24_X }), 'AWS::Lambda::Function').Properties.Runtime).toBe('nodejs24.x');
  });

  test('reads the table and its indexes, and writes sums and nothing else', () => {
    const statements = functionPolicy(made())
      .map(({ Action, Condition, ...rest }) => ({ actions: [Action].flat(), on: flatList(rest.Resource).map(short), condition: Condition }));
    const ofTable = statements.filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')));
    expect(ofTable).toEqual([
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], on: ['${HubTable.Arn}'], condition: undefined },
      { actions: ['dynamodb:Query'], on: ['${HubTable.Arn}/index/Timeline', '${HubTable.Arn}/index/Rules'], condition: undefined },
      { actions: ['dynamodb:PutItem'], on: ['${HubTable.Arn}'], condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ROLLUP'] } } },
    ]);
    for (const { actions, condition } of statements.filter((each) => each.actions.some((action) => action.startsWith('kms:')))) {
      expect(actions).not.toContain('kms:*');
      expect(condition).toEqual({ StringLike: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com*' } });
    }
  });

  test('may have a role of one\'s own', () => {
    const stack = stackOf({ env });
    const role = new Role(stack, 'Own', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const resources = made({ role }, stack);
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /OwnDefaultPolicy/)).flatMap(({ Action }) => Action)).toContain('dynamodb:Query');
  });
});

describe('logs', () => {
  test('of accesses name the caller and never what was asked for', () => {
    const { AccessLogSettings } = only(made(), 'AWS::ApiGatewayV2::Stage').Properties as { AccessLogSettings: { Format: string; DestinationArn: unknown } };
    const fields = JSON.parse(AccessLogSettings.Format) as { [name: string]: string };
    expect(fields).toMatchObject({ callerArn: '$context.identity.userArn', route: '$context.routeKey', status: '$context.status', sourceIp: '$context.identity.sourceIp' });
    for (const value of Object.values(fields)) expect(value).not.toMatch(/path$|queryString|\$context\.path/i);
    expect(short(flat(AccessLogSettings.DestinationArn))).toBe('${ApiAccessLogs.Arn}');
  });

  test('are encrypted, and kept as the environment says or as told', () => {
    const groups = (props: Partial<ComplianceApiProps>) => ofType(made(props), 'AWS::Logs::LogGroup')
      .map(([, { Properties, DeletionPolicy }]) => [Properties.RetentionInDays, DeletionPolicy, short(flat(Properties.KmsKeyId))]);
    const key = '${HubKey.Arn}';
    expect(groups({})).toEqual([[90, 'Retain', key], [90, 'Retain', key]]);
    expect(groups({ profile: EnvironmentProfile.EPHEMERAL })).toEqual([[7, 'Delete', key], [7, 'Delete', key]]);
    expect(groups({ accessLogRetention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY })).toEqual([[90, 'Delete', key], [365, 'Delete', key]]);
  });
});

describe('callers', () => {
  const INVOKE = 'arn:${AWS::Partition}:execute-api:eu-central-1:111111111111:${Api}/$default/GET/*';

  test('of this account are let in by a grant, to ask and for nothing else', () => {
    const stack = stackOf({ env });
    const role = new Role(stack, 'Auditor', { assumedBy: new AccountPrincipal('111111111111') });
    apiIn(stack).grantReadCompliance(role);
    const [{ Action, Resource: resource }] = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /Auditor/));
    expect([Action, short(flat(resource))]).toEqual(['execute-api:Invoke', INVOKE]);
  });

  test('of other accounts by a role, which each account hands on itself', () => {
    const stack = stackOf({ env });
    const api = apiIn(stack, { readerAccounts: ['222222222222', '333333333333'], readerRoleName: 'compliance-reader' });
    const resources = resourcesOf(stack);
    const role = only(resources, 'AWS::IAM::Role', /ReaderRole/);
    expect(role.Properties.RoleName).toBe('compliance-reader');
    expect(statementsOf(role, 'AssumeRolePolicyDocument').map(({ Action, Principal }) => [Action, flat((Principal as { AWS: unknown }).AWS)])).toEqual(
      ['222222222222', '333333333333'].map((account) => ['sts:AssumeRole', `arn:\${AWS::Partition}:iam::${account}:root`]));
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /ReaderRole/)).map(({ Action, Resource: on }) => [Action, short(flat(on))])).toEqual([['execute-api:Invoke', INVOKE]]);
    expect(api.readerRole).toBeDefined();
    expect(apiIn(stackOf()).readerRole).toBeUndefined();
  });
});

describe('alarms', () => {
  const alarms = (props: Partial<ComplianceApiProps> = {}, stack = stackOf({ env })) => ofType(made(props, stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  test('tell of errors, crashes and slow answers, with a runbook each', () => {
    const stack = stackOf({ env });
    const all = alarms({ alertTopic: new Topic(stack, 'Alerts') }, stack);
    const shown = all.map((alarm) => [alarm.MetricName, alarm.Threshold, alarm.EvaluationPeriods, alarm.ExtendedStatistic ?? alarm.Statistic]);
    expect(shown.sort()).toEqual([
      ['5xx', 1, 1, 'Sum'], ['Errors', 1, 1, 'Sum'], ['Latency', 10_000, 3, 'p99'],
    ]);
    const headings = all.map(({ AlarmDescription }) => /#([a-z-]+)$/.exec(String(AlarmDescription))?.[1]);
    expect(headings.sort()).toEqual(['api-errors', 'api-function-errors', 'api-latency']);
    for (const { AlarmActions } of all) expect(short(flat((AlarmActions as unknown[])[0]))).toBe('${Alerts}');
  });

  test('are as many as wanted', () => {
    expect(alarms({ alarms: false })).toEqual([]);
    expect(apiIn(stackOf(), { alarms: false }).alarms).toBeUndefined();
    expect(alarms({ latencyThreshold: Duration.seconds(3) }).find(({ MetricName }) => MetricName === 'Latency')!.Threshold).toBe(3_000);
  });

  test('have metrics that can be drawn as well', () => {
    const stack = stackOf({ env });
    const api = apiIn(stack);
    expect([api.metricRequests(), api.metricServerErrors(), api.metricLatency({ statistic: 'p50' })].map(({ namespace, metricName, statistic }) => [namespace, metricName, statistic])).toEqual([
      ['AWS/ApiGateway', 'Count', 'Sum'], ['AWS/ApiGateway', '5xx', 'Sum'], ['AWS/ApiGateway', 'Latency', 'p50'],
    ]);
  });
});

describe('refused', () => {
  const jwt = ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: ['api'] });
  test.each<[string, Partial<ComplianceApiProps>, string]>([
    ['another kind of authorization', { authorization: 'NONE' as unknown as ApiAuthorization },
      'ComplianceApi.authorization: got "NONE", but allowed is an ApiAuthorization; use ApiAuthorization.iam(), .jwt() or .cognito()'],
    ['readers with tokens', { authorization: jwt, readerAccounts: ['222222222222'] },
      'ComplianceApi.readerAccounts: got ["222222222222"], but allowed is none with tokens instead of IAM; leave it out: whoever has a token needs no role'],
    ['no readers', { readerAccounts: [] }, 'ComplianceApi.readerAccounts: got [], but allowed is at least one account; leave it out when no other account is to ask'],
    ['a wrong account', { readerAccounts: ['222222222222', '*'] },
      'ComplianceApi.readerAccounts[1]: got "*", but allowed is an account id of 12 digits; write it as a text'],
    ['an account twice', { readerAccounts: ['222222222222', '222222222222'] },
      'ComplianceApi.readerAccounts[1]: got "222222222222", but allowed is each account once; remove the second one'],
    ['a role name without role', { readerRoleName: 'x' }, 'ComplianceApi.readerRoleName: got "x", but allowed is no name without readerAccounts; give readerAccounts, or leave it out'],
    ['a wrong role name', { readerRoleName: 'a b', readerAccounts: ['222222222222'] },
      'ComplianceApi.readerRoleName: got "a b", but allowed is up to 64 letters, digits and the characters _+=,.@-; choose another name'],
    ['a rate of zero', { rateLimit: 0 }, 'ComplianceApi.rateLimit: got 0, but allowed is a whole number from 1 to 10000; leave it out for 50 a second'],
    ['a broken burst', { burstLimit: 1.5 }, 'ComplianceApi.burstLimit: got 1.5, but allowed is a whole number from 1 to 5000; leave it out for 100'],
    ['a long latency', { latencyThreshold: Duration.minutes(1) },
      'ComplianceApi.latencyThreshold: got "Duration.minutes(1)", but allowed is a whole number of seconds from 1 to 30; leave it out for 10 seconds'],
    ['every origin', { allowedOrigins: ['*'] },
      'ComplianceApi.allowedOrigins[0]: got "*", but allowed is an origin as https://host or https://host:port; name each page\'s origin, without path or wildcard'],
  ])('is %s', (_, props, message) => {
    expect(() => apiIn(stackOf(), props)).toThrow(new Error(message));
  });

  test.each<[string, () => unknown, string]>([
    ['an issuer without TLS', () => ApiAuthorization.jwt({ issuer: 'http://login.bank.example', audience: ['api'] }),
      'ApiAuthorization.issuer: got "http://login.bank.example", but allowed is an address that begins with https://, without query; give what stands in the tokens\' iss'],
    ['no audience', () => ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: [] }),
      'ApiAuthorization.audience: got [], but allowed is 1 to 50 audiences; name the clients whose tokens are to be taken'],
    ['too much audience', () => ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: Array<string>(51).fill('a') }), 'but allowed is 1 to 50 audiences'],
    ['no client', () => ApiAuthorization.cognito({ userPool: new UserPool(stackOf(), 'Pool'), userPoolClients: [] }),
      'ApiAuthorization.userPoolClients: got [], but allowed is at least one client; name the app clients whose tokens are to be taken'],
    ['an empty list of scopes', () => ApiAuthorization.jwt({ issuer: 'https://login.bank.example', audience: ['api'], scopes: [] }),
      'ApiAuthorization.scopes: got [], but allowed is at least one scope; leave it out to take every token of the issuer'],
    ['a grant with tokens', () => {
      const stack = stackOf();
      apiIn(stack, { authorization: jwt }).grantReadCompliance(new Role(stack, 'Auditor', { assumedBy: new AccountPrincipal('111111111111') }));
    }, 'but allowed is no principal with tokens instead of IAM; give the caller a token, or use ApiAuthorization.iam()'],
  ])('is %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('is nothing that is known at deployment only', () => {
    const stack = stackOf();
    const text = () => new CfnParameter(stack, `P${stack.node.children.length}`).valueAsString;
    const list = () => Token.asList(new CfnParameter(stack, `P${stack.node.children.length}`, { type: 'CommaDelimitedList' }).value);
    apiIn(stack, {
      readerAccounts: [text(), text()], readerRoleName: text(), allowedOrigins: [text()], rateLimit: Token.asNumber({ Ref: 'x' }), latencyThreshold: Duration.seconds(10),
    });
    apiIn(stack, { authorization: ApiAuthorization.jwt({ issuer: text(), audience: list() }) }, 'Tokens');
    expect(() => resourcesOf(stack)).not.toThrow();
    expect(() => apiIn(stackOf(), { latencyThreshold: Duration.seconds(Token.asNumber({ Ref: 'x' })) })).toThrow(/Duration/);
  });
});

describe('it stands', () => {
  test('twice in a stack, in two Stages and in other partitions, without physical names', () => {
    const app = new App();
    for (const name of ['Blue', 'Green']) {
      const stack = new Stack(new Stage(app, name), 'Stack', { env: { account: '111111111111', region: 'us-gov-west-1' } });
      apiIn(stack, { readerAccounts: ['222222222222'] });
      apiIn(stack, {}, 'Second');
      const resources = resourcesOf(stack);
      expect(JSON.stringify(resources)).not.toContain('arn:aws:');
      for (const [id, { Type, Properties }] of Object.entries(resources)) {
        if (['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'].includes(Type)) {
          expect([id, Properties.RoleName ?? Properties.FunctionName ?? Properties.LogGroupName]).toEqual([id, undefined]);
        }
      }
    }
  });

  test('without warnings', () => {
    const stack = stackOf({ env });
    apiIn(stack);
    expect(Annotations.fromStack(stack).findWarning('*', '*')).toEqual([]);
  });

  test('with its address among the outputs of its stack, unless that is not wanted', () => {
    const outputs = (props: Partial<ComplianceApiProps> = {}) => {
      const stack = stackOf({ env });
      apiIn(stack, props);
      return Object.keys(Template.fromStack(stack).findOutputs('*')).filter((name) => name.includes('ApiUrl'));
    };
    expect(outputs()).toHaveLength(1);
    expect(outputs({ outputs: false })).toEqual([]);
  });

  test('at an address that has no slash at its end', () => {
    const stack = stackOf({ env });
    expect(short(flat(stack.resolve(apiIn(stack).apiUrl)))).toBe('${Api.ApiEndpoint}');
  });
});
