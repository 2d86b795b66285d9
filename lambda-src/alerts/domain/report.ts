import { AccountLine, Cell, Evaluations, NoScore, percentOf, Period, Report, ReportFacts, RuleLine, Score } from './report-model';

export function buildReport(facts: ReportFacts): Report {
  const { period, dayCells, stateCells, recordedBefore = null } = facts;
  const { score, noScore } = scoreOf(facts);
  const evaluations = evaluationsOf(dayCells);
  return {
    version: '1',
    hub: facts.hub,
    period,
    generatedAt: facts.generatedAt.toISOString(),
    evaluations,
    score,
    noScore,
    scoreBefore: recordedBefore,
    scoreChange: score && recordedBefore ? tenths(score.percent - recordedBefore.percent) : null,
    opened: sum(dayCells, 'opened'),
    resolved: sum(dayCells, 'resolved'),
    newestOpened: facts.newestOpened,
    newestResolved: facts.newestResolved,
    rules: ruleLines(dayCells, stateCells),
    accounts: accountLines(dayCells, stateCells),
    blind: [...facts.blind].sort((a, b) => by(a.account, b.account) || by(a.region, b.region) || by(a.from, b.from) || by(a.cause, b.cause)),
    drift: facts.drift ?? null,
    waiversEnding: [...facts.waiversEnding]
      .sort((a, b) => by(a.expiresOn, b.expiresOn) || by(a.environment, b.environment) || by(a.pattern, b.pattern)),
  };
}

/** What was recorded when the period had ended; else what is now, unless the period is long over. */
function scoreOf({ period, recorded, stateCells, generatedAt }: ReportFacts): { score: Score | null; noScore: NoScore | null } {
  if (period.complete && recorded) return { score: recorded, noScore: null };
  if (!isLatest(period, generatedAt)) return { score: null, noScore: 'NOT_RECORDED' };
  const [compliant, nonCompliant] = [sum(stateCells, 'compliant'), sum(stateCells, 'nonCompliant')];
  const percent = percentOf(compliant, nonCompliant);
  if (percent === null) return { score: null, noScore: 'NOTHING_EVALUATED' };
  return { score: { percent, compliant, nonCompliant, asOf: generatedAt.toISOString() }, noScore: null };
}

/** Whether no whole day has passed since the period ended. */
const isLatest = (period: Period, now: Date) => !period.complete || now.getTime() - Date.parse(period.to) < 86_400_000;

function evaluationsOf(cells: readonly Cell[]): Evaluations {
  const of = (name: string) => sum(cells, name);
  const parts = {
    compliant: of('compliant'),
    nonCompliant: of('nonCompliant'),
    notApplicable: of('notApplicable'),
    insufficientData: of('insufficientData'),
    other: of('other'),
  };
  return { total: Object.values(parts).reduce((all, part) => all + part, 0), ...parts };
}

function ruleLines(dayCells: readonly Cell[], stateCells: readonly Cell[]): RuleLine[] {
  const [days, states] = [grouped(dayCells, 'rule'), grouped(stateCells, 'rule')];
  return [...new Set([...states.keys(), ...days.keys()])].map((rule): RuleLine => {
    const [day, state] = [days.get(rule) ?? [], states.get(rule) ?? []];
    const broken = state.filter(({ counts }) => (counts.nonCompliant ?? 0) > 0);
    return {
      rule,
      nonCompliant: sum(state, 'nonCompliant'),
      compliant: sum(state, 'compliant'),
      accounts: new Set(broken.map(({ account }) => account)).size,
      opened: sum(day, 'opened'),
      resolved: sum(day, 'resolved'),
    };
  }).filter(({ nonCompliant, opened, resolved }) => nonCompliant + opened + resolved > 0)
    .sort((a, b) => b.nonCompliant - a.nonCompliant || b.opened - a.opened || b.resolved - a.resolved || by(a.rule, b.rule));
}

function accountLines(dayCells: readonly Cell[], stateCells: readonly Cell[]): AccountLine[] {
  const [days, states] = [grouped(dayCells, 'account'), grouped(stateCells, 'account')];
  return [...new Set([...states.keys(), ...days.keys()])].map((account): AccountLine => {
    const [day, state] = [days.get(account) ?? [], states.get(account) ?? []];
    const [compliant, nonCompliant] = [sum(state, 'compliant'), sum(state, 'nonCompliant')];
    return {
      account,
      percent: percentOf(compliant, nonCompliant),
      compliant,
      nonCompliant,
      evaluations: evaluationsOf(day).total,
      opened: sum(day, 'opened'),
      resolved: sum(day, 'resolved'),
    };
  }).sort((a, b) => b.nonCompliant - a.nonCompliant || by(a.account, b.account));
}

function grouped(cells: readonly Cell[], name: 'account' | 'rule'): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const group = groups.get(cell[name]);
    if (group) group.push(cell); else groups.set(cell[name], [cell]);
  }
  return groups;
}

const sum = (cells: readonly Cell[], name: string) => cells.reduce((all, { counts }) => all + (counts[name] ?? 0), 0);
const tenths = (value: number) => Math.round(value * 10) / 10;
const by = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
