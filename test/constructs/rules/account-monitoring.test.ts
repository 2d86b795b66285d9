import { App, AppProps, CfnParameter, Environment, Stack, Stage } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  AccountMonitoring, AccountMonitoringOptions, AccountMonitoringProps, AccountServices, ComplianceFramework, EnvironmentProfile, EventRouting,
  HubAccess, ParityBuckets, RecorderSource,
} from '../../../src';
import { flat, ofType, only, resourcesOf, stackOf, systemIn } from '../support';

const accountIn = (stack: Stack, props: Partial<AccountMonitoringProps> = {}, id = 'Account') =>
  new AccountMonitoring(stack, id, { organizationName: 'bank', profile: EnvironmentProfile.STAGING, ...props });
const idsOf = (resources: ReturnType<typeof resourcesOf>, type: string) => ofType(resources, type).map(([id]) => id);

describe('an account\'s monitoring', () => {
  test('stands alone: recorder, bucket, rules, health and a topic', () => {
    const stack = stackOf();
    const account = accountIn(stack, { alertEmails: ['platform@example.com'] });
    const resources = resourcesOf(stack);
    const count = (type: string) => ofType(resources, type).length;
    expect([count('Custom::EnsuredConfigRecorder'), count('AWS::S3::Bucket'), count('AWS::KMS::Key'), count('AWS::SNS::Topic'), count('AWS::SNS::Subscription')])
      .toEqual([1, 2, 1, 1, 1]);
    expect(count('AWS::CloudWatch::Alarm')).toBe(3);
    expect(only(resources, 'AWS::S3::Bucket', /ReportsBucket/)).toMatchObject({ DeletionPolicy: 'Retain', Properties: { LoggingConfiguration: expect.anything() } });
    expect(account.deliveryBucket).toBeDefined();
    expect(account.criticalTopic).toBeUndefined();
    expect(account.encryptionKey).toBeDefined();
    expect(account.ruleSet.rules.length).toBeGreaterThanOrEqual(4);
  });

  test('has no rule before there is a recorder', () => {
    const stack = stackOf();
    accountIn(stack, { ruleSet: { frameworks: [ComplianceFramework.SOC_2] } });
    const resources = resourcesOf(stack);
    const [recorder] = idsOf(resources, 'Custom::EnsuredConfigRecorder');
    const rules = ofType(resources, 'AWS::Config::ConfigRule');
    expect(rules.length).toBeGreaterThan(10);
    for (const [, { DependsOn }] of rules) { expect(DependsOn).toContain(recorder); }
  });

  test('the frameworks stand beside the rule set, or in it, but not in both', () => {
    const rulesWith = (options: Partial<AccountMonitoringProps>) => {
      const stack = stackOf();
      accountIn(stack, options);
      return ofType(resourcesOf(stack), 'AWS::Config::ConfigRule').map(([id]) => id);
    };
    const frameworks = [ComplianceFramework.GDPR];
    expect(rulesWith({ frameworks })).toEqual(rulesWith({ ruleSet: { frameworks } }));
    expect(rulesWith({ frameworks, ruleSet: { excludedRules: ['RDS_STORAGE_ENCRYPTED'] } })).toHaveLength(rulesWith({ frameworks }).length - 1);
    expect(() => rulesWith({ frameworks, ruleSet: { frameworks } })).toThrow(new Error(
      'AccountMonitoring.ruleSet.frameworks: got ["GDPR"], but allowed is no frameworks in both places; give frameworks beside ruleSet only'));
  });

  test('asks for the tags of every environment in the account', () => {
    const parameters = (environments?: string[]) => {
      const stack = stackOf();
      accountIn(stack, { environments });
      return only(resourcesOf(stack), 'AWS::Config::ConfigRule', /REQUIREDTAGS/).Properties.InputParameters;
    };
    expect(parameters(['Dev', 'Staging', 'Prod'])).toMatchObject({ tag1Key: 'Environment', tag1Value: 'Dev,Staging,Prod', tag2Key: 'Organization', tag2Value: 'bank' });
    expect(parameters()).toMatchObject({ tag1Value: 'Staging' });
  });

  test('has a critical topic in production, which hears that nothing records', () => {
    const stack = stackOf();
    const { criticalTopic } = accountIn(stack, { profile: EnvironmentProfile.PROD });
    expect(criticalTopic).toBeDefined();
    expect((only(resourcesOf(stack), 'AWS::CloudWatch::Alarm', /Stopped/).Properties.AlarmActions as unknown[]).map(flat)).toEqual([
      expect.stringContaining('Alerts'), expect.stringContaining('Critical'),
    ]);
  });

  test('makes no bucket where the recorder exists', () => {
    const stack = stackOf();
    const account = accountIn(stack, { recorder: RecorderSource.existing() });
    expect([account.deliveryBucket, ofType(resourcesOf(stack), 'AWS::S3::Bucket')]).toEqual([undefined, []]);
  });

  test('destroys all but the recorder with an ephemeral environment', () => {
    const stack = stackOf();
    accountIn(stack, { profile: EnvironmentProfile.EPHEMERAL });
    const kept = Object.entries(resourcesOf(stack)).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain').map(([, { Type }]) => Type);
    expect(kept).toEqual(['Custom::EnsuredConfigRecorder']);
  });

  test('takes what the consumer has', () => {
    const stack = stackOf();
    const deliveryBucket = new Bucket(stack, 'Own');
    const [alertTopic, criticalTopic] = ['Alerts', 'Critical'].map((id) => new Topic(stack, id));
    const encryptionKey = new Key(stack, 'OwnKey');
    const account = accountIn(stack, { deliveryBucket, alertTopic, criticalTopic, encryptionKey, alarms: false, organizationName: new CfnParameter(stack, 'O').valueAsString });
    expect([account.deliveryBucket, account.alertTopic, account.criticalTopic, account.encryptionKey, account.recorder.alarms])
      .toEqual([deliveryBucket, alertTopic, criticalTopic, encryptionKey, undefined]);
    const resources = resourcesOf(stack);
    expect([ofType(resources, 'AWS::S3::Bucket').length, ofType(resources, 'AWS::SNS::Topic').length, ofType(resources, 'AWS::KMS::Key').length]).toEqual([1, 2, 1]);
  });

  test('refuses an organization that is no name', () => {
    expect(() => accountIn(stackOf(), { organizationName: '' })).toThrow(new Error(
      'AccountMonitoring.organizationName: got "", but allowed is up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; '
      + 'choose a name without slashes or spaces'));
  });

  test.each([undefined, { account: '111111111111', region: 'eu-central-1' }])('cdk-nag finds nothing (%j)', (env) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    accountIn(stack, { profile: EnvironmentProfile.PROD });
    app.synth();
    const found = new AwsSolutionsChecks().validateScope(stack).violations;
    expect(found.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))).toEqual([]);
  });
});

