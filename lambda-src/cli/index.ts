import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { awsOf } from './adapters/aws';
import { Command } from './command';
import { COMMON, help, helpOf, PROGRAM } from './domain/help';
import { Given, given } from './domain/options';
import { AwsFailure, EXIT, Misuse } from './domain/outcome';
import { json, painter, visible } from './domain/terminal';
import { World } from './ports';
import { redrive } from './redrive';
import { replay } from './replay';
import { summary } from './summary';
import { verify } from './verify';

/** Every command there is. */
export const COMMANDS: readonly Command[] = [verify, replay, redrive, summary];

/** This process and AWS. */
export const realWorld = (): World => ({
  aws: awsOf,
  now: () => new Date(),
  sleep: async (milliseconds) => { await wait(milliseconds); },
  out: (line) => { process.stdout.write(`${line}\n`); },
  problem: (line) => { process.stderr.write(`${line}\n`); },
  // https://no-color.org
  colours: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  newId: randomUUID,
});

/** Runs a command line, and tells with which code the process is to end. */
export async function main(args: readonly string[], version: string, world: World = realWorld()): Promise<number> {
  const [name, ...rest] = args;
  const tell = (lines: readonly string[], where: 'out' | 'problem') => {
    for (const line of lines) world[where](line);
  };
  const command = COMMANDS.find((each) => each.name === name);
  try {
    if (name === '--help' || name === 'help') {
      tell(help(COMMANDS), 'out');
    } else if (name === '--version') {
      world.out(version);
    } else if (name === undefined) {
      tell(help(COMMANDS), 'problem');
      return EXIT.misused;
    } else if (!command) {
      throw new Misuse(`there is no command '${name}': it is one of ${COMMANDS.map((each) => each.name).join(', ')}`);
    } else if (rest.includes('--help')) {
      tell(helpOf(command), 'out');
    } else {
      return await run(command, given(rest, { ...command.options, ...COMMON }, command.name), world);
    }
    return EXIT.well;
  } catch (error) {
    const code = error instanceof Misuse ? EXIT.misused : error instanceof AwsFailure ? EXIT.refused : EXIT.unexpected;
    const said = error instanceof Error ? (code === EXIT.unexpected ? error.stack ?? error.message : error.message) : String(error);
    tell(`${PROGRAM}${command ? ` ${command.name}` : ''}: ${said}`.split('\n').map(visible), 'problem');
    if (code === EXIT.misused) world.problem(`See ${PROGRAM} ${command ? `${command.name} ` : ''}--help`);
    return code;
  }
}

async function run(command: Command, options: Given, world: World): Promise<number> {
  const isForPrograms = options.json === true;
  const well = await command.run({
    given: options,
    world,
    paint: painter(world.colours && !isForPrograms),
    tell: (line) => { if (!isForPrograms) world.out(line); },
    answer: (answer) => { if (isForPrograms) world.out(json(answer)); },
    progress: (line) => { if (!isForPrograms) world.problem(line); },
  });
  return well ? EXIT.well : EXIT.wrong;
}
