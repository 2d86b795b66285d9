import { Duration } from 'aws-cdk-lib';
import { requireReaderPrefix } from './forwarder-checks';
import { requireMinutes, requireText } from '../private/validation';

/**
 * How a backfill that reads the members is set.
 */
export interface ReaderRolesOptions {
  /**
   * How often all accounts and regions are read. Whole minutes, from 60 to 10,080, which is a week.
   *
   * AWS Config answers with what its rules last found: the shorter, the sooner a lost event is made good, and the more calls.
   *
   * @default Duration.hours(6)
   */
  readonly interval?: Duration;

  /**
   * How the names of the members' reader roles begin, as the forwarders were told: up to 49 letters, digits and the characters `+=,.@_-`.
   *
   * @default - the hub's name, and `-reader`
   */
  readonly readerRolePrefix?: string;
}

/**
 * How a backfill that reads an aggregator is set.
 */
export interface AggregatorOptions {
  /**
   * How often it is read. Whole minutes, from 60 to 10,080, which is a week.
   *
   * @default Duration.hours(6)
   */
  readonly interval?: Duration;
}

/**
 * How a hub learns from AWS Config what no event told.
 */
export class HubBackfill {
  /**
   * In each account and region by the role that its forwarder makes there, and in the hub's own account and region directly.
   *
   * @param options What differs from the defaults.
   */
  public static readerRoles(options: ReaderRolesOptions = {}): HubBackfill {
    if (options.readerRolePrefix !== undefined) { requireReaderPrefix('HubBackfill.readerRoles.readerRolePrefix', options.readerRolePrefix); }
    return new HubBackfill(true, intervalOf('HubBackfill.readerRoles.interval', options.interval), options.readerRolePrefix);
  }

  /**
   * From an aggregator of AWS Config in the hub's account and region, which must exist. It says nothing of recorders, and nothing of resources
   * that are not applicable.
   *
   * @param aggregatorName Its name.
   * @param options What differs from the defaults.
   */
  public static aggregator(aggregatorName: string, options: AggregatorOptions = {}): HubBackfill {
    requireText('HubBackfill.aggregator.aggregatorName', aggregatorName, 256, 'give the name that `aws configservice describe-configuration-aggregators` shows');
    return new HubBackfill(true, intervalOf('HubBackfill.aggregator.interval', options.interval), undefined, aggregatorName);
  }

  /**
   * Not at all: what AWS Config does not send is never known.
   */
  public static none(): HubBackfill {
    return new HubBackfill(false, DEFAULT_INTERVAL);
  }

  private constructor(
    /** @internal */
    public readonly _wanted: boolean,
    /** @internal */
    public readonly _interval: Duration,
    /** @internal */
    public readonly _readerRolePrefix?: string,
    /** @internal */
    public readonly _aggregatorName?: string,
  ) {}
}

const DEFAULT_INTERVAL = Duration.hours(6);

function intervalOf(prop: string, interval = DEFAULT_INTERVAL): Duration {
  requireMinutes(prop, interval, 60, 10_080, 'give it in hours or days');
  return interval;
}