describe('account services', () => {
  const bind = (services: AccountServices, stack = stackOf(), reports = true) => {
    const profile = EnvironmentProfile.STAGING;
    const encryptionKey = new Key(stack, 'SystemKey');
    const reportsBucket = reports ? new ParityBuckets(stack, 'Buckets', { profile, encryptionKey }).reportsBucket : undefined;
    return {
      stack,
      reportsBucket,
      bound: services._bind(stack, 'Account', {
        profile, encryptionKey, reportsBucket, organizationName: 'bank', environments: ['Dev', 'Staging'], alertTopic: new Topic(stack, 'Alerts'), tags: { costCenter: '4711' },
      }),
    };
  };

  test('that are made use what the system has', () => {
    const { stack, bound, reportsBucket } = bind(AccountServices.create());
    expect(bound!.deliveryBucket).toBe(reportsBucket);
    const resources = resourcesOf(stack);
    expect([ofType(resources, 'AWS::KMS::Key').length, ofType(resources, 'AWS::SNS::Topic').length, ofType(resources, 'AWS::S3::Bucket').length]).toEqual([1, 1, 3]);
    expect(only(resources, 'Custom::EnsuredConfigRecorder').Properties.Tags).toMatchObject({ CostCenter: '4711' });
    // AWS Config and ParityBuckets ask for the same three statements, which stand there once.
    const statements = JSON.stringify(only(resources, 'AWS::S3::BucketPolicy', /Reports/)).match(/AWSConfigBucket\w+/g);
    expect(statements).toEqual(['AWSConfigBucketPermissionsCheck', 'AWSConfigBucketExistenceCheck', 'AWSConfigBucketDelivery']);
  });

  test('that are made keep a bucket of the options, and make one where the system has none', () => {
    const stack = stackOf();
    const deliveryBucket = new Bucket(stack, 'Own');
    expect(bind(AccountServices.create({ deliveryBucket }), stack).bound!.deliveryBucket).toBe(deliveryBucket);
    expect(bind(AccountServices.create(), stackOf(), false).bound!.deliveryBucket!.node.path).toBe('Stack/Account/Delivery/ReportsBucket');
  });

  test('that are shared make nothing', () => {
    expect(bind(AccountServices.shared()).bound).toBeUndefined();
  });
});

