import { PatternIndex } from './pattern-index';
import { PolicyDocument, RuleDocument, WaiverDocument } from '../../../src/drift/contract';

const DAY = 86_400_000;

/** Where a check runs: what the placeholders of an expected value stand for. */
export interface Place {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

/** What the policy says of one name. */
export interface Rule {
  readonly kind: RuleDocument['kind'];
  /** The value that this environment must have. */
  readonly expected?: string;
  /** Whether the rule names this very parameter, which then must exist even where the baseline lacks it. */
  readonly literal: boolean;
}

const SAME: Rule = { kind: 'same', literal: false };

/** The parity policy as one environment's check applies it. */
export class Policy {
  public readonly baseline: string;
  public readonly reportPlainSecrets: boolean;
  /** Names that an `expected` rule spells out. */
  public readonly expectedNames: string[];
  private readonly rules: PatternIndex<Rule>;
  private readonly waivers: PatternIndex<WaiverDocument>;
  private readonly standingWaivers: WaiverDocument[];

  constructor(document: PolicyDocument, place: Place, now: Date) {
    this.baseline = document.baseline;
    this.reportPlainSecrets = document.reportPlainSecrets === 'true';
    this.rules = new PatternIndex((document.rules ?? []).map((rule) => ({
      pattern: rule.pattern,
      item: (literal: boolean) => ({ kind: rule.kind, literal, expected: expectedValue(rule, place) }),
    })));
    this.expectedNames = this.rules.literals().filter((name) => this.ruleFor(name).kind === 'expected');
    this.standingWaivers = (document.waivers ?? [])
      .filter((waiver) => waiver.environment === place.environment && lastMoment(waiver) > now.getTime());
    this.waivers = new PatternIndex(this.standingWaivers.map((waiver) => ({ pattern: waiver.pattern, item: () => waiver })));
  }

  /** The first rule that matches; `same` where none does. */
  public ruleFor(name: string): Rule {
    return this.rules.first(name) ?? SAME;
  }

  /** The first waiver that matches and has not ended. */
  public waiverFor(name: string): WaiverDocument | undefined {
    return this.waivers.first(name);
  }

  /** How many waivers of this environment end within so many days. */
  public waiversEndingWithin(days: number, now: Date): number {
    return this.standingWaivers.filter((waiver) => endsWithin(waiver.expiresOn, days, now)).length;
  }
}

export const endsWithin = (expiresOn: string, days: number, now: Date) => endOfDay(expiresOn) - now.getTime() <= days * DAY;

function expectedValue(rule: RuleDocument, place: Place): string | undefined {
  return rule.values?.[place.environment]
    ?.replaceAll('{environment}', () => place.environment)
    .replaceAll('{account}', () => place.account)
    .replaceAll('{region}', () => place.region);
}

/** A waiver whose date cannot be read has ended: it fails closed. */
function lastMoment(waiver: WaiverDocument): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(waiver.expiresOn) ? endOfDay(waiver.expiresOn) : NaN;
}

const endOfDay = (date: string) => Date.parse(`${date}T00:00:00.000Z`) + DAY;
