import { writeFileSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';
import { Effort } from './children/child';
import { reads } from './in-memory-monitor';
import { canonicalJson } from '../../lambda-src/shared/canonical-json';
import { columns, heading, paint } from '../local-aws/demo-print';

/** What one method took. */
export interface Side extends Effort {
  readonly calls: { readonly [operation: string]: number };
}

/** Both methods, measured in the same run. */
export interface Comparison {
  readonly what: string;
  readonly ours: Side;
  readonly reference: Side;
}

/** What must be reached. */
export interface Target {
  readonly what: string;
  readonly bound: 'under' | 'at most';
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
  /** What else is worth knowing of the figure. */
  readonly note?: string;
}

/** What a case found. */
export interface Results {
  readonly comparisons?: Comparison[];
  readonly targets: Target[];
  /** What must be known to read the figures. */
  readonly notes?: string[];
}

export function together(parts: readonly Results[]): Required<Results> {
  return {
    comparisons: parts.flatMap(({ comparisons = [] }) => comparisons),
    targets: parts.flatMap(({ targets }) => targets),
    notes: [...new Set(parts.flatMap(({ notes = [] }) => notes))],
  };
}

export const isMet = ({ bound, limit, measured }: Target) => (bound === 'under' ? measured < limit : measured <= limit);

/** So many significant digits: more would tell of the machine's mood. */
export const rounded = (number: number, digits = 3) => Number(number.toPrecision(digits));

export function print({ comparisons, targets, notes }: Required<Results>): void {
  heading('Ours beside the reference method');
  console.log(`  ${machine()}. Every measurement is a process of its own: CPU (user and system) without its start, memory with it.\n`);
  columns(['', 'method', 'SSM reads', 'other calls', 'wall s', 'CPU s', 'peak MB'], comparisons.flatMap(({ what, ours, reference }) => [
    [paint.bold(what), 'ours', ...figures(ours)],
    ['', 'reference', ...figures(reference)],
    ['', paint.dim('reference / ours'), ...ratiosOf({ what, ours, reference }).map((ratio) => paint.dim(ratio === null ? '-' : `x${ratio}`))],
  ]));
  for (const note of notes) console.log(`  ${note}`);
  heading('Calls by operation');
  for (const { what, ours, reference } of comparisons) {
    console.log(`  ${what}\n    ours       ${operations(ours)}\n    reference  ${operations(reference)}`);
  }
  heading('What it must reach');
  columns(['', 'target', 'measured', 'met', ''], targets.map((target) => [
    target.what, `${target.bound} ${target.limit} ${target.unit}`, rounded(target.measured, MEASURED_DIGITS),
    isMet(target) ? paint.green('yes') : paint.red('NO'), target.note ?? '',
  ]));
}

/** The same shape in every run, so that a difference between two runs is a difference in figures. */
export function write(file: string, { comparisons, targets, notes }: Required<Results>): void {
  const side = ({ calls, wallMs, cpuMs, peakMb }: Side) => (
    { calls, wallMs: rounded(wallMs, 2), cpuMs: rounded(cpuMs, 2), peakMb: Math.round(peakMb) }
  );
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    comparisons: comparisons.map((comparison) => ({
      what: comparison.what,
      ours: side(comparison.ours),
      reference: side(comparison.reference),
      referenceToOurs: Object.fromEntries(ratiosOf(comparison).map((ratio, i) => [RATIOS[i], ratio])),
    })),
    notes,
    targets: targets.map((target) => ({ ...target, measured: rounded(target.measured, MEASURED_DIGITS), met: isMet(target) })),
  };
  writeFileSync(file, `${JSON.stringify(JSON.parse(canonicalJson(results)), null, 2)}\n`);
}

/** A figure that is rounded up to its limit would look as if it missed it. */
const MEASURED_DIGITS = 4;

const RATIOS = ['ssmReads', 'otherCalls', 'wall', 'cpu', 'peakMemory'];

const total = (calls: Side['calls']) => Object.values(calls).reduce((sum, count) => sum + count, 0);

const figures = ({ calls, wallMs, cpuMs, peakMb }: Side) =>
  [reads(calls), total(calls) - reads(calls), rounded(wallMs / 1000), rounded(cpuMs / 1000, 2), Math.round(peakMb)];

/** Null where ours is nothing. */
function ratiosOf({ ours, reference }: Comparison): (number | null)[] {
  const both = [ours, reference].map(({ calls, wallMs, cpuMs, peakMb }) => [reads(calls), total(calls) - reads(calls), wallMs, cpuMs, peakMb]);
  return both[0].map((figure, i) => (figure === 0 ? null : rounded(both[1][i] / figure, 2)));
}

const operations = ({ calls }: Side) => Object.keys(calls).sort().map((operation) => `${operation} ${calls[operation]}`).join(', ');

const machine = () => `${availableParallelism()} cores, Node ${process.versions.node}, ${platform()} ${arch()}`;
