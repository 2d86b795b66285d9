import { App, CfnParameter, Duration, RemovalPolicy, SecretValue, Stack, Tags, Validations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ParameterTier } from 'aws-cdk-lib/aws-ssm';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFollowed, readSecureString } from '../../../lambda-src/foundation/adapters/secure-string-document';
import { hashesOf } from '../../../lambda-src/foundation/domain/ownership';
import { EnvironmentProfile, ParameterHierarchy, ParameterHierarchyProps, SecureStringSource } from '../../../src';
import { FOLLOW_SECRET_SETTINGS, SECURE_STRING_SETTINGS } from '../../../src/foundation/contract';
import { flat, flatList, ofType, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const TYPE = 'Custom::SecureString';
const hierarchyIn = (stack: Stack, props: Partial<ParameterHierarchyProps> = {}, id = 'Parameters') =>
  new ParameterHierarchy(stack, id, { organizationName: 'bank', profile: EnvironmentProfile.STAGING, ...props });
const generate = SecureStringSource.generate;

describe('plain parameters', () => {
  test('lie below organization and environment, and need no function and no key', () => {
    const stack = stackOf();
    const parameters = hierarchyIn(stack);
    expect(parameters.parameterPrefix).toBe('/bank/Staging');
    parameters.addString('app/timeout', '30', { description: 'seconds' });
    parameters.addStringList('app/currencies', ['CHF', 'EUR'], { tier: ParameterTier.ADVANCED });
    const resources = resourcesOf(stack);
    expect(Object.values(resources).map(({ Type }) => Type)).toEqual(['AWS::SSM::Parameter', 'AWS::SSM::Parameter']);
    const governance = { CostCenter: 'infrastructure', DataClassification: 'Confidential', Environment: 'Staging', Organization: 'bank' };
    expect(Object.values(resources).map(({ Properties }) => Properties)).toEqual([
      { Name: '/bank/Staging/app/timeout', Type: 'String', Value: '30', Description: 'seconds', Tier: 'Standard', Tags: governance },
      { Name: '/bank/Staging/app/currencies', Type: 'StringList', Value: 'CHF,EUR', Tier: 'Advanced', Tags: governance },
    ]);
    expect(parameters.secureStringFunction).toBeUndefined();
  });

  test('take tokens, and names that look alike', () => {
    const stack = stackOf();
    const parameters = hierarchyIn(stack, { organizationName: new CfnParameter(stack, 'Organization').valueAsString });
    for (const name of ['Key', 'SecureStrings', 'Resource', 'Default', 'a/b', 'a--b', 'a.b', 'a']) { parameters.addString(name, stack.account); }
    const made = ofType(resourcesOf(stack), 'AWS::SSM::Parameter');
    expect(made.map(([, { Properties }]) => flat(Properties.Name))).toContain('/${Organization}/Staging/a--b');
    expect(made).toHaveLength(8);
  });
});

describe('a SecureString', () => {
  const secureString = (stack: Stack) => only(resourcesOf(stack), TYPE);

  test('from a secret says where its value is, never what it is', () => {
    const stack = stackOf();
    const secret = new Secret(stack, 'Secret');
    const made = hierarchyIn(stack).addSecureString('database/password', {
      source: SecureStringSource.fromSecret(secret, { jsonKey: 'password', revision: '2' }), description: 'of the application',
    });
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = secureString(stack);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Delete', 'Delete']);
    const { ServiceToken, KeyArn, Source, ...rest } = Properties;
    expect(rest).toEqual({
      ServiceTimeout: '180', Name: '/bank/Staging/database/password', Tier: 'Standard', Description: 'of the application', Adopt: 'false',
      Tags: { CostCenter: 'infrastructure', DataClassification: 'Confidential', Environment: 'Staging', Organization: 'bank' },
    });
    expect(flat(ServiceToken)).toMatch(/^\$\{ParametersSecureStringsHandlerFunction\w+\.Arn\}$/);
    expect(flat(KeyArn)).toMatch(/^\$\{ParametersKey\w+\.Arn\}$/);
    expect(Source).toEqual({ Secret: { Ref: expect.stringMatching(/^Secret/) }, JsonKey: 'password', Revision: '2' });
    expect(flat(stack.resolve(made.parameterArn))).toMatch(/:ssm:\$\{AWS::Region\}:\$\{AWS::AccountId\}:parameter\$\{Parametersdatabasepassword\w+\}$/);
    expect(flat(stack.resolve(made.parameterName))).toMatch(/^\$\{Parametersdatabasepassword\w+\}$/);
  });

  test.each([
    ['the profile decides', EnvironmentProfile.STAGING, undefined, 'RetainExceptOnCreate'],
    ['the profile decides', EnvironmentProfile.EPHEMERAL, undefined, 'Delete'],
    ['unless told otherwise', EnvironmentProfile.STAGING, RemovalPolicy.DESTROY, 'Delete'],
    ['unless told otherwise', EnvironmentProfile.EPHEMERAL, RemovalPolicy.RETAIN, 'RetainExceptOnCreate'],
  ])('that is generated exists nowhere else: %s', (_, profile, removalPolicy, policy) => {
    const stack = stackOf();
    hierarchyIn(stack, { profile }).addSecureString('a', { source: generate({ length: 40, symbols: true, uppercase: false }), removalPolicy, adopt: true });
    expect(secureString(stack)).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: 'Delete' });
    expect(secureString(stack).Properties).toMatchObject({ Adopt: 'true', Source: { Length: '40', Characters: ['lowercase', 'digits', 'symbols'] } });
  });

  test('is what its function reads', () => {
    const stack = stackOf();
    hierarchyIn(stack).addSecureString('a', { source: generate(), tier: ParameterTier.ADVANCED });
    const { Properties } = secureString(stack);
    expect(readSecureString({ ...Properties, KeyArn: 'key' })).toEqual({
      name: '/bank/Staging/a', tier: 'Advanced', keyArn: 'key', adopt: false, tags: Properties.Tags,
      source: { kind: 'generated', length: 32, characters: ['lowercase', 'uppercase', 'digits'] },
    });
    const variables = (only(resourcesOf(stack), 'AWS::Lambda::Function').Properties.Environment as { Variables: object }).Variables;
    expect(variables).toEqual({ [SECURE_STRING_SETTINGS.prefix]: '/bank/Staging' });
  });

  test('takes the tags of its tree, those nearer to it first', () => {
    const stack = stackOf();
    const parameters = hierarchyIn(stack, { tags: { compliance: 'PCI-DSS' } });
    const made = parameters.addSecureString('a', { source: generate() });
    Tags.of(stack).add('Owner', 'platform');
    Tags.of(made).add('CostCenter', '4711');
    expect(secureString(stack).Properties.Tags).toEqual({
      Compliance: 'PCI-DSS', CostCenter: '4711', DataClassification: 'Confidential', Environment: 'Staging', Organization: 'bank', Owner: 'platform',
    });
  });

  test('keeps its logical id when it is renamed under its old id', () => {
    const idOf = (name: string, id?: string) => {
      const stack = stackOf();
      hierarchyIn(stack).addSecureString(name, { source: generate(), id });
      return ofType(resourcesOf(stack), TYPE)[0][0];
    };
    expect(idOf('db/pass', 'db/password')).toBe(idOf('db/password'));
    expect(idOf('db/pass')).not.toBe(idOf('db/password'));
  });

  test('uses a key of its own, a role and a runtime that were given', () => {
    const stack = stackOf();
    const encryptionKey = new Key(stack, 'Own');
    const role = new Role(stack, 'Function', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const parameters = hierarchyIn(stack, { encryptionKey, role, runtime: Runtime.NODEJS_24_X });
    expect(parameters.encryptionKey).toBe(encryptionKey);
    const other = new Key(stack, 'Other');
    expect(parameters.addSecureString('a', { source: generate(), encryptionKey: other }).encryptionKey).toBe(other);
    expect(flat(secureString(stack).Properties.KeyArn)).toMatch(/^\$\{Other/);
    const resources = resourcesOf(stack);
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({ Runtime: 'nodejs24.x', Timeout: 120, MemorySize: 256 });
    expect([ofType(resources, 'AWS::IAM::Role').length, ofType(resources, 'AWS::KMS::Key').length]).toEqual([1, 2]);
    expect(parameters.secureStringFunction).toBeDefined();
  });

  test('of two hierarchies in a stack has two functions, and several of one have one', () => {
    const stack = stackOf();
    for (const [id, profile] of [['One', EnvironmentProfile.DEV], ['Two', EnvironmentProfile.STAGING]] as const) {
      const parameters = hierarchyIn(stack, { profile }, id);
      for (const name of ['a', 'b']) { parameters.addSecureString(name, { source: generate() }); }
    }
    const resources = resourcesOf(stack);
    expect([ofType(resources, TYPE).length, ofType(resources, 'AWS::Lambda::Function').length, ofType(resources, 'AWS::KMS::Key').length]).toEqual([4, 2, 2]);
  });

  test('warns of an imported key once', () => {
    const stack = stackOf();
    hierarchyIn(stack, { encryptionKey: Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1234') }).addSecureString('a', { source: generate() });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toHaveLength(1);
  });
});

describe('a SecureString that follows its secret', () => {
  const following = (props: Partial<ParameterHierarchyProps> = {}, more: object = {}) => {
    const stack = stackOf();
    const parameters = hierarchyIn(stack, props);
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'app/db');
    parameters.addSecureString('db/password', {
      source: SecureStringSource.fromSecret(secret, { jsonKey: 'password', revision: '1', followRotation: true, ...more }), description: 'of "it"', tier: ParameterTier.ADVANCED,
    });
    return { stack, parameters, resources: resourcesOf(stack) };
  };

  test('is told of rotations, and looks every hour', () => {
    const { Properties } = only(following().resources, 'AWS::Events::Rule');
    expect(Properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      EventPattern: {
        'source': ['aws.secretsmanager'], 'detail-type': ['AWS Service Event via CloudTrail'],
        'detail': { eventSource: ['secretsmanager.amazonaws.com'], eventName: ['RotationSucceeded'] },
      },
    });
    const { detail } = Properties.EventPattern as { detail: { additionalEventData: { SecretId: [{ prefix: unknown }] } } };
    expect(flat(detail.additionalEventData.SecretId[0].prefix)).toMatch(/:secret:app\/db-$/);
    expect(only(following({}, { followInterval: Duration.minutes(5) }).resources, 'AWS::Events::Rule').Properties.ScheduleExpression).toBe('rate(5 minutes)');
  });

  test('sends its function what the custom resource was made of, so that both come to the same', () => {
    const { resources } = following();
    const [[logicalId, { Properties }]] = ofType(resources, TYPE);
    const [{ Input }] = only(resources, 'AWS::Events::Rule').Properties.Targets as { Input: unknown }[];
    const event = JSON.parse(flat(Input).replace('${AWS::StackId}', 'arn:aws:cloudformation:eu-central-1:111111111111:stack/Stack/guid')) as unknown;
    const { wanted, owner } = readFollowed(event);
    expect(owner).toBe(`Stack/guid/${logicalId}`);
    const source = Properties.Source as { Secret: unknown };
    const flattened = { ...Properties, KeyArn: flat(Properties.KeyArn), Source: { ...source, Secret: flat(source.Secret) } };
    expect(hashesOf(wanted)).toEqual(hashesOf(readSecureString(flattened)));
  });

  test('has one function and one alarm in a hierarchy, a rule for each, and none without', () => {
    const stack = stackOf();
    const topic = new Topic(stack, 'Topic');
    const parameters = hierarchyIn(stack, { alertTopic: topic, followRole: new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }) });
    expect([parameters.followFunction, parameters.followAlarm]).toEqual([undefined, undefined]);
    for (const name of ['a', 'b']) { parameters.addSecureString(name, { source: SecureStringSource.fromSecret(new Secret(stack, `Secret-${name}`), { followRotation: true }) }); }
    parameters.addSecureString('c', { source: SecureStringSource.fromSecret(new Secret(stack, 'Secret-c')) });
    expect(parameters.followFunction).toBeDefined();
    const resources = resourcesOf(stack);
    expect([ofType(resources, 'AWS::Events::Rule').length, ofType(resources, 'AWS::Lambda::Function').length, ofType(resources, 'AWS::IAM::Role').length]).toEqual([2, 2, 2]);
    expect(only(resources, 'AWS::CloudWatch::Alarm').Properties).toMatchObject({
      MetricName: 'NumberOfMessagesSent', AlarmDescription: expect.stringContaining('#secure-string-not-following'), AlarmActions: [{ Ref: expect.stringMatching(/^Topic/) }],
    });
    expect(JSON.stringify(only(resources, 'AWS::SNS::TopicPolicy').Properties)).toContain('cloudwatch.amazonaws.com');
    for (const [id, rule] of ofType(resources, 'AWS::Events::Rule')) {
      expect(rule.DependsOn).toEqual([expect.stringMatching(new RegExp(`^Parameters${id.includes('Parametersa') ? 'a' : 'b'}`))]);
    }
  });

  test('has a function that reads the settings it is given', () => {
    const { Environment, Timeout } = only(following().resources, 'AWS::Lambda::Function', /Follower/).Properties as { Environment: { Variables: object }; Timeout: number };
    expect(Environment.Variables).toEqual({ [FOLLOW_SECRET_SETTINGS.prefix]: '/bank/Staging' });
    expect(Timeout).toBe(60);
  });

  test('is the same custom resource as one that does not', () => {
    const { resources } = following();
    const without = following({}, { followRotation: false }).resources;
    expect(ofType(resources, TYPE)).toEqual(ofType(without, TYPE));
    expect(ofType(without, 'AWS::Events::Rule')).toEqual([]);
  });
});

