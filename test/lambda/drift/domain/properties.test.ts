import fc from 'fast-check';
import { compare, findingId, Reading } from '../../../../lambda-src/drift/domain/compare';
import { Policy } from '../../../../lambda-src/drift/domain/policy';
import { Parameter } from '../../../../lambda-src/drift/ports';
import { PolicyDocument } from '../../../../src/drift/contract';
import { Scenario } from '../../../support/drift-scenario';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const PLACE = { environment: 'Dev', account: '111111111111', region: 'eu-west-1' };

const character = fc.constantFrom(...'abAB01_.-');
const segment = fc.string({ unit: character, minLength: 1, maxLength: 3 });
const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const content = fc.record({
  type: fc.constantFrom<Parameter['type']>('String', 'StringList', 'SecureString'),
  value: fc.constantFrom('1', '2', '{"a":1}', '{"a":2,"b":[1]}'),
});
const environment = fc.dictionary(name, content, { maxKeys: 12, noNullPrototype: true });
type Contents = { [name: string]: { type: Parameter['type']; value: string } };

const rule = fc.oneof(
  fc.record({ kind: fc.constantFrom('same' as const, 'mayDiffer' as const), pattern: name }),
  fc.record({ kind: fc.constant('ignored' as const), pattern: fc.oneof(name, segment.map((s) => `${s}/**`)), reason: fc.constant('r') }),
);
const policyOf = (rules: PolicyDocument['rules']) =>
  new Policy({ version: '1', baseline: 'Prod', environments: ['Dev', 'Prod'], reportPlainSecrets: 'false', rules }, PLACE, NOW);

const reading = (contents: Contents, order = (names: string[]) => names): Reading => ({
  absenceKnown: true,
  parameters: new Map(order(Object.keys(contents)).map((key) => [key, {
    name: key, type: contents[key].type, version: 1, modifiedAt: NOW.toISOString(),
    ...(contents[key].type === 'SecureString' ? {} : { value: contents[key].value }),
  }])),
});
const differences = (policy: Policy, target: Reading, baseline: Reading) =>
  compare({ environment: 'Dev', policy, target, baseline, names: new Set([...target.parameters.keys(), ...baseline.parameters.keys()]) }).comparisons
    .map((comparison) => `${comparison.name} ${comparison.difference}`).sort();

describe('comparison', () => {
  test('an environment does not differ from itself', () => {
    fc.assert(fc.property(environment, fc.array(rule, { maxLength: 5 }), (contents, rules) => {
      expect(differences(policyOf(rules), reading(contents), reading(contents))).toEqual([]);
    }));
  });

  test('seen from the other side, missing is extra and everything else is the same', () => {
    const mirrored = (line: string) => line.replace(/ (MISSING|EXTRA)$/, (_, kind) => kind === 'MISSING' ? ' EXTRA' : ' MISSING');
    fc.assert(fc.property(environment, environment, fc.array(rule, { maxLength: 5 }), (a, b, rules) => {
      const policy = policyOf(rules);
      expect(differences(policy, reading(a), reading(b)).map(mirrored).sort()).toEqual(differences(policy, reading(b), reading(a)));
    }));
  });

  test('the order of names does not matter, and each name has one difference at the most', () => {
    fc.assert(fc.property(environment, environment, (a, b) => {
      const found = differences(policyOf([]), reading(a), reading(b));
      expect(differences(policyOf([]), reading(a, (names) => names.reverse()), reading(b))).toEqual(found);
      expect(new Set(found.map((line) => line.split(' ')[0])).size).toBe(found.length);
    }));
  });

  test('it finds what a plain oracle finds', () => {
    const oracle = (a: Contents, b: Contents, rules: NonNullable<PolicyDocument['rules']>) => {
      const matches = (pattern: string, key: string) => pattern.endsWith('/**')
        ? key === pattern.slice(0, -3) || key.startsWith(pattern.slice(0, -2)) : key === pattern;
      return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
        const kind = rules.find(({ pattern }) => matches(pattern, key))?.kind ?? 'same';
        if (kind === 'ignored') return [];
        if (!(key in a)) return [`${key} MISSING`];
        if (!(key in b)) return [`${key} EXTRA`];
        if (a[key].type !== b[key].type) return [`${key} TYPE_DIFFERS`];
        const differ = kind === 'same' && a[key].type !== 'SecureString' && a[key].value !== b[key].value;
        return differ ? [`${key} VALUE_DIFFERS`] : [];
      }).sort();
    };
    fc.assert(fc.property(environment, environment, fc.array(rule, { maxLength: 6 }), (a, b, rules) => {
      expect(differences(policyOf(rules), reading(a), reading(b))).toEqual(oracle(a, b, rules));
    }), { numRuns: 500 });
  });

  test('a finding\'s id tells baseline, target and name apart, whatever characters they hold', () => {
    fc.assert(fc.property(fc.tuple(segment, segment, name), fc.tuple(segment, segment, name), (a, b) => {
      expect(findingId(...a) === findingId(...b)).toBe(a.join('\n') === b.join('\n'));
    }));
  });
});

const put = (scenario: Scenario, where: string, contents: Contents) => {
  for (const [key, { type, value }] of Object.entries(contents)) scenario.parameters.put(where, key, { type, value });
};
const found = async (scenario: Scenario) => (await scenario.check()).findings.map((finding) => `${finding.name} ${finding.difference}`).sort();

const pages = fc.record({ pageSize: fc.integer({ min: 1, max: 10 }), emptyEvery: fc.constantFrom(0, 2, 3) });
const nineCuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 9, maxLength: 9 });

