import { Described } from './domain/help';
import { Given } from './domain/options';
import { Paint } from './domain/terminal';
import { World } from './ports';

/** What a command is given. */
export interface Call {
  readonly given: Given;
  readonly world: World;
  readonly paint: Paint;
  /** A line of the answer for people, at once. */
  tell(line: string): void;
  /** The whole answer for programs, at the end. */
  answer(answer: object): void;
  /** Tells people how far it is. */
  progress(line: string): void;
}

/** A command: its own file, and a line in `index.ts`. */
export interface Command extends Described {
  /** Whether all is well. */
  run(call: Call): Promise<boolean>;
}
