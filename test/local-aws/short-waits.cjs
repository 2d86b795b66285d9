// Loaded into functions by NODE_OPTIONS: what waits for a permission to be known everywhere waits for moments only.
const timers = require('node:timers/promises');

const LONGEST = 20;
const wait = timers.setTimeout;
timers.setTimeout = (milliseconds, ...rest) => wait(Math.min(milliseconds, LONGEST), ...rest);
