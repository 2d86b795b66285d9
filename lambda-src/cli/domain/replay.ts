import { Misuse } from './outcome';
import { Archive, ReplayState } from '../ports';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Events reach an archive some minutes after they reached the bus. */
const LATE_MS = 10 * MINUTE;

/** The archive to replay: the bus's only one, or the one that is named. */
export function chosen(archives: readonly Archive[], name: string | undefined): Archive {
  const names = archives.map((archive) => archive.name).sort().join(', ');
  if (archives.length === 0) throw new Misuse("the hub's bus has no archive: nothing is there to replay");
  if (name !== undefined) {
    const found = archives.find((archive) => archive.name === name);
    if (!found) throw new Misuse(`the hub's bus has no archive ${name}: it has ${names}`);
    return found;
  }
  if (archives.length > 1) throw new Misuse(`the hub's bus has several archives (${names}): give --archive`);
  return archives[0];
}

/** Which time can be replayed now. */
export function checkWindow(from: Date, to: Date, archive: Archive, now: Date): void {
  if (from >= to) throw new Misuse(`--from must be before --to, and is ${iso(from)}, with --to ${iso(to)}`);
  const latest = new Date(now.getTime() - LATE_MS);
  if (to > latest) throw new Misuse(`--to must be ten minutes ago at the least, since events reach the archive late: at the most ${iso(latest)}, and is ${iso(to)}`);
  const { retentionDays } = archive;
  if (retentionDays === undefined) return;
  const earliest = new Date(now.getTime() - retentionDays * DAY);
  if (from < earliest) throw new Misuse(`--from must be ${iso(earliest)} at the earliest, since the archive keeps ${retentionDays} days, and is ${iso(from)}`);
}

/** A name of letters, digits and hyphens that no other replay has. */
export const replayName = (now: Date, id: string) => `compliance-${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z-${id.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}`;

const OVER = ['COMPLETED', 'CANCELLED', 'FAILED'];
export const isOver = ({ state }: ReplayState) => OVER.includes(state);

/** How much of the time is done, of a hundred. */
export function percent({ state, lastEventAt }: ReplayState, from: Date, to: Date): number {
  if (state === 'COMPLETED') return 100;
  const done = lastEventAt ? (lastEventAt.getTime() - from.getTime()) / (to.getTime() - from.getTime()) : 0;
  return Math.floor(Math.min(1, Math.max(0, done)) * 100);
}

export const iso = (time: Date) => time.toISOString();
