import * as v from 'valibot';
import { PolicyDocument, WaiverDocument } from '../../../src/drift/contract';
import { patternProblem } from '../../../src/drift/pattern';
import { Log } from '../../shared/log';

const text = v.pipe(v.string(), v.minLength(1));

const pattern = v.pipe(text, v.check((source) => patternProblem(source) === undefined, 'it is not a readable pattern'));

const rule = v.variant('kind', [
  v.object({ kind: v.picklist(['same', 'mayDiffer', 'ignored']), pattern, reason: v.optional(v.string()) }),
  v.object({ kind: v.literal('expected'), pattern, values: v.record(v.string(), v.string()), reason: v.optional(v.string()) }),
]);

/** A calendar day that exists: February 30th would silently become March 2nd. */
const day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/),
  v.check((date) => {
    const parsed = new Date(`${date}T00:00:00.000Z`);
    return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  }, 'there is no such day'),
);

const waiver = v.object({ pattern, environment: text, reason: text, owner: text, expiresOn: day, ticket: v.optional(v.string()) });

const document = v.object({
  version: v.literal('1'),
  baseline: text,
  environments: v.pipe(v.array(text), v.minLength(1)),
  rules: v.optional(v.array(rule)),
  // Read one by one below: a waiver that cannot be read is worth nothing, but must not void the policy.
  waivers: v.optional(v.array(v.unknown())),
  reportPlainSecrets: v.picklist(['true', 'false']),
});

/**
 * The policy, if every rule of it can be read: a rule left out would make findings, or hide some. A waiver that cannot be read is
 * left out with a warning, since what it would have held then shows.
 */
export function readPolicyDocument(content: unknown, log: Log): PolicyDocument {
  const parsed = v.safeParse(document, content);
  if (!parsed.success) throw new Error(`the parity policy is not readable: ${problems(parsed.issues)}; correct it in the code and deploy`);
  const { waivers = [], ...rest } = parsed.output;
  return { ...rest, waivers: waivers.flatMap((one, at) => readWaiver(one, at, log)) };
}

function readWaiver(content: unknown, at: number, log: Log): WaiverDocument[] {
  const parsed = v.safeParse(waiver, content);
  if (parsed.success) return [parsed.output];
  log.warn('a waiver of the parity policy is not readable and holds nothing; correct it in the code and deploy again', {
    waiver: at + 1, problems: problems(parsed.issues),
  });
  return [];
}

function problems(issues: readonly v.BaseIssue<unknown>[]): string {
  const shown = issues.slice(0, 3).map((issue) => `${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
  return [...shown, ...(issues.length > shown.length ? [`and ${issues.length - shown.length} more`] : [])].join('; ');
}
