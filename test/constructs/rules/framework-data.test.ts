import * as fs from 'fs';
import * as path from 'path';
import * as config from 'aws-cdk-lib/aws-config';
import { ComplianceFramework, FrameworkBasis } from '../../../src';
import { controlsByRule, frameworkRows } from '../../../src/rules/framework-data';
import { entryOf } from '../../../src/rules/identifiers';
import { MANAGED_RULES } from '../../../src/rules/managed-rules';

const distinct = (values: string[]) => new Set(values).size;

test.each([
  ['PCI-DSS-4.0.1', 32, 28, 15, 2],
  ['PCI-DSS-3.2.1', 120, 41, 39, 0],
  ['SOC2', 85, 35, 16, 85],
  ['ISO27001:2022', 59, 38, 16, 59],
  ['GDPR', 41, 32, 3, 41],
])('%s has %i rows, %i rules, %i controls; %i rows are derived', (key, rows, rules, controls, derived) => {
  const own = frameworkRows().filter(({ framework }) => framework === key);
  expect([own.length, distinct(own.map((row) => row.ruleIdentifier)), distinct(own.map((row) => row.control))]).toEqual([rows, rules, controls]);
  expect(own.filter(({ source }) => source.startsWith('derived:'))).toHaveLength(derived);
});

test('the table of decision 27 is what the data says', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'decisions', '0027-frameworks-and-their-mappings.md'), 'utf8');
  for (const { key, displayName } of ComplianceFramework.all()) {
    const own = frameworkRows().filter(({ framework }) => framework === key);
    const counts = [own.length, distinct(own.map((row) => row.ruleIdentifier)), distinct(own.map((row) => row.control)),
      own.filter(({ source }) => source.startsWith('derived:')).length];
    expect(page).toMatch(new RegExp(`^\\| ${displayName}(?: \\(.*\\))? \\| ${counts.join(' \\| ')} \\|$`, 'm'));
  }
});

test('the data has 337 rows, all of frameworks that the library offers, each from a named source', () => {
  expect(frameworkRows()).toHaveLength(337);
  const keys = ComplianceFramework.all().map(({ key }) => key);
  for (const row of frameworkRows()) {
    expect(Object.keys(row).sort()).toEqual(['control', 'framework', 'ruleIdentifier', 'source']);
    expect(keys).toContain(row.framework);
    expect(row.source).toMatch(/^(aws|derived): \S/);
  }
});

test('each rule of the data is in the catalogue, with what AWS needs', () => {
  const identifiers = [...new Set(frameworkRows().map((row) => row.ruleIdentifier))];
  expect(identifiers).toHaveLength(91);
  for (const identifier of identifiers) {
    const entry = entryOf(identifier);
    expect([identifier, entry?.needs.filter((name) => entry.parameters[name] === undefined)]).toEqual([identifier, []]);
  }
});

test('a framework whose basis is AWS has rows of AWS, the others none', () => {
  for (const framework of ComplianceFramework.all()) {
    const bases = [...controlsByRule([framework]).values()].flat().map(({ basis }) => basis);
    expect([framework.key, bases.includes(FrameworkBasis.AWS)]).toEqual([framework.key, framework.basis === FrameworkBasis.AWS]);
  }
});

test('the catalogue is sorted, and names types and regions as AWS does', () => {
  const identifiers = Object.keys(MANAGED_RULES);
  expect(identifiers).toEqual([...identifiers].sort());
  for (const [identifier, entry] of Object.entries(MANAGED_RULES)) {
    expect(identifier).toMatch(/^[A-Z][A-Z0-9_]+$/);
    entry.resourceTypes.forEach((type) => expect(type).toMatch(/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/));
    entry.notIn.forEach((region) => expect(region).toMatch(/^[a-z]{2}(-gov)?-[a-z]+-\d$/));
  }
});

test('nearly all identifiers of CDK are in the catalogue', () => {
  const unknown = Object.values(config.ManagedRuleIdentifiers).filter((value) => typeof value === 'string' && !entryOf(value));
  expect(unknown.every((identifier) => (identifier as string).startsWith('FMS_SECURITY_GROUP_'))).toBe(true);
});
