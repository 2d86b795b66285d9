import { percentOf } from '../../../../lambda-src/alerts/domain/report-model';
import { dateProblem, dayBefore, lastDay, periodOf } from '../../../../lambda-src/alerts/domain/report-period';
import { changeText, figure, periodText } from '../../../../lambda-src/alerts/domain/report-words';
import { cell, DATE, factsOf, NOW, reportOf, violation } from '../../../support/report-world';

describe('the period', () => {
  test('is the last UTC day that was over', () => {
    expect(lastDay(NOW)).toBe(DATE);
    expect(lastDay(new Date('2026-11-24T00:00:00.000Z'))).toBe(DATE);
    expect(lastDay(new Date('2026-11-23T23:59:59.999Z'))).toBe('2026-11-22');
    expect(lastDay(new Date('2028-03-01T00:30:00.000Z'))).toBe('2028-02-29');
    expect(dayBefore('2026-01-01')).toBe('2025-12-31');
  });

  test('is whole, or goes as far as the day has gone', () => {
    expect(periodOf(DATE, NOW)).toEqual({ date: DATE, from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z', complete: true });
    expect(periodOf('2026-11-24', NOW)).toEqual({ date: '2026-11-24', from: '2026-11-24T00:00:00.000Z', to: NOW.toISOString(), complete: false });
    expect(periodText(periodOf(DATE, NOW))).toBe('2026-11-23, 00:00 to 24:00 UTC');
    expect(periodText(periodOf('2026-11-24', NOW))).toBe('2026-11-24 so far, 00:00 to 08:00 UTC');
  });

  test.each<[string, string | undefined]>([
    [DATE, undefined], ['2026-11-24', undefined], ['2026-11-25', '2026-11-25 has not begun (UTC)'],
    ['2026-02-30', "'2026-02-30' is no day of the calendar written as YYYY-MM-DD"], ['yesterday', "'yesterday' is no day of the calendar written as YYYY-MM-DD"],
    ['2026-13-01', "'2026-13-01' is no day of the calendar written as YYYY-MM-DD"],
  ])('%s may be asked for, or is refused', (date, problem) => {
    expect(dateProblem(date, NOW)).toBe(problem);
  });
});

describe('the score', () => {
  const states = [cell({ compliant: 3, nonCompliant: 1, insufficientData: 7 })];
  const recorded = { percent: 80, compliant: 8, nonCompliant: 2, asOf: '2026-11-24T00:10:00.000Z' };
  const recordedBefore = { percent: 75.5, compliant: 755, nonCompliant: 245, asOf: '2026-11-23T00:10:00.000Z' };

  test('never reads as whole when it is not', () => {
    expect(percentOf(9_999, 1)).toBe(99.9);
    expect(percentOf(10, 0)).toBe(100);
    expect(percentOf(0, 3)).toBe(0);
    expect(percentOf(0, 0)).toBeNull();
  });

  test('is what was recorded when the day had ended, with its change against the day before', () => {
    const report = reportOf({ stateCells: states, recorded, recordedBefore });
    expect(report).toMatchObject({ score: recorded, noScore: null, scoreBefore: recordedBefore, scoreChange: 4.5 });
  });

  test('is that of now where none was recorded, for the last day and for one that goes on', () => {
    const now = { percent: 75, compliant: 3, nonCompliant: 1, asOf: NOW.toISOString() };
    expect(reportOf({ stateCells: states, recordedBefore })).toMatchObject({ score: now, scoreChange: -0.5 });
    // What was recorded of a day that goes on is of some earlier moment.
    expect(reportOf({ stateCells: states, period: periodOf('2026-11-24', NOW), recorded })).toMatchObject({ score: now, scoreBefore: null, scoreChange: null });
  });

  test('is not that of now for a day long over', () => {
    expect(reportOf({ stateCells: states, period: periodOf('2026-11-22', NOW) })).toMatchObject({ score: null, noScore: 'NOT_RECORDED', scoreChange: null });
  });

  test('is none, and not 100, when nothing was evaluated', () => {
    expect(reportOf({ recordedBefore, stateCells: [cell({ insufficientData: 2 })] })).toMatchObject({
      score: null, noScore: 'NOTHING_EVALUATED', scoreBefore: recordedBefore, scoreChange: null,
    });
  });

  test('says how it moved in words', () => {
    const at = (percent: number) => ({ ...recorded, percent });
    const change = (score: number | undefined, before: number | undefined) => changeText(reportOf({
      ...(score === undefined ? {} : { recorded: at(score) }), ...(before === undefined ? {} : { recordedBefore: at(before) }),
    }));
    expect(change(80, 75.5)).toBe('▲ up 4.5 points from the day before (75.5 %)');
    expect(change(75.5, 80)).toBe('▼ down 4.5 points from the day before (80.0 %)');
    expect(change(80, 80)).toBe('unchanged from the day before (80.0 %)');
    expect(change(80, undefined)).toBe('the day before is not known');
    expect(change(undefined, 80)).toBe('');
  });
});

describe('the figures', () => {
  const dayCells = [
    cell({ compliant: 5, nonCompliant: 3, opened: 3, resolved: 1 }),
    cell({ nonCompliant: 1, notApplicable: 2, insufficientData: 1, other: 4, opened: 1 }, { account: '222222222222', rule: 'required-tags' }),
    cell({ compliant: 2, resolved: 2 }, { rule: 'well-again' }),
  ];
  const stateCells = [
    cell({ compliant: 10, nonCompliant: 3 }), cell({ compliant: 1, nonCompliant: 4 }, { account: '222222222222' }), cell({ nonCompliant: 9 }, { rule: 'required-tags' }),
    cell({ compliant: 7 }, { rule: 'all-well', region: 'us-east-1' }), cell({ nonCompliant: 9, compliant: 1 }, { rule: 'b-rule', account: '333333333333' }),
    cell({}, { rule: 'empty', account: '444444444444' }),
  ];
  const report = reportOf({ dayCells, stateCells });

  test('count every event of the day once', () => {
    expect(report.evaluations).toEqual({ total: 18, compliant: 7, nonCompliant: 4, notApplicable: 2, insufficientData: 1, other: 4 });
    expect([report.opened, report.resolved]).toEqual([4, 3]);
  });

  test('list rules by how many resources break them now, then by what is new, then by name; those that nothing happened to are left out', () => {
    expect(report.rules).toEqual([
      { rule: 'required-tags', nonCompliant: 9, compliant: 0, accounts: 1, opened: 1, resolved: 0 },
      { rule: 'b-rule', nonCompliant: 9, compliant: 1, accounts: 1, opened: 0, resolved: 0 },
      { rule: 'restricted-ssh', nonCompliant: 7, compliant: 11, accounts: 2, opened: 3, resolved: 1 },
      { rule: 'well-again', nonCompliant: 0, compliant: 0, accounts: 0, opened: 0, resolved: 2 },
    ]);
    const tied = reportOf({ stateCells: ['b', 'a'].map((rule) => cell({ nonCompliant: 1 }, { rule })), dayCells: [cell({ resolved: 1 }, { rule: 'd' }), cell({ resolved: 2 }, { rule: 'c' })] });
    expect(tied.rules.map(({ rule }) => rule)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('list accounts, the most broken first, also one that nothing was evaluated in', () => {
    const lines = report.accounts.map((line) => [line.account, line.percent, line.nonCompliant, line.evaluations, line.opened]);
    expect(lines).toEqual([
      ['111111111111', 58.6, 12, 10, 3], ['333333333333', 10, 9, 0, 0], ['222222222222', 20, 4, 8, 1], ['444444444444', null, 0, 0, 0],
    ]);
    const silent = reportOf({ stateCells: ['2', '1'].map((account) => cell({}, { account })) });
    expect(silent.accounts.map(({ account }) => account)).toEqual(['1', '2']);
  });

  test('order what is not seen and what ends soon', () => {
    const blind = (account: string, region: string, from: string, cause: 'SILENT' | 'DELIVERY_FAILED') => ({ account, region, cause, from, until: null, rules: null });
    const lines = [blind('2', 'a', '1', 'SILENT'), blind('1', 'b', '1', 'SILENT'), blind('1', 'a', '2', 'SILENT'), blind('1', 'a', '1', 'SILENT'), blind('1', 'a', '1', 'DELIVERY_FAILED'), blind('1', 'a', '1', 'SILENT')];
    expect(reportOf({ blind: lines }).blind.map(({ account, region, from, cause }) => `${account}${region}${from}${cause[0]}`)).toEqual(['1a1D', '1a1S', '1a1S', '1a2S', '1b1S', '2a1S']);
    const waiver = (expiresOn: string, environment: string, pattern: string) => ({ organization: 'o', environment, pattern, owner: 'x', reason: 'y', ticket: null, expiresOn, daysLeft: 1 });
    const waiversEnding = [waiver('2026-12-02', 'Dev', 'a'), waiver('2026-12-01', 'Prod', 'a'), waiver('2026-12-01', 'Dev', 'b'), waiver('2026-12-01', 'Dev', 'a')];
    expect(reportOf({ waiversEnding }).waiversEnding).toEqual([...waiversEnding].reverse());
  });

  test('hold what they were given, and say when they were made', () => {
    const facts = factsOf({ newestOpened: [violation()], drift: [] });
    expect(reportOf(facts)).toMatchObject({ version: '1', hub: 'compliance', period: facts.period, generatedAt: NOW.toISOString(), newestOpened: [violation()], newestResolved: [], drift: [] });
    expect(reportOf().drift).toBeNull();
    expect([0, 999, 1_000, 1_234_567].map(figure)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});
