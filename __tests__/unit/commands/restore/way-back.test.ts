import type { ChangedMachine, Restorable } from '../../../../src/commands/engine/restore-record.js';
import { decideWayBack } from '../../../../src/commands/restore/way-back.js';
import { appMachine } from '../../../support/machines.js';

interface Case {
  readonly command: Restorable;
  readonly fallback?: 'stop';
  readonly from: string;
  readonly left?: string;
  readonly now: string;
  /** What our step has written, and what is there now. */
  readonly ours?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly keptAlive?: true;
  readonly endsWithStop?: true;
  readonly autoDestroy?: true;
  /** When it was created, at the latest. */
  readonly newestEvent?: number;
}

const NOW = Date.UTC(2025, 0, 15, 12);

function judged({ command, fallback = 'none' as never, from, left, now, ours, ...it }: Case): string {
  const { metadata = {}, keptAlive, endsWithStop, newestEvent, autoDestroy = false } = it;
  const changed: ChangedMachine = {
    app: 'my-app',
    id: 'm1',
    version: '01V',
    from,
    ...(left && { left }),
    ...(keptAlive && { keptAlive }),
    ...(endsWithStop && { endsWithStop }),
  };
  const hold = ours === undefined ? undefined : { app: 'my-app', id: 'm1', held: ours };
  const isCordon = command === 'cordon' || command === 'uncordon';
  const changes = {
    metadata,
    newestEvent,
    autoDestroy,
    ...(isCordon ? { cordoned: now === 'cordoned' } : { state: now }),
  };
  const machine = now === 'absent' ? undefined : appMachine('m1', changes);
  const judgement = decideWayBack({ command, fallback }, changed, { now: machine, at: NOW, hold: hold });
  return judgement.kind === 'put back' ? judgement.by : `${judgement.kind}: ${judgement.reason}`;
}

describe('when a machine is as the step left it', () => {
  it.each<Case & { by: Restorable }>([
    { command: 'start', from: 'stopped', left: 'started', now: 'started', by: 'stop' },
    { command: 'start', from: 'created', left: 'started', now: 'started', by: 'stop' },
    { command: 'start', from: 'failed', left: 'started', now: 'started', by: 'stop' },
    { command: 'start', from: 'suspended', left: 'started', now: 'started', by: 'suspend' },
    { command: 'stop', from: 'started', left: 'stopped', now: 'stopped', by: 'start' },
    { command: 'stop', from: 'starting', left: 'stopped', now: 'stopped', by: 'start' },
    { command: 'suspend', from: 'started', left: 'suspended', now: 'suspended', by: 'start' },
    { command: 'suspend', fallback: 'stop', from: 'started', left: 'stopped', now: 'stopped', by: 'start' },
    { command: 'cordon', from: 'uncordoned', left: 'cordoned', now: 'cordoned', by: 'uncordon' },
    { command: 'uncordon', from: 'cordoned', left: 'uncordoned', now: 'uncordoned', by: 'cordon' },
  ])('$command from $from is undone by $by', ({ by, ...it }) => expect(judged(it)).toBe(by));
});

describe('when a stop would destroy a machine', () => {
  const begun = { command: 'start', left: 'started', now: 'started', autoDestroy: true } as const;

  it('is left running rather than stopped', () =>
    expect(judged({ ...begun, from: 'stopped' })).toBe(
      'leave: a stop would destroy it for good (`auto_destroy`), so it is left running',
    ));

  it('is suspended where it was', () => expect(judged({ ...begun, from: 'suspended' })).toBe('suspend'));
});

describe('when nobody knows how the step left it', () => {
  it.each<Case & { by: Restorable }>([
    { command: 'start', from: 'stopped', now: 'started', by: 'stop' },
    { command: 'start', from: 'stopped', now: 'starting', by: 'stop' },
    { command: 'start', from: 'suspended', now: 'starting', by: 'suspend' },
    { command: 'stop', from: 'started', now: 'stopping', by: 'start' },
    { command: 'suspend', from: 'started', now: 'suspending', by: 'start' },
    { command: 'suspend', fallback: 'stop', from: 'started', now: 'stopping', by: 'start' },
    { command: 'cordon', from: 'uncordoned', now: 'cordoned', by: 'uncordon' },
  ])('a machine that is $now after $command is put back by $by', ({ by, ...it }) =>
    expect(judged(it)).toBe(by),
  );

  it.each<Case>([
    { command: 'start', from: 'stopped', now: 'suspended' },
    { command: 'start', from: 'stopped', now: 'failed' },
    { command: 'start', from: 'suspended', now: 'stopped' },
    { command: 'stop', from: 'started', now: 'suspended' },
    { command: 'stop', from: 'started', now: 'replacing' },
    { command: 'suspend', from: 'started', now: 'stopped' },
    { command: 'suspend', from: 'started', now: 'stopping' },
  ])('a machine that is $now after $command is left alone', (it) =>
    expect(judged(it)).toMatch(
      new RegExp(
        `^leave: it is ${it.now}, and no ${it.command} leads to that\\. To have it ${it.from} as before: `,
      ),
    ),
  );

  it.each<Case & { advice: string }>([
    { command: 'start', from: 'stopped', now: 'suspended', advice: '`fly machine stop m1`' },
    {
      ...{ command: 'start', from: 'suspended', now: 'stopped' },
      advice: '`fly machine start m1`, then `fly machine suspend m1`',
    },
    { command: 'stop', from: 'started', now: 'suspended', advice: '`fly machine start m1`' },
  ])('says how to get from $now to $from by hand', ({ advice, ...it }) =>
    expect(judged(it).split(' as before: ')[1]).toBe(advice),
  );
});