describe('two in one account and region of an app', () => {
  const FRANKFURT = { account: '111111111111', region: 'eu-central-1' };
  const IRELAND = { ...FRANKFURT, region: 'eu-west-1' };
  const OTHER = { ...FRANKFURT, account: '222222222222' };
  /** What synth says of systems in these places, the first and the second. */
  const synth = (places: (Environment | undefined)[], make: (app: App, id: string) => App | Stage = (app) => app, props?: AppProps) => {
    const app = new App(props);
    const options: AccountMonitoringOptions = { recorder: RecorderSource.existing() };
    places.forEach((env, index) => accountIn(new Stack(make(app, `Stage${index}`), `Stack${index}`, { env }), options));
    return () => app.synth();
  };
  const message = (text: string, path = 'Stack1/Account') => `Validation failed with the following errors:\n  [${path}] AccountMonitoring: got a second one ${text}`;
  const share = 'but allowed is one in an account and region; give AccountServices.shared() to one of the two systems';

  test.each<[string, (Environment | undefined)[], string]>([
    ['known', [FRANKFURT, FRANKFURT], `in account 111111111111 and region eu-central-1 beside Stack0/Account, ${share}`],
    ['unknown', [undefined, undefined],
      `in a stack without account and region in its env beside Stack0/Account, ${share}, or, where they are deployed to different accounts or regions, give env to both stacks`],
    ['in a known region', [{ region: 'eu-central-1' }, { region: 'eu-central-1' }],
      `in a stack without an account in its env beside Stack0/Account, ${share}, or, where they are deployed to different accounts or regions, give env to both stacks`],
    ['in a known account', [{ account: '111111111111' }, { account: '111111111111' }],
      `in a stack without a region in its env beside Stack0/Account, ${share}, or, where they are deployed to different accounts or regions, give env to both stacks`],
  ])('are refused: %s', (_, places, text) => {
    expect(synth(places)).toThrow(new Error(message(text)));
  });

  test('are refused in one stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: FRANKFURT });
    for (const id of ['One', 'Two']) { accountIn(stack, { recorder: RecorderSource.existing() }, id); }
    expect(() => app.synth()).toThrow(new Error(message(`in account 111111111111 and region eu-central-1 beside Stack/One, ${share}`, 'Stack/Two')));
  });

  test('are refused across stages, nested ones too', () => {
    const stages = (app: App, id: string) => new Stage(new Stage(app, `${id}Outer`), id);
    expect(synth([FRANKFURT, FRANKFURT], stages)).toThrow('AccountMonitoring: got a second one in account 111111111111 and region eu-central-1 beside '
      + `Stage0Outer/Stage0/Stack0/Account, ${share}`);
  });

  test.each<[string, (Environment | undefined)[]]>([
    ['regions', [FRANKFURT, IRELAND]], ['accounts', [FRANKFURT, OTHER]], ['one of them unknown', [FRANKFURT, undefined]], ['only one', [FRANKFURT]],
  ])('are not refused in different places: %s', (_, places) => {
    expect(synth(places)).not.toThrow();
  });

  test('are not refused where one shares', () => {
    const app = new App();
    accountIn(new Stack(app, 'One', { env: FRANKFURT }), { recorder: RecorderSource.existing() });
    const stack = new Stack(app, 'Two', { env: FRANKFURT });
    AccountServices.shared()._bind(stack, 'Account', {
      organizationName: 'bank', profile: EnvironmentProfile.DEV, environments: ['Dev'], encryptionKey: new Key(stack, 'Key'), alertTopic: new Topic(stack, 'Topic'),
    });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('the route of its events', () => {
  const HUB = 'arn:aws:events:eu-central-1:222222222222:event-bus/compliance';

  test('is none unless asked', () => {
    const stack = stackOf();
    const account = accountIn(stack, { routing: EventRouting.none() });
    expect([account.forwarder, account.eventHub]).toEqual([undefined, undefined]);
    expect(resourcesOf(stack)).toEqual((() => {
      const other = stackOf();
      accountIn(other);
      return resourcesOf(other);
    })());
  });

  test('leads to a hub elsewhere, with the key and topic of the account, before there are rules', () => {
    const stack = stackOf();
    const account = accountIn(stack, { routing: EventRouting.forwardTo(EventBus.fromEventBusArn(stack, 'Bus', HUB), { configurationItems: false }) });
    const resources = resourcesOf(stack);
    expect(account.forwarder!.encryptionKey).toBe(account.encryptionKey);
    expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(1);
    expect(flat(only(resources, 'AWS::CloudWatch::Alarm', /ForwarderLostEvents/).Properties.AlarmActions)).toContain('AccountTopicsAlerts');
    const [rule] = idsOf(resources, 'AWS::Events::Rule').filter((id) => /^AccountForwarderRule/.test(id));
    for (const [, { DependsOn }] of ofType(resources, 'AWS::Config::ConfigRule')) { expect(DependsOn).toContain(rule); }
    expect(resources[rule].Properties.EventPattern).toMatchObject({ 'detail-type': ['Config Rules Compliance Change', 'Compliance Heartbeat', 'Compliance Verification'] });
  });

  test('leads to a hub that is made here, which shares key and topics', () => {
    const stack = stackOf();
    const account = accountIn(stack, { routing: EventRouting.hub(HubAccess.organization('o-a1b2c3d4e5'), { busName: 'compliance' }) });
    const resources = resourcesOf(stack);
    expect(account.eventHub!.hubName).toBe('compliance');
    expect([account.eventHub!.encryptionKey, account.eventHub!.alertTopic]).toEqual([account.encryptionKey, account.alertTopic]);
    expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(1);
    expect(idsOf(resources, 'AWS::S3::Bucket').filter((id) => /HubReportsBucket/.test(id))).toHaveLength(1);
    for (const [, { DependsOn }] of ofType(resources, 'AWS::Config::ConfigRule')) {
      expect(DependsOn).toContain(idsOf(resources, 'AWS::Events::Rule').find((id) => /^AccountHubOwnAccountRule/.test(id)));
    }
  });

  test('in a system puts its reports into the reports bucket', () => {
    const stack = stackOf();
    const { account, buckets } = systemIn(stack, { account: AccountServices.create({ routing: EventRouting.hub(HubAccess.ownAccount()) }) });
    expect(account!.eventHub!.reportsBucket).toBe(buckets!.reportsBucket);
    expect(idsOf(resourcesOf(stack), 'AWS::S3::Bucket').filter((id) => /Hub/.test(id))).toEqual([]);
  });

  test('switches alarms off with the others', () => {
    const stack = stackOf();
    accountIn(stack, { alarms: false, routing: EventRouting.hub(HubAccess.ownAccount()) });
    expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});