describe('who may do what', () => {
  const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1').replace('arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:', 'ssm:');
  const readable = (policy: Resource) => statementsOf(policy).map(({ Action, Resource: resource, Condition }) => [
    flatList(Action), flatList(resource).map(short),
    ...Object.values(Condition as { [operator: string]: { [key: string]: unknown } } ?? {}).flatMap((test) => Object.entries(test).map(([key, value]) => `${key} ${short(flat(value))}`)),
  ]);
  const THROUGH_SSM = ['kms:ViaService ssm.${AWS::Region}.amazonaws.com*', 'kms:EncryptionContext:PARAMETER_ARN ssm:parameter/bank/Staging/*'];

  test('the function writes below its environment, reads the given secrets, and uses the keys through each service only', () => {
    const stack = stackOf();
    const key = new Key(stack, 'SecretKey');
    const secret = new Secret(stack, 'Secret', { encryptionKey: key });
    const parameters = hierarchyIn(stack);
    for (const name of ['a', 'b']) { parameters.addSecureString(name, { source: SecureStringSource.fromSecret(secret) }); }
    parameters.addSecureString('c', { source: SecureStringSource.fromSecret(Secret.fromSecretNameV2(stack, 'Named', 'app/db')) });
    expect(readable(only(resourcesOf(stack), 'AWS::IAM::Policy'))).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${ParametersSecureStringsHandlerLogs.Arn}']],
      [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']],
      [
        ['ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter', 'ssm:RemoveTagsFromResource'],
        ['ssm:parameter/bank/Staging/*'],
      ],
      [['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], ['${ParametersKey.Arn}'], ...THROUGH_SSM],
      [['secretsmanager:GetSecretValue'], ['${Secret}']],
      [['kms:Decrypt'], ['${SecretKey.Arn}'], 'kms:ViaService secretsmanager.${AWS::Region}.amazonaws.com*', 'kms:EncryptionContext:SecretARN ${Secret}'],
      [['secretsmanager:GetSecretValue'], ['arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:app/db-??????']],
    ]);
  });

  test('the function that follows may read and write what it follows, one parameter and one secret each', () => {
    const stack = stackOf();
    const secret = new Secret(stack, 'Secret', { encryptionKey: new Key(stack, 'SecretKey') });
    const parameters = hierarchyIn(stack);
    parameters.addSecureString('a', { source: SecureStringSource.fromSecret(secret, { followRotation: true }) });
    parameters.addSecureString('b', { source: generate() });
    const THIS = [THROUGH_SSM[0], 'kms:EncryptionContext:PARAMETER_ARN ssm:parameter/bank/Staging/a'];
    expect(readable(only(resourcesOf(stack), 'AWS::IAM::Policy', /Follower/))).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${ParametersFollowerHandlerLogs.Arn}']],
      [['sqs:SendMessage'], ['${ParametersFollowerFailed.Arn}']],
      [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']],
      [['kms:Decrypt', 'kms:GenerateDataKey'], ['${ParametersKey.Arn}'], 'kms:ViaService sqs.${AWS::Region}.amazonaws.com*'],
      [['ssm:AddTagsToResource', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter'], ['ssm:parameter/bank/Staging/a']],
      [['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], ['${ParametersKey.Arn}'], ...THIS],
      [['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], ['${Secret}']],
      [['kms:Decrypt'], ['${SecretKey.Arn}'], 'kms:ViaService secretsmanager.${AWS::Region}.amazonaws.com*', 'kms:EncryptionContext:SecretARN ${Secret}'],
    ]);
  });

  test('a reader gets one parameter', () => {
    const stack = stackOf();
    const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    expect(hierarchyIn(stack).addSecureString('a', { source: generate() }).grantRead(reader).success).toBe(true);
    expect(readable(only(resourcesOf(stack), 'AWS::IAM::Policy', /^Reader/))).toEqual([
      [['ssm:GetParameter', 'ssm:GetParameters'], ['ssm:parameter${Parametersa}']],
      [['kms:Decrypt'], ['${ParametersKey.Arn}'], THROUGH_SSM[0], 'kms:EncryptionContext:PARAMETER_ARN ssm:parameter${Parametersa}'],
    ]);
  });

  test.each([undefined, { account: '111111111111', region: 'eu-central-1' }])('cdk-nag finds nothing (%j)', (env) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const parameters = hierarchyIn(stack);
    parameters.addString('plain', '1');
    parameters.addSecureString('a', { source: generate() });
    parameters.addSecureString('b', { source: SecureStringSource.fromSecret(Secret.fromSecretNameV2(stack, 'Named', 'app/db')) });
    app.synth();
    const found = new AwsSolutionsChecks().validateScope(parameters).violations;
    expect(found.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))).toEqual([]);
    const reasons = parameters.node.findAll().flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(data as { [id: string]: string }));
    for (const reason of reasons) { expect(reason.length).toBeGreaterThan(40); }
  });

  test('no value of a secret is in the template', () => {
    const stack = stackOf();
    const secret = new Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('c4n4ry') });
    hierarchyIn(stack).addSecureString('a', { source: SecureStringSource.fromSecret(secret) });
    expect(JSON.stringify(ofType(resourcesOf(stack), TYPE))).not.toMatch(/c4n4ry|resolve:/);
  });
});

