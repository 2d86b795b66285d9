/** cdk-nag over each construct alone and over the whole system. Each acknowledgement stands beside the code that needs it. */
import { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledgementsOf, judge, PACKS, ruleIdOf, rulesOf } from './nag';
import { make, SUBJECTS, synthesised } from './subjects';
import { acknowledgeRule } from '../../../src/private/acknowledge';
import { NAG_RULE_NAMES, nagIdsOf } from '../../../src/private/nag-rules';
import { flat, ofType, Resource, resourcesOf, systemIn } from '../support';

const findingsIn = (stack: Stack) => judge(synthesised(stack)).reports.flatMap(({ findings }) => findings);

describe.each(SUBJECTS)('$name', ({ make: subject }) => {
  let stack: Stack;
  beforeAll(() => { stack = synthesised(subject()); });

  test('nothing is unacknowledged, and nothing acknowledged in vain', () => {
    const { reports, stale } = judge(stack);
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    expect(stale).toEqual([]);
    for (const { reason } of acknowledgementsOf(stack)) { expect(reason.length).toBeGreaterThan(40); }
  });

  // Lambda drops an event that fails again and again, and whoever sent it does not wait for an answer.
  test('what EventBridge or SNS invokes keeps what failed, or is missed', () => {
    const resources = resourcesOf(stack);
    const functionOf = ({ Properties }: Resource) => flat(Properties.FunctionName).replace(/^\$\{(\w+).*$/, '$1');
    const keeping = ofType(resources, 'AWS::Lambda::EventInvokeConfig')
      .filter(([, { Properties }]) => JSON.stringify(Properties.DestinationConfig ?? {}).includes('OnFailure')).map(([, config]) => functionOf(config));
    const invoked = ofType(resources, 'AWS::Lambda::Permission')
      .filter(([, { Properties }]) => ['events.amazonaws.com', 'sns.amazonaws.com'].includes(String(Properties.Principal)))
      .map(([, permission]) => functionOf(permission));
    const unkept = [...new Set(invoked)].filter((name) => !keeping.includes(name));
    // Its check on a schedule says how it is, and an alarm tells when nothing says so.
    const missed = ofType(resources, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) => Properties.TreatMissingData === 'breaching');
    expect(unkept.filter((name) => !/RecorderHealthCheckFunction/.test(name))).toEqual([]);
    expect(missed.length).toBeGreaterThanOrEqual(unkept.length);
  });
});

test('every pack finds what is planted', () => {
  const stack = make((scope) => { new s3.Bucket(systemIn(scope), 'Planted'); });
  const found = findingsIn(stack);
  expect(found).toContain('AwsSolutions-S1 Subject/System/Planted/Resource');
  for (const pack of ['NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security']) {
    expect(found).toContain(`${pack}-S3BucketVersioningEnabled Subject/System/Planted/Resource`);
  }
  expect(new Set(found.map((finding) => finding.split(' ')[1]))).toEqual(new Set(['Subject/System/Planted/Resource']));
});

test('an acknowledgement in vain is seen', () => {
  const stack = make((scope) => {
    acknowledgeRule(new dynamodb.Table(scope, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }), 'LambdaInsideVPC', 'x');
  });
  expect(judge(synthesised(stack)).stale).toEqual(['NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'].map((pack) => `${pack}-LambdaInsideVPC Subject/Table`));
});

test('an acknowledgement counts for all packs, on its construct only', () => {
  const stack = make((scope) => {
    const [first] = ['First', 'Second'].map((id) => new s3.Bucket(scope, id));
    acknowledgeRule(first, 'S3BucketLoggingEnabled', 'It is planted by the test of the acknowledgements');
  });
  const ids = nagIdsOf('S3BucketLoggingEnabled');
  expect(ids).toHaveLength(PACKS.length);
  const found = findingsIn(stack).filter((finding) => ids.some((id) => finding.startsWith(`${id} `)));
  expect(found.sort()).toEqual(ids.map((id) => `${id} Subject/Second/Resource`).sort());
});

test('the table of rules says what cdk-nag says', () => {
  const known = new Set(PACKS.flatMap((Pack) => {
    const pack = new Pack();
    const ids: string[] = [];
    // A pack asks all its rules about any resource, and each rule says by itself what it is about.
    rulesOf(pack).applyRule = (params) => { ids.push(ruleIdOf(pack, params)); };
    pack.validateScope(new lambda.CfnFunction(new Stack(), 'Any', { code: {}, role: 'role' }));
    return ids;
  }));
  expect(NAG_RULE_NAMES.flatMap((rule) => nagIdsOf(rule)).filter((id) => !known.has(id))).toEqual([]);
});
