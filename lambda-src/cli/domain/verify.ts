import { until } from './wait';
import { World } from '../ports';

/** A point on the way of a test event. */
export type HopName = 'accepted' | 'stored' | 'answered' | 'announced';

export interface Hop {
  readonly hop: HopName;
  /** FAILED: not seen in time. NOT_REACHED: the one it comes from failed. NOT_LOOKED_AT: where it could be seen was not told. */
  readonly status: 'OK' | 'FAILED' | 'NOT_REACHED' | 'NOT_LOOKED_AT';
  /** From when the event was sent to when it was seen there, by this machine's clock. */
  readonly seconds?: number;
  readonly note: string;
  /** Where to read on when it failed: a heading of docs/runbook.md. */
  readonly runbook?: string;
}

/** A point that the event reaches by itself. */
export interface Stage {
  readonly hop: HopName;
  /** It comes behind this one. */
  readonly behind?: HopName;
  /** What is told of it when it is seen; undefined as long as it is not. Absent where nobody can look. */
  readonly look?: () => Promise<string | undefined>;
  /** Why nobody can look. */
  readonly whyNot?: string;
  readonly runbook: string;
}

const POLL_SECONDS = 1;

/** Follows an event that was just sent, and tells each hop as soon as it is seen, or is not seen in time. */
export async function follow(
  world: Pick<World, 'now' | 'sleep'>, stages: readonly Stage[], sent: { readonly at: Date; readonly seconds: number }, tell: (hop: Hop) => void,
): Promise<Hop[]> {
  const found = new Map<HopName, Hop>();
  const note = (hop: Hop) => {
    found.set(hop.hop, hop);
    tell(hop);
  };
  for (const { hop, look, whyNot = 'not told where to look' } of stages) if (!look) note({ hop, status: 'NOT_LOOKED_AT', note: whyNot });

  const passed = () => (world.now().getTime() - sent.at.getTime()) / 1_000;
  await until(world, { seconds: Math.max(0, sent.seconds - passed()), every: POLL_SECONDS }, async () => {
    for (const { hop, behind, look } of stages) {
      if (found.has(hop) || (behind && !found.has(behind))) continue;
      const seen = await look!();
      if (seen !== undefined) note({ hop, status: 'OK', seconds: Math.round(passed() * 10) / 10, note: seen });
    }
    return found.size === stages.length ? true : undefined;
  });
  for (const { hop, behind, runbook } of stages) {
    if (found.has(hop)) continue;
    const before = behind && found.get(behind)!.status;
    if (before === 'FAILED') note({ hop, status: 'NOT_REACHED', note: `it comes behind '${behind}'` });
    else note({ hop, status: 'FAILED', note: `not seen within ${sent.seconds} seconds`, runbook });
  }
  return stages.map(({ hop }) => found.get(hop)!);
}
