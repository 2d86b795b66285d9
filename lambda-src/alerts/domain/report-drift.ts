import { DriftLine, WaiverLine } from './report-model';
import { Log } from '../../shared/log';
import { DriftSource, DriftState } from '../report-ports';

const DAY = 86_400_000;
/** A report names waivers that end within so many days. */
export const WAIVER_DAYS = 30;

export interface DriftFacts {
  readonly drift?: readonly DriftLine[];
  readonly waiversEnding: readonly WaiverLine[];
}

/** Drift by environment. What cannot be read is named as such, and does not keep the rest of the report from being sent. */
export async function readDrift(sources: readonly DriftSource[], now: Date, log: Log): Promise<DriftFacts> {
  if (sources.length === 0) return { waiversEnding: [] };
  const read = await Promise.all(sources.map(async (source) => {
    const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await call();
      } catch (error) {
        log.error(`${what} could not be read, and the report says so`, { organization: source.organization, environment: source.environment, error });
        return undefined;
      }
    };
    const state = await attempt('the drift of an environment', () => source.state());
    // An environment that was never read has no policy in force.
    const policyKey = state?.policyKey;
    const waivers = policyKey === undefined ? undefined : await attempt('the waivers of an environment', () => source.waivers(policyKey));
    return { line: lineOf(source, state, waivers !== undefined), waivers: (waivers ?? []).flatMap((waiver) => ending(source, waiver, now)) };
  }));
  return { drift: read.map(({ line }) => line), waiversEnding: read.flatMap(({ waivers }) => waivers) };
}

function lineOf({ organization, environment }: DriftSource, state: DriftState | undefined, waiversReadable: boolean): DriftLine {
  const count = (status: string) => (state ? state.findings.filter((finding) => finding.status === status).length : null);
  return {
    organization,
    environment,
    readable: state !== undefined,
    checkedAt: state?.checkedAt ?? null,
    open: count('open'),
    pending: count('pending'),
    waived: count('waived'),
    waiversReadable,
  };
}

/** A waiver of this environment, if it ends soon. One that has ended holds nothing any more. */
function ending({ organization, environment }: DriftSource, waiver: Awaited<ReturnType<DriftSource['waivers']>>[number], now: Date): WaiverLine[] {
  const daysLeft = Math.floor((Date.parse(waiver.expiresOn) - Date.parse(now.toISOString().slice(0, 10))) / DAY);
  if (waiver.environment !== environment || !(daysLeft >= 0 && daysLeft <= WAIVER_DAYS)) return [];
  const { pattern, owner, reason, ticket = null, expiresOn } = waiver;
  return [{ organization, environment, pattern, owner, reason, ticket, expiresOn, daysLeft }];
}
