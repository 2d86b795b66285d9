/** All security checks over all subjects, with something planted that each has to find. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { explain, Finding, lint } from './linters';
import { judge, PACKS } from './nag';
import { make, SUBJECTS, synthesised } from './subjects';
import { Template, writeTemplate } from './templates';

export interface Line {
  readonly tool: string;
  readonly extent: string;
  /** What nobody gave a reason for. */
  readonly findings: string[];
  readonly explained: number;
  /** What was found of what is planted: the proof that the tool looks. */
  readonly planted: string[];
}

export interface SecurityReport {
  /** Stacks that cdk-nag judged. */
  readonly stacks: number;
  /** Templates of them that the other tools read. */
  readonly templates: number;
  readonly resources: number;
  readonly lines: Line[];
  /** Acknowledgements and reasons that nothing needs. */
  readonly stale: string[];
}

const DIRECTORY = join(__dirname, '..', '..', '..', '.local', 'security');
const PLANTED = 'Planted';

export async function checkSecurity(): Promise<SecurityReport> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  const stacks = [...SUBJECTS, { name: PLANTED, linted: true, make: () => make(plant) }]
    .map((subject) => ({ ...subject, stack: synthesised(subject.make()) }));
  const nag = nagLines(stacks);
  const templates = stacks.filter(({ linted }) => linted).map(({ name, stack }) => writeTemplate(DIRECTORY, name, stack));
  const outcomes = await lint(DIRECTORY, templates);
  const isPlanted = ({ template }: Finding) => template === PLANTED;
  const { stale } = explain(outcomes.flatMap(({ findings }) => findings.filter((finding) => !isPlanted(finding))));
  const lines = outcomes.map(({ tool, extent, findings }) => {
    const real = findings.filter((finding) => !isPlanted(finding));
    const { unexplained } = explain(real);
    return {
      tool,
      extent,
      findings: grouped(unexplained),
      explained: real.length - unexplained.length,
      planted: [...new Set(findings.filter(isPlanted).map(({ check }) => check))].sort(),
    };
  });
  return {
    stacks: SUBJECTS.length,
    ...extentOf(templates.filter(({ name }) => name !== PLANTED)),
    lines: [...nag.lines, ...lines],
    stale: [...nag.stale, ...stale.map(({ tool, check, resource }) => `${tool} ${check} ${resource}`)],
  };
}

function nagLines(stacks: { readonly name: string; readonly stack: Stack }[]): { readonly lines: Line[]; readonly stale: string[] } {
  const judged = stacks.map(({ name, stack }) => ({ name, ...judge(stack) }));
  const real = judged.filter(({ name }) => name !== PLANTED);
  const planted = judged.find(({ name }) => name === PLANTED)!;
  const lines = PACKS.map((_, index) => ({
    tool: `cdk-nag ${planted.reports[index].pack}`,
    extent: `${sum(real.map(({ reports }) => reports[index].checks))} checks`,
    findings: real.flatMap(({ name, reports }) => reports[index].findings.map((finding) => `${name} ${finding}`)),
    explained: sum(real.map(({ reports }) => reports[index].acknowledged)),
    planted: [...new Set(planted.reports[index].findings.map((finding) => finding.split(' ')[0]))].sort(),
  }));
  return { lines, stale: [...new Set(real.flatMap(({ stale }) => stale))] };
}

/** What a bank would not want, in a form that each tool knows. */
function plant(stack: Stack): void {
  const bucket = new s3.Bucket(stack, 'Bucket');
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()], actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')],
  }));
  new iam.Policy(stack, 'Policy', {
    users: [new iam.User(stack, 'User')],
    statements: [
      new iam.PolicyStatement({ actions: ['s3:DeleteObject', 'ssm:*'], resources: ['*'] }),
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [bucket.bucketArn] }),
    ],
  });
  new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'long' } });
}

/** The same finding in many templates is one to read. */
function grouped(findings: Finding[]): string[] {
  const templates = new Map<string, string[]>();
  for (const { check, resource, message, template } of findings) {
    const text = `${check} ${resource} ${message}`;
    templates.set(text, [...templates.get(text) ?? [], template]);
  }
  return [...templates].map(([text, names]) => `${text} (${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ''})`);
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const extentOf = (templates: Template[]) => ({
  templates: templates.length, resources: sum(templates.map(({ resources }) => Object.keys(resources).length)),
});