describe('when there is nothing to undo', () => {
  it.each<Case>([
    { command: 'start', from: 'stopped', left: 'started', now: 'stopped' },
    { command: 'start', from: 'created', now: 'created' },
    { command: 'stop', from: 'started', left: 'stopped', now: 'started' },
    { command: 'suspend', from: 'started', now: 'started' },
    { command: 'cordon', from: 'uncordoned', left: 'cordoned', now: 'uncordoned' },
  ])('it is there already: $command from $from', (it) =>
    expect(judged(it)).toBe(`there: already ${it.from}`),
  );

  it.each<Case>([
    { command: 'stop', from: 'started', left: 'stopped', now: 'starting' },
    { command: 'stop', from: 'starting', left: 'stopped', now: 'started' },
    { command: 'suspend', from: 'started', left: 'suspended', now: 'starting' },
    { command: 'start', from: 'stopped', left: 'started', now: 'stopping' },
    { command: 'start', from: 'failed', left: 'started', now: 'stopped' },
    { command: 'start', from: 'suspended', now: 'suspending' },
  ])('it is on its way there, or as near as it gets: $command from $from, now $now', (it) =>
    expect(judged(it)).toBe(`there: ${it.now} already`),
  );

  it('is down that was made anew and never started', () => {
    const made = { command: 'start', from: 'stopped', left: 'started', now: 'created' } as const;
    expect(judged({ ...made, newestEvent: NOW - 300_000 })).toBe('there: created, never started');
    expect(judged({ ...made, newestEvent: NOW - 299_999 })).toMatch(/^leave: it is created, not started/);
    expect(judged(made)).toMatch(/^leave: it is created, not started/);
  });

  it('advises what fits a cordon', () => {
    const changed: ChangedMachine = { app: 'my-app', id: 'm1', version: '', from: 'uncordoned', left: 'x' };
    const judgement = decideWayBack({ command: 'cordon', fallback: 'none' }, changed, {
      now: appMachine('m1', { cordoned: true }),
      ...{ at: NOW, hold: undefined },
    });
    expect(judgement).toMatchObject({
      kind: 'leave',
      reason: expect.stringMatching(/`fly machine uncordon m1`$/),
    });
  });

  it.each(['absent', 'destroyed', 'destroying'])('it is gone: %s', (now) =>
    expect(judged({ command: 'stop', from: 'started', left: 'stopped', now })).toBe(
      'leave: it is gone: another client has destroyed it',
    ),
  );

  const OURS_STOPPED = /^leave: it is gone: this step stopped it, and a stop destroys it for good/;
  const ENDED =
    /^leave: it is gone: it is destroyed when it stops \(`auto_destroy`\), and it has stopped, or/;

  it.each<[Omit<Case, 'now' | 'endsWithStop'>, RegExp]>([
    [{ command: 'stop', from: 'started', left: 'destroyed' }, OURS_STOPPED],
    [{ command: 'stop', from: 'started' }, OURS_STOPPED],
    [{ command: 'suspend', fallback: 'stop', from: 'started', left: 'destroyed' }, OURS_STOPPED],
    [{ command: 'suspend', fallback: 'stop', from: 'started', left: 'suspended' }, ENDED],
    [{ command: 'suspend', from: 'started', left: 'suspended' }, ENDED],
    [{ command: 'start', from: 'stopped', left: 'started' }, ENDED],
  ])('it is gone since that is how it ends: %j', (it, said) => {
    for (const now of ['absent', 'destroyed', 'destroying'])
      expect(judged({ ...it, now, endsWithStop: true })).toMatch(said);
  });

  it.each([
    ['started', 'suspended'],
    ['started', 'replacing'],
    ['started', 'a state that is new to us'],
  ])('somebody else has moved it on: left %s, now %s', (left, now) =>
    expect(judged({ command: 'start', from: 'stopped', left, now })).toBe(
      `leave: it is ${now}, not started as this step left it. To have it stopped as before: \`fly machine stop m1\``,
    ),
  );
});

