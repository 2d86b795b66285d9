import { Option, Options } from './options';
import { EXIT } from './outcome';

export const PROGRAM = 'cdk-compliance-monitoring';

/** What the help and the documentation need to know of a command. */
export interface Described {
  readonly name: string;
  /** One sentence. */
  readonly does: string;
  /** What else is to be known. */
  readonly notes: readonly string[];
  readonly options: Options;
}

/** Of every command. */
export const COMMON: Options = {
  json: { help: 'Answer in JSON, for programs' },
  help: { help: 'Tell about this command' },
};

const EXITS: readonly [number, string][] = [
  [EXIT.well, 'done, and all is well'],
  [EXIT.wrong, 'done, and something is wrong, which the output names'],
  [EXIT.misused, 'not understood, or something is missing: nothing was done'],
  [EXIT.refused, 'AWS refused a call or could not be reached'],
  [EXIT.unexpected, 'a fault of this program'],
];

const written = (name: string, { value }: Option) => `--${name}${value ? ` <${value}>` : ''}`;

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

export function helpOf({ name, does, notes, options }: Described): string[] {
  const rows = Object.entries({ ...options, ...COMMON }).map(([option, spec]): [string, string] => [written(option, spec), spec.help]);
  return [`${PROGRAM} ${name} [options]`, '', does, ...notes, '', 'Options:', ...aligned(rows)];
}

export function help(commands: readonly Described[]): string[] {
  return [
    `${PROGRAM} <command> [options]`,
    '',
    "Works on a hub of compliance events with the caller's own AWS credentials.",
    '',
    'Commands:',
    ...aligned(commands.map(({ name, does }): [string, string] => [name, does])),
    '',
    `${PROGRAM} <command> --help tells the options of a command, ${PROGRAM} --version the version.`,
    '',
    'Exit codes:',
    ...aligned(EXITS.map(([code, meaning]): [string, string] => [String(code), meaning])),
  ];
}