describe('refused, with prop, value, allowed and fix', () => {
  const add = (act: (parameters: ParameterHierarchy) => unknown) => () => act(hierarchyIn(stackOf()));
  const LEVELS = 'levels of letters, digits and the characters _ . - with single slashes between them, none at the ends; '
    + 'give the name relative to its environment, such as database/password';
  test.each<[string, () => unknown, string]>([
    ['organization', () => hierarchyIn(stackOf(), { organizationName: 'aws-team' }),
      'ParameterHierarchy.organizationName: got "aws-team", but allowed is a name that does not start with aws or ssm, which Parameter Store reserves; choose another name'],
    ['leading slash', add((p) => p.addString('/a', '1')), `ParameterHierarchy.addString.name: got "/a", but allowed is ${LEVELS}`],
    ['space', add((p) => p.addSecureString('a b', { source: generate() })), `ParameterHierarchy.addSecureString.name: got "a b", but allowed is ${LEVELS}`],
    ['id', add((p) => p.addString('a', '1', { id: 'a:b' })), `ParameterHierarchy.addString.id: got "a:b", but allowed is ${LEVELS}`],
    ['depth', add((p) => p.addString('1/2/3/4/5/6/7/8/9/10/11/12/13/14', '1')),
      'ParameterHierarchy.addString.name: got "1/2/3/4/5/6/7/8/9/10/11/12/13/14", but allowed is 13 levels below the environment; choose fewer levels'],
    ['length of a name', add((p) => p.addString('a'.repeat(998), '1')),
      `ParameterHierarchy.addString.name: got "${'a'.repeat(116)}..., but allowed is up to 997 characters, 1011 with organization and environment; choose a shorter name`],
    ['token as a name', () => {
      const stack = stackOf();
      hierarchyIn(stack).addString(new CfnParameter(stack, 'Name', { default: 'x' }).valueAsString, '1');
    }, 'a name that is known at synth, because the construct is named after it; put the part that is not known into the value'],
    ['twice', add((p) => [p.addString('a', '1'), p.addSecureString('a', { source: generate() })]),
      'ParameterHierarchy.addSecureString.name: got "a", but allowed is each name once in a hierarchy; remove one of them, or choose another name'],
    ['id twice', add((p) => [p.addString('a', '1'), p.addString('b', '1', { id: 'a' })]),
      'ParameterHierarchy.addString.id: got "a", but allowed is an id that no other parameter of the hierarchy has; choose another id'],
    ['empty value', add((p) => p.addString('a', '')),
      'ParameterHierarchy.addString.value: got "", but allowed is a text of at least one character; leave the parameter out, or give it a value that means "none"'],
    ['size', add((p) => p.addString('a', 'é'.repeat(2049))),
      'ParameterHierarchy.addString.value: got "a value of 4098 bytes", but allowed is 4096 bytes in tier Standard; use tier ParameterTier.ADVANCED, which takes 8192 bytes'],
    ['size of the advanced tier', add((p) => p.addString('a', 'x'.repeat(8193), { tier: ParameterTier.ADVANCED })),
      'ParameterHierarchy.addString.value: got "a value of 8193 bytes", but allowed is 8192 bytes in tier Advanced; split it into several parameters'],
    ['tier', add((p) => p.addString('a', '1', { tier: ParameterTier.INTELLIGENT_TIERING })),
      'ParameterHierarchy.addString.tier: got "Intelligent-Tiering", but allowed is STANDARD or ADVANCED; choose ADVANCED for values over 4096 bytes'],
    ['description', add((p) => p.addString('a', '1', { description: '' })),
      'ParameterHierarchy.addString.description: got "", but allowed is a text of 1 to 1024 characters; shorten it, or leave it out'],
    ['no items', add((p) => p.addStringList('a', [])),
      'ParameterHierarchy.addStringList.values: got [], but allowed is at least one value; leave the parameter out, or give it a value that means "none"'],
    ['comma', add((p) => p.addStringList('a', ['b,c'])),
      'ParameterHierarchy.addStringList.values: got "b,c", but allowed is texts without a comma, none of them empty; use addString, for example with JSON'],
    ['length above the tier', add((p) => p.addSecureString('a', { source: generate({ length: 4097 }) })),
      'ParameterHierarchy.addSecureString.source: got "a length of 4097", but allowed is 4096 bytes in tier Standard; use tier ParameterTier.ADVANCED, which takes 8192 bytes'],
    ['removal policy', add((p) => p.addSecureString('a', { source: generate(), removalPolicy: RemovalPolicy.SNAPSHOT })),
      'ParameterHierarchy.addSecureString.removalPolicy: got "snapshot", but allowed is DESTROY or RETAIN; '
      + 'a parameter has no snapshots; RETAIN keeps it, except when its creation is rolled back'],
    ['length', () => generate({ length: 7 }), 'GeneratedValueOptions.length: got 7, but allowed is a whole number from 8 to 8192; choose another length; 32 is a good one'],
    ['no class', () => generate({ lowercase: false, uppercase: false, digits: false }),
      'GeneratedValueOptions: got {"lowercase":false,"uppercase":false,"digits":false,"symbols":false}, but allowed is at least one class of characters; '
      + 'leave lowercase, uppercase or digits on'],
    ['revision', () => generate({ revision: '' }),
      'GeneratedValueOptions.revision: got "", but allowed is a text of 1 to 256 characters; give a date or a number, or leave it out'],
    ['interval', () => SecureStringSource.fromSecret(Secret.fromSecretNameV2(stackOf(), 'S', 'a'), { followRotation: true, followInterval: Duration.minutes(4) }),
      'SecretValueOptions.followInterval: got "Duration.minutes(4)", but allowed is a whole number of minutes from 5 to 1440; choose an interval from five minutes to a day'],
    ['interval of nothing', () => SecureStringSource.fromSecret(Secret.fromSecretNameV2(stackOf(), 'S', 'a'), { followInterval: Duration.hours(1) }),
      'SecretValueOptions.followInterval: got "Duration.hours(1)", but allowed is nothing without followRotation; set followRotation, or leave followInterval out'],
    ['JSON key', () => SecureStringSource.fromSecret(Secret.fromSecretNameV2(stackOf(), 'S', 'a'), { jsonKey: '' }),
      'SecretValueOptions.jsonKey: got "", but allowed is a text of 1 to 256 characters; name a key of the JSON object, or leave jsonKey out'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test('values that are known at deployment only pass', () => {
    const stack = stackOf();
    const parameters = hierarchyIn(stack);
    const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
    const length = new CfnParameter(stack, 'Length', { type: 'Number' }).valueAsNumber;
    parameters.addStringList('list', list);
    parameters.addStringList('some', [stack.region, 'x']);
    parameters.addSecureString('a', { source: generate({ length }) });
    expect((only(resourcesOf(stack), TYPE).Properties.Source as { Length: unknown }).Length).toEqual({ Ref: 'Length' });
  });
});

describe('two hierarchies of a stack', () => {
  test('are refused where they would make one parameter twice, since the deployment would fail', () => {
    const stack = stackOf();
    hierarchyIn(stack, {}, 'One').addString('a', '1');
    const two = hierarchyIn(stack, {}, 'Two');
    two.addString('b', '1');
    expect(() => two.addString('a', '2')).toThrow(new Error(
      'ParameterHierarchy.addString.name: got "/bank/Staging/a", but allowed is a parameter that Stack/One does not make in the same stack; '
      + 'give each system or hierarchy of a stack another organization or environment, or hand one hierarchy to both'));
  });

  test('may make the same below another prefix, and in another stack', () => {
    const stack = stackOf();
    const all = [hierarchyIn(stack, {}, 'One'), hierarchyIn(stack, { organizationName: 'other' }, 'Two'), hierarchyIn(new Stack(stack.node.root as App, 'Other'))];
    expect(() => all.forEach((hierarchy) => hierarchy.addString('a', '1'))).not.toThrow();
  });
});