describe('when somebody else had moved it on before the step ended', () => {
  it.each(['stopped', 'failed'])('a memory that it has put aside is kept, of what was %s', (from) =>
    expect(judged({ command: 'start', from, left: 'suspended', now: 'suspended' })).toBe(
      'leave: it is suspended, and no start leads to that. To have it stopped as before: `fly machine stop m1`',
    ),
  );

  it('a process that has ended by itself is not begun anew only to be suspended', () =>
    expect(judged({ command: 'start', from: 'suspended', left: 'stopped', now: 'stopped' })).toBe(
      'leave: it is stopped, and no start leads to that. To have it suspended as before: `fly machine start m1`, then `fly machine suspend m1`',
    ));
});

describe('when somebody wants it left running', () => {
  const OURS = '2025-01-15T13:00:00Z';
  const THEIRS = '2025-01-15T13:10:00Z';
  const until = (time: string) => ({ metadata: { 'keep-alive-until': time } });
  const started = { command: 'start', from: 'stopped', left: 'started', now: 'started' } as const;
  const held = `leave: held by another job until ${THEIRS}`;

  it.each<Case & { wanted: string }>([
    { ...started, ...until(THEIRS), wanted: held },
    { ...started, ...until(THEIRS), ours: OURS, wanted: held },
    { ...started, from: 'suspended', ...until(THEIRS), wanted: held },
    { command: 'start', from: 'stopped', now: 'starting', ...until(THEIRS), wanted: held },
    { ...started, ...until(OURS), ours: OURS, wanted: 'stop' },
    { ...started, ...until('2025-01-15T11:59:59Z'), wanted: 'stop' },
    { ...started, ...until('soon'), wanted: 'leave: held: keep-alive-until in its metadata is no time' },
  ])('does not stop it before that is over, or ours: $metadata, $ours', ({ wanted, ...it }) =>
    expect(judged(it)).toBe(wanted),
  );

  it.each([
    ['true', undefined, 'leave: keep-alive is set in its metadata'],
    ['yes', undefined, 'leave: keep-alive is set in its metadata'],
    ['no', undefined, 'stop'],
    // It was stopped all the same when the step came.
    ['true', true, 'stop'],
  ] as const)(
    'does not stop what has come to say keep-alive=%s since (before: %s)',
    (value, keptAlive, wanted) => {
      const it = { ...started, metadata: { 'keep-alive': value }, ...(keptAlive && { keptAlive }) };
      expect(judged(it)).toBe(wanted);
    },
  );

  it.each<Case & { wanted: string }>([
    { command: 'stop', from: 'started', left: 'stopped', now: 'stopped', wanted: 'start' },
    { command: 'suspend', from: 'started', left: 'suspended', now: 'suspended', wanted: 'start' },
    { command: 'uncordon', from: 'cordoned', left: 'uncordoned', now: 'uncordoned', wanted: 'cordon' },
    { ...started, now: 'stopped', wanted: 'there: already stopped' },
  ])('does all else as ever: $command', ({ wanted, ...it }) =>
    expect(judged({ ...it, ...until(THEIRS) })).toBe(wanted),
  );
});

describe('when nothing brings back what was', () => {
  it('says that the snapshot of a suspended machine is gone', () =>
    expect(judged({ command: 'stop', from: 'suspended', left: 'stopped', now: 'stopped' })).toMatch(
      /^leave: .*snapshot.*[Ss]tart and suspend it by hand/,
    ));

  it.each<Case>([
    { command: 'start', from: 'replacing', left: 'started', now: 'started' },
    { command: 'stop', from: 'created', left: 'stopped', now: 'stopped' },
    { command: 'stop', from: 'failed', left: 'stopped', now: 'stopped' },
    { command: 'suspend', from: 'updating', left: 'suspended', now: 'suspended' },
  ])('names the state: $command from $from', (it) =>
    expect(judged(it)).toBe(`leave: it was ${it.from}, and nothing brings that back`),
  );
});

describe('when somebody else had it held before the step held it too', () => {
  const changed: ChangedMachine = {
    ...{ app: 'my-app', id: 'm1', version: '01V', from: 'stopped', left: 'started' },
  };
  const now = appMachine('m1', { metadata: { 'keep-alive-until': '2025-01-15T14:00:01Z' } });
  const judgedAt = (before: number) => {
    const hold = { app: 'my-app', id: 'm1', held: '2025-01-15T14:00:01Z', before };
    return decideWayBack({ command: 'start', fallback: 'none' }, changed, { now, at: NOW, hold: hold });
  };

  it('is left alone until that hold has ended', () => {
    expect(judgedAt(NOW + 7_200_000)).toEqual({
      kind: 'leave',
      reason: 'held by another job until 2025-01-15T14:00:00Z',
    });
    expect(judgedAt(NOW - 1)).toMatchObject({ kind: 'put back', by: 'stop' });
  });
});
