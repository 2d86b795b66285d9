import { Log } from '../../shared/log';
import { ParameterStore, SecretReader } from '../ports';
import { RandomNumber } from './generate';

export interface SecureStringDependencies {
  /** `/organization/environment`. */
  readonly prefix: string;
  readonly store: ParameterStore;
  readonly secrets: SecretReader;
  readonly random: RandomNumber;
  readonly log: Log;
}
