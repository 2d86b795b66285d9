/** What a developer waits for: the example's synth, as `cdk synth` does it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, ROOT } from '../measure';
import { Results, rounded } from '../report';

const RUNS = 3;

export function synth(): Results {
  const times = Array.from({ length: RUNS }, oneSynth);
  return {
    targets: [{
      what: 'cdk synth of the example, three environments with everything', bound: 'under', limit: 10, measured: median(times), unit: 's',
      note: `median of ${RUNS}: ${times.map((time) => rounded(time)).join(', ')}`,
    }],
  };
}

function oneSynth(): number {
  const output = mkdtempSync(join(tmpdir(), 'compliance-synth-'));
  try {
    const started = Date.now();
    const { status, stderr } = spawnSync(join(ROOT, 'node_modules', '.bin', 'cdk'), ['synth', '--quiet', '--output', output], {
      cwd: join(ROOT, 'examples', 'typescript'), encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`cdk synth failed:\n${stderr}`);
    return (Date.now() - started) / 1000;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
