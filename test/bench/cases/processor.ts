/** What depends on the processor and the code alone: comparing, item sizes, the bundle and its import. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE } from './local-aws';
import type { CompareInput, CompareOutput } from '../children/compare-names';
import type { LargestItem } from '../children/largest-item';
import { measure, median, OUT } from '../measure';
import { Results, rounded } from '../report';

const KIB = 1024;
const IMPORTS = 15;

export async function comparing(): Promise<Results> {
  const input: CompareInput = { size: 10_000, rules: 200, waivers: 100, differing: 100, warmUps: 3, runs: 9 };
  const { output: { first, runs } } = await measure<CompareInput, CompareOutput>('compare-names', input);
  return {
    targets: [{
      what: `comparing ${input.size} with ${input.size} names under ${input.rules} rules and ${input.waivers} waivers: CPU`,
      bound: 'under', limit: 50, measured: median(runs), unit: 'ms',
      note: `median of ${input.runs} after ${input.warmUps} warm-ups; first in its process ${rounded(first, 2)}`,
    }],
  };
}

/** Counts in an item have more digits when they are larger, and that is all that may grow. */
const DIGITS = 32;

export async function itemSizes(): Promise<Results> {
  const [few, many] = [100, 10_000];
  const small = (await measure<{ findings: number }, LargestItem>('largest-item', { findings: few })).output;
  const large = (await measure<{ findings: number }, LargestItem>('largest-item', { findings: many })).output;
  return {
    targets: [{
      what: `largest item of a first run with ${many} findings, against ${few} findings`, bound: 'at most', limit: small.bytes + DIGITS,
      measured: large.bytes, unit: 'bytes', note: `${large.key}: ${small.bytes} bytes with ${few}, ${large.bytes} with ${many} (as JSON)`,
    }],
  };
}

export async function bundle(): Promise<Results> {
  const empty = join(OUT, 'empty.mjs');
  writeFileSync(empty, '');
  const times = { empty: [] as number[], bundle: [] as number[] };
  // In turn, so that a busy moment of the machine meets both.
  for (let i = 0; i < IMPORTS; i++) {
    times.empty.push(await importing(empty));
    times.bundle.push(await importing(BUNDLE));
  }
  return {
    targets: [
      { what: 'bundle of drift/detect', bound: 'under', limit: 450, measured: statSync(BUNDLE).size / KIB, unit: 'KiB' },
      {
        what: 'importing it, beyond an empty module', bound: 'at most', limit: 120, measured: median(times.bundle) - median(times.empty), unit: 'ms',
        note: `medians of ${IMPORTS} fresh processes: ${rounded(median(times.bundle))} and ${rounded(median(times.empty), 2)}`,
      },
    ],
  };
}

async function importing(file: string): Promise<number> {
  return (await measure<{ file: string }, undefined>('import-module', { file })).wallMs;
}
