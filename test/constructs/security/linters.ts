/** cfn-lint, checkov, parliament and a check of wildcards over templates, each started once: most of their time is their start. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Policy, policiesOf } from './policies';
import { Template } from './templates';

export interface Finding {
  readonly tool: string;
  readonly check: string;
  readonly template: string;
  /** `<type>.<logical id>`. */
  readonly resource: string;
  readonly message: string;
}

export interface Outcome {
  readonly tool: string;
  /** What was judged, as in `329 rules`. */
  readonly extent: string;
  readonly findings: Finding[];
}

interface Reason {
  readonly tool: string;
  readonly check: string;
  /** Matches `<type>.<logical id>`. */
  readonly resource: string;
  /** Matches the names of templates that may have it; all without it. */
  readonly templates?: string;
  readonly reason: string;
}

export const REASONS = JSON.parse(readFileSync(join(__dirname, 'reasons.json'), 'utf8')) as Reason[];

/** Parts findings into those that nobody gave a reason for and the others. A reason that no finding needs is stale. */
export function explain(findings: Finding[], reasons: Reason[] = REASONS): { readonly unexplained: Finding[]; readonly stale: Reason[] } {
  const explains = (reason: Reason, finding: Finding) =>
    reason.tool === finding.tool && reason.check === finding.check
    && new RegExp(reason.resource).test(finding.resource) && new RegExp(reason.templates ?? '').test(finding.template);
  return {
    unexplained: findings.filter((finding) => !reasons.some((reason) => explains(reason, finding))),
    stale: reasons.filter((reason) => !findings.some((finding) => explains(reason, finding))),
  };
}

/** Everything over the templates of a folder. */
export async function lint(directory: string, templates: Template[]): Promise<Outcome[]> {
  const python = await pythonOfLinters();
  return Promise.all([cfnLint(python, directory, templates), checkov(python, directory), parliament(python, templates), wildcards(templates)]);
}

async function cfnLint(python: string, directory: string, templates: Template[]): Promise<Outcome> {
  interface Match {
    readonly Filename: string;
    readonly Message: string;
    readonly Rule: { readonly Id: string };
    readonly Location: { readonly Path: (string | number)[] | null };
  }
  const command = join(python, '..', 'cfn-lint');
  const files = templates.map(({ name }) => join(directory, `${name}.json`));
  const [rules, output] = await Promise.all([run(command, ['--list-rules']), run(command, ['--format', 'json', ...files])]);
  const findings = (JSON.parse(output) as Match[]).map(({ Filename, Message, Rule, Location }) => {
    const template = templates[files.indexOf(Filename)];
    const [, id = '', ...path] = Location.Path ?? [];
    return {
      tool: 'cfn-lint',
      check: Rule.Id,
      template: template.name,
      resource: `${template.resources[id]?.Type}.${id}`,
      message: `${path.join('/')}: ${Message}`,
    };
  });
  return { tool: 'cfn-lint', extent: `${rules.match(/^[EWI]\d{4}:/gm)?.length} rules`, findings };
}

async function checkov(python: string, directory: string): Promise<Outcome> {
  interface FailedCheck {
    readonly check_id: string;
    readonly check_name: string;
    readonly file_path: string;
    readonly resource: string;
  }
  interface Report {
    readonly summary: { readonly passed: number; readonly failed: number; readonly parsing_errors: number };
    readonly results: { readonly failed_checks: readonly FailedCheck[] };
  }
  const output = await run(join(python, '..', 'checkov'), [
    '--directory', directory, '--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '--output', 'json', '--soft-fail',
  ]);
  const { summary, results } = JSON.parse(output) as Report;
  if (summary.parsing_errors) { throw new Error(`checkov could not read ${summary.parsing_errors} of the templates in ${directory}`); }
  return {
    tool: 'checkov',
    extent: `${summary.passed + summary.failed} checks`,
    findings: results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
      tool: 'checkov', check: check_id, template: file_path.replace(/^.*\/|\.json$/g, ''), resource, message: check_name,
    })),
  };
}

async function parliament(python: string, templates: Template[]): Promise<Outcome> {
  const lines = new Map<string, { template: string; resource: string }[]>();
  for (const { name, policies } of templates.map((template) => ({ name: template.name, policies: policiesOf(template) }))) {
    for (const { resource, document } of policies) {
      const line = JSON.stringify(document);
      lines.set(line, [...lines.get(line) ?? [], { template: name, resource }]);
    }
  }
  const users = [...lines.values()];
  const output = await run(python, [join(__dirname, 'parliament_policies.py')], [...lines.keys()].join('\n'));
  const findings = output.split('\n').filter(Boolean).flatMap((line) => {
    const { policy, issue, detail } = JSON.parse(line) as { policy: number; issue: string; detail: string };
    return users[policy].map((user) => ({ tool: 'parliament', check: issue, ...user, message: detail }));
  });
  return { tool: 'parliament', extent: `${users.flat().length} policies`, findings };
}

const listOf = (value: string | string[] = []) => [value].flat();

/** No action and no resource is `*`, and nobody is everybody, without a reason: what parliament takes for as narrow as AWS allows included. */
function wildcards(templates: Template[]): Outcome {
  let statements = 0;
  const findings = templates.flatMap((template) => policiesOf(template).flatMap(({ resource, identity, document }: Policy) =>
    document.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => {
      statements += 1;
      const finding = (check: string, message: string) => ({ tool: 'wildcards', check, template: template.name, resource, message });
      const actions = listOf(statement.Action);
      return [
        ...actions.filter((action) => action.includes('*')).map((action) => finding(action, 'the action is not one')),
        ...(identity && listOf(statement.Resource).includes('*') ? actions.map((action) => finding(action, 'on every resource')) : []),
        ...(/"\*"/.test(JSON.stringify(statement.Principal ?? '')) ? [finding('Principal', 'everybody may')] : []),
      ];
    })));
  return { tool: 'wildcards', extent: `${statements} statements`, findings };
}

/** Asked in a process of its own, because the test runner cannot load an ES module. */
async function pythonOfLinters(): Promise<string> {
  return (await run(process.execPath, [join(__dirname, '..', '..', 'support', 'venv.mjs'), 'linters'])).trim();
}

/** A linter that found something ends with a code of its own; one that could not work prints nothing to read. */
function run(command: string, args: string[], input = ''): Promise<string> {
  const env = { ...process.env, LOG_LEVEL: 'ERROR', PYTHONWARNINGS: 'ignore' };
  return new Promise((done, failed) => {
    const child = execFile(command, args, { maxBuffer: 2 ** 28, env }, (error, stdout, stderr) => {
      if (error && !stdout) { failed(new Error(`${command} failed: ${stderr || error.message}`)); } else { done(stdout); }
    });
    child.stdin?.end(input);
  });
}
