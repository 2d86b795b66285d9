import { Log } from '../../shared/log';
import { ParameterStore, SecretReader, SecretVersions } from '../ports';
import { RandomNumber } from './generate';

export interface SecureStringDependencies {
  /** `/organization/environment`. */
  readonly prefix: string;
  readonly store: ParameterStore;
  readonly secrets: SecretReader;
  readonly random: RandomNumber;
  readonly log: Log;
}

export interface FollowDependencies {
  /** `/organization/environment`. */
  readonly prefix: string;
  readonly store: Pick<ParameterStore, 'find' | 'value' | 'overwrite' | 'tag'>;
  readonly secrets: SecretReader & SecretVersions;
  readonly log: Log;
}
