import { createVirtualClock } from '../../../emulator/virtual-clock.js';
import { onAbort } from '../../../src/abort.js';
import { Deadline } from '../../../src/deadline.js';
import { nodeTransport } from '../../../src/http/node-transport.js';
import { listen } from '../../support/fakes/http-server.js';
import { signalsOf } from '../../support/rigs/kept-signals.js';
import { jobOf } from '../../support/rigs/rig-job.js';
import { createStepRig } from '../../support/rigs/step-rig.js';

const CANCELLED = new AbortController().signal;

/** Runs a job with many kinds of steps, and their posts. */
async function job(): Promise<void> {
  const rig = createStepRig({
    machines: [
      { id: 'm1', name: 'one', state: 'stopped' },
      { id: 'm2', name: 'two', state: 'started' },
    ],
  });
  try {
    const { step: of, post } = jobOf(rig);
    const step: typeof of = (command, inputs) => of(command, inputs, { cancelled: CANCELLED });
    const token = rig.fly.mintToken({ app: 'my-app' });
    const steps = [
      await step('auth', { token, app: 'my-app' }),
      await step('list'),
      await step('start', { machines: 'm1', restore: 'true', lease: 'true' }),
      await step('stop', { machines: 'm2', restore: 'true' }),
      await step('warm-up', { count: '2', restore: 'true' }),
      await step('restart', { machines: 'm1' }),
      await step('exec', { machines: 'm1', run: 'true' }),
      await step('wait', { machines: 'm1', state: 'started' }),
      await step('cordon', { machines: 'm1', restore: 'true' }),
      await step('stop-idle', { 'dry-run': 'true' }),
    ];
    expect(steps.map(({ succeeded }) => succeeded)).toEqual(steps.map(() => true));
    for (const it of steps.reverse()) await post(it, { cancelled: CANCELLED });
  } finally {
    rig.end();
  }
}

describe('when work is over', () => {
  it('leaves no signal of a job', async () => {
    const { made, kept } = await signalsOf(job);
    expect(made).toBeGreaterThan(100);
    expect(kept).toBe(0);
  });

  it('leaves no signal of requests over a network', async () => {
    const server = await listen((_, response) => response.end('ok'));
    const { made, kept } = await signalsOf(async () => {
      const transport = nodeTransport('tester');
      const get = () =>
        transport({ method: 'GET', url: server.url, headers: {}, signal: CANCELLED, maxBytes: 10 });
      for (let count = 0; count < 10; count += 1) expect((await get()).body).toBe('ok');
      transport.close();
    });
    await server.close();
    expect(made).toBeGreaterThan(0);
    expect(kept).toBe(0);
  });

  it('leaves no signal of a step that nobody ended, such as one that was killed', async () => {
    const count = await signalsOf(() => {
      const clock = createVirtualClock();
      const killed = new AbortController();
      const step = new Deadline(clock, killed.signal, 300_000);
      const part = step.partUntil(new AbortController().signal);
      for (const { signal } of [step, part]) onAbort(signal, () => undefined);
    });
    expect(count).toMatchObject({ kept: 0 });
  });
});