describe('reading', () => {
  test('findings do not depend on page size, page boundaries or empty pages', async () => {
    await fc.assert(fc.asyncProperty(environment, environment, pages, async (a, b, { pageSize, emptyEvery }) => {
      fc.pre(Object.keys(b).length > 0);
      const scenario = new Scenario({ reportPlainSecrets: 'false' });
      Object.assign(scenario.parameters, { pageSize, emptyEvery });
      put(scenario, 'Dev', a);
      put(scenario, 'Prod', b);
      expect(await found(scenario)).toEqual(differences(policyOf([]), reading(a), reading(b)));
    }), { numRuns: 100 });
  });

  test('a walk that is cut at any page resumes and ends with the same findings', async () => {
    await fc.assert(fc.asyncProperty(environment, environment, nineCuts, async (a, b, cuts) => {
      fc.pre(Object.keys(b).length > 0);
      const scenario = new Scenario({ reportPlainSecrets: 'false' });
      scenario.parameters.pageSize = 2;
      scenario.parameters.before = () => { scenario.clock.advance(1_000); };
      put(scenario, 'Dev', a);
      put(scenario, 'Prod', b);
      let answer = await scenario.check({ kind: 'full' }, 40_500 + cuts[0] * 1_000);
      for (let part = 1; answer.causes.includes('CONTINUES'); part++) {
        expect(answer.findings).toEqual([]);
        answer = await scenario.check({ kind: 'continue', key: scenario.queue.sent.at(-1)!.continueWalk }, 40_500 + cuts[part] * 1_000);
      }
      expect(answer.causes).toEqual([]);
      expect(answer.findings.map((finding) => `${finding.name} ${finding.difference}`).sort()).toEqual(differences(policyOf([]), reading(a), reading(b)));
      expect(scenario.store.holder).toBeUndefined();
    }), { numRuns: 100 });
  });
});

type Step =
  | { readonly do: 'put'; readonly where: 'Dev' | 'Prod'; readonly name: string; readonly value: string }
  | { readonly do: 'delete'; readonly where: 'Dev' | 'Prod'; readonly name: string }
  | { readonly do: 'run'; readonly incremental: boolean }
  | { readonly do: 'fault'; readonly what: 'read' | 'commit' | 'publish' | 'sent' | 'finish'; readonly call: number; readonly when: 'before' | 'after' };

const few = fc.constantFrom('a', 'b', 'c/d', 'e');
const where = fc.constantFrom('Dev' as const, 'Prod' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), where, name: few, value: fc.constantFrom('1', '2') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), where, name: few }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const), incremental: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const), what: fc.constantFrom('read' as const, 'commit' as const, 'publish' as const, 'sent' as const, 'finish' as const),
      call: fc.integer({ min: 1, max: 3 }), when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

describe('findings through changes and faults', () => {
  test('what subscribers were told always adds up to what stands, and nothing is told twice or resolved unread', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const scenario = new Scenario({ reportPlainSecrets: 'false' });
      scenario.store.partSize = 1;
      scenario.everywhere('keep', '1');
      const changed = new Set<string>();
      for (const one of steps) {
        if (one.do === 'put') {
          scenario.clock.advance(1_000);
          scenario.parameters.put(one.where, one.name, one.value);
          changed.add(one.name);
        } else if (one.do === 'delete') {
          scenario.parameters.delete(one.where, one.name);
          changed.add(one.name);
        } else if (one.do === 'fault') {
          if (one.what === 'read') scenario.parameters.fail({ call: one.call, reason: 'THROTTLED' });
          else if (one.what === 'publish') scenario.notifier.faults.plan({ call: one.call, when: one.when });
          else scenario.store.faults.plan({ operation: one.what, call: one.call, when: one.when });
        } else {
          await scenario.check(one.incremental ? { kind: 'names', names: [...changed] } : { kind: 'full' }).catch(() => undefined);
        }
      }
      scenario.parameters.clearFaults();
      scenario.store.faults.clear();
      scenario.notifier.faults.clear();
      const last = await scenario.check();
      const contents = (environmentName: string) => Object.fromEntries(scenario.parameters.names(environmentName).map((key) => [key, true]));
      const [dev, prod] = await Promise.all(['Dev', 'Prod'].map(async (environmentName) => {
        const all = await scenario.parameters.reader(environmentName).named(Object.keys(contents(environmentName)));
        return { absenceKnown: true, parameters: new Map(all.map((parameter) => [parameter.name, parameter])) };
      }));
      const truth = differences(policyOf([]), dev, prod);
      expect(last.complete).toBe(true);
      expect(last.findings.map((finding) => `${finding.name} ${finding.difference}`).sort()).toEqual(truth);

      // A message may repeat after a lost answer, then with the same id: told once all the same.
      const once = [...new Map(scenario.notifier.messages.map((message) => [message.id, message])).values()];
      const balance = new Map<string, number>();
      for (const message of once) {
        for (const section of message.body.split('\n\n')) {
          const worth = { 'New': 1, 'Re-opened': 1, 'Changed': 0, 'Resolved': -1 }[section.split(' (')[0]];
          if (worth === undefined) continue;
          for (const [, key] of section.matchAll(/^ {2}[A-Z_]+ +(\S+)$/gm)) balance.set(key, (balance.get(key) ?? 0) + worth);
        }
      }
      const standing = last.findings.map((finding) => finding.name).sort();
      expect([...balance].filter(([, n]) => n !== 0).sort()).toEqual(standing.map((key) => [key, 1]));
    }), { numRuns: 300 });
  });
});
