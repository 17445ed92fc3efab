import { draw } from '../../../simulate/draw/draw.js';
import type { Script } from '../../../simulate/script/script.js';
import { shrink } from '../../../simulate/shrink/shrink.js';

const COUNTLESS = 100_000;
const script: Script = {
  ...draw(3, 1),
  others: [
    { at: 5, app: 'my-app', machine: 'a', does: 'stop' },
    { at: 6, app: 'my-app', machine: 'b', does: 'suspend' },
    { at: 7, app: 'my-app', machine: 'c', does: 'stop' },
  ],
};

describe('when a failing script is shrunk', () => {
  it('keeps what the failure needs, and nothing else', async () => {
    const fails = async ({ others }: Script) => others.some(({ does }) => does === 'suspend');
    const smallest = await shrink(script, fails, COUNTLESS);
    expect(smallest).toMatchObject({ apps: [], jobs: [], others: [{ machine: 'b', does: 'suspend' }] });
    expect(smallest.others).toHaveLength(1);
  });

  it('keeps two things of which the failure needs both', async () => {
    const fails = async ({ others }: Script) => others.filter(({ does }) => does === 'stop').length === 2;
    const { others } = await shrink(script, fails, COUNTLESS);
    expect(others.map(({ machine }) => machine)).toEqual(['a', 'c']);
  });

  it('gives back a script of which nothing can go', async () => {
    const whole = JSON.stringify(script);
    expect(await shrink(script, async (it) => JSON.stringify(it) === whole, COUNTLESS)).toEqual(script);
  });
});
