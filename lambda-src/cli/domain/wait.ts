import { World } from '../ports';

/** Looks again and again until there is an answer or the time is over; then undefined. It looks once more at the very end. */
export async function until<T>(
  world: Pick<World, 'now' | 'sleep'>, timing: { readonly seconds: number; readonly every: number }, look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = world.now().getTime() + timing.seconds * 1_000;
  for (;;) {
    const left = deadline - world.now().getTime();
    const found = await look();
    if (found !== undefined || left <= 0) return found;
    await world.sleep(Math.min(timing.every * 1_000, left));
  }
}
