import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { oncePerAudience } from '../../../../src/discharge/third-party/oidc-by-audience.js';
import { caught } from '../../../support/caught.js';

const [signal, nextRefresh] = [new AbortController().signal, new AbortController().signal];

function asking(fails = 0) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const ask = oncePerAudience(clock, async (audience) => {
    if (asked.push(audience) <= fails) throw new Error('not now');
    return `${audience}-${asked.length}`;
  });
  return { clock, asked, ask: (audience: string, its = signal) => ask(audience, its) };
}

describe("when several exchanges want the job's OIDC token", () => {
  it('asks once for each audience', async () => {
    const { ask, asked } = asking();
    expect(await Promise.all([ask('a'), ask('b'), ask('a')])).toEqual(['a-1', 'b-2', 'a-1']);
    expect(await ask('a')).toBe('a-1');
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks anew for the next refresh', async () => {
    const { clock, ask } = asking();
    await ask('a');
    await clock.run(clock.sleep(60_000));
    expect(await ask('a')).toBe('a-2');
  });

  it('asks again for what failed, but not in the same refresh', async () => {
    const { ask, asked } = asking(1);
    expect(await caught(ask('a'))).toEqual(new Error('not now'));
    expect(await caught(ask('a'))).toEqual(new Error('not now'));
    expect(asked).toEqual(['a']);
    expect(await ask('a', nextRefresh)).toBe('a-2');
  });
});
