/** cfn-lint, checkov, parliament and the check of wildcards over every subject, as `npm run check:security` runs them. */
import { checkSecurity, SecurityReport } from './check';
import { explain, Finding, REASONS } from './linters';
import { CONSTRUCTS, PROFILES } from './subjects';

/** On a fresh clone it installs the tools first. */
const TIMEOUT_MS = 600_000;

let report: SecurityReport;
beforeAll(async () => { report = await checkSecurity(); }, TIMEOUT_MS);
const lineOf = (tool: string) => report.lines.find((line) => line.tool === tool)!;

test('every construct is looked at for every profile', () => {
  expect(report.stacks).toBe(2 * PROFILES.length * Object.keys(CONSTRUCTS).length);
  expect(report.templates).toBe(PROFILES.length * Object.keys(CONSTRUCTS).length);
  expect(report.resources).toBeGreaterThan(report.templates);
});

test.each(['cdk-nag AwsSolutions', 'cdk-nag NIST.800.53.R5', 'cdk-nag PCI.DSS.321', 'cdk-nag HIPAA.Security', 'cfn-lint', 'checkov', 'parliament', 'wildcards'])(
  '%s: nothing without a reason', (tool) => { expect(lineOf(tool).findings).toEqual([]); },
);

test('no acknowledgement and no reason is given in vain', () => expect(report.stale).toEqual([]));

test.each([
  ['cdk-nag AwsSolutions', ['AwsSolutions-S1', 'AwsSolutions-IAM5[Resource::*]']],
  ['cdk-nag NIST.800.53.R5', ['NIST.800.53.R5-S3BucketVersioningEnabled']],
  ['cdk-nag PCI.DSS.321', ['PCI.DSS.321-S3BucketVersioningEnabled']],
  ['cdk-nag HIPAA.Security', ['HIPAA.Security-S3BucketVersioningEnabled']],
  ['cfn-lint', ['E3012']],
  ['checkov', ['CKV_AWS_18', 'CKV_AWS_53', 'CKV_AWS_111']],
  ['parliament', ['RESOURCE_MISMATCH', 'RESOURCE_STAR']],
  ['wildcards', ['Principal', 's3:DeleteObject', 'ssm:*']],
])('%s finds what is planted', (tool, checks) => { expect(lineOf(tool).planted).toEqual(expect.arrayContaining(checks)); });

describe('reasons', () => {
  const finding: Finding = { tool: 'checkov', check: 'CKV_AWS_18', template: 'System.Dev.agnostic', resource: 'AWS::S3::Bucket.Logs', message: 'no logs' };
  const reason = { tool: 'checkov', check: 'CKV_AWS_18', resource: '^AWS::S3::Bucket\\.Logs$', reason: 'x' };

  test('count for their tool, check, resource and templates only', () => {
    expect(explain([finding], [reason])).toEqual({ unexplained: [], stale: [] });
    for (const other of [{ tool: 'cfn-lint' }, { check: 'CKV_AWS_19' }, { resource: 'Other' }, { templates: '\\.Ephemeral\\.' }]) {
      expect(explain([finding], [{ ...reason, ...other }])).toEqual({ unexplained: [finding], stale: [{ ...reason, ...other }] });
    }
  });

  test('say something', () => { for (const { reason: text } of REASONS) { expect(text.length).toBeGreaterThan(40); } });
});
