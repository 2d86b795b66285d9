/** Imports a module once, in a process that has imported nothing else. */
import { pathToFileURL } from 'node:url';
import { child } from './child';

child<{ readonly file: string }, undefined>(({ file }) => async () => {
  await import(pathToFileURL(file).href);
  return undefined;
});
