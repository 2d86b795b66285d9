import fc from 'fast-check';
import { ComplianceFramework, FrameworkBasis } from '../../../src';
import { describeRule, MAX_DESCRIPTION_LENGTH } from '../../../src/rules/describe-rule';
import { frameworkRows } from '../../../src/rules/framework-data';
import { ofType, resourcesOf, stackOf } from '../support';
import { CONFIG_RULE, idsOfProps, propertiesOf, rulesIn } from './rules-support';

const frameworks = fc.shuffledSubarray(ComplianceFramework.all());

test('any frameworks: ids stay, no rule comes twice, descriptions fit, and each control has its rules', () => {
  const all = idsOfProps({ frameworks: ComplianceFramework.all() });
  fc.assert(fc.property(frameworks, (chosen) => {
    const stack = stackOf();
    const set = rulesIn(stack, { frameworks: chosen });
    const rules = ofType(resourcesOf(stack), CONFIG_RULE);
    const identifiers = rules.map(([, resource]) => String(propertiesOf(resource).Source.SourceIdentifier));
    expect(new Set(identifiers).size).toBe(identifiers.length);
    rules.forEach(([id, resource], index) => {
      expect(id).toBe(all.get(identifiers[index]));
      expect(propertiesOf(resource).Description.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
    });
    for (const framework of chosen) {
      const rows = frameworkRows().filter(({ framework: key }) => key === framework.key);
      for (const control of new Set(rows.map((row) => row.control))) {
        const wanted = new Set(rows.filter((row) => row.control === control).map((row) => row.ruleIdentifier));
        expect(new Set(set.rulesOf(framework, control).map(({ identifier }) => identifier))).toEqual(wanted);
      }
    }
  }), { numRuns: 20 });
});

const control = fc.record({
  framework: fc.constantFrom(...ComplianceFramework.all()),
  control: fc.string({ minLength: 1, maxLength: 12 }),
  basis: fc.constantFrom(FrameworkBasis.AWS, FrameworkBasis.DERIVED),
  source: fc.constant('a source'),
});

test('any controls: a description fits, is not empty, and counts what it leaves out', () => {
  const purposes = fc.option(fc.string({ minLength: 1, maxLength: 200 }), { nil: undefined });
  fc.assert(fc.property(purposes, fc.array(control, { minLength: 1, maxLength: 80 }), (purpose, controls) => {
    const text = describeRule(purpose, controls);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
    const more = / \.\.\. and (\d+) more$/.exec(text);
    if (more) { expect(Number(more[1])).toBeLessThan(controls.length); }
  }));
});

test('what does not fit is counted', () => {
  const controls = Array.from({ length: 60 }, (_, index) => (
    { framework: ComplianceFramework.PCI_DSS_4_0_1, control: `10.2.${index}`, basis: FrameworkBasis.AWS, source: 's' }
  ));
  const text = describeRule('Watched in every account.', controls);
  expect(text).toMatch(/^Watched in every account\. PCI DSS 4\.0\.1: 10\.2\.0, .*, 10\.2\.\d+ \.\.\. and \d+ more$/);
  expect(text.length).toBeGreaterThan(240);
  expect(describeRule('p'.repeat(225), controls)).toBe(`${'p'.repeat(225)} Serves 60 controls`);
});
