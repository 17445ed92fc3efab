import { EventEmitter } from 'node:events';
import { cancelSignal, type HostProcess, leaveSoon, unheard, whenUnheard } from '../../src/ending.js';

/** A stream whose reader takes what was written when the test says so. */
class FakeOutput extends EventEmitter {
  readonly waiting: (() => void)[] = [];

  write(_text: string, then: () => void): void {
    this.waiting.push(then);
  }
}

class FakeHost extends EventEmitter implements HostProcess {
  readonly stdout = new FakeOutput();
  readonly stderr = new FakeOutput();
  exits = 0;

  exit(): void {
    this.exits += 1;
  }
}

describe('when a process is told to go', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'])('is cancelled: %s', (name) => {
    const host = new FakeHost();
    const { signal } = cancelSignal(host);
    expect(signal.aborted).toBe(false);
    host.emit(name);
    expect(signal.reason).toMatchObject({ class: 'cancelled', message: 'the job was cancelled' });
  });
});

describe('when nobody reads what a process says', () => {
  it.each(['stdout', 'stderr'] as const)('hears of it, each time, and throws nothing: %s', (name) => {
    const host = new FakeHost();
    const told: string[] = [];
    whenUnheard(host, (error) => told.push(unheard(error).line));
    for (const code of ['EPIPE', 'ENOSPC']) host[name].emit('error', new Error(`write ${code}`));
    expect(told).toEqual([
      "cancelled: nobody reads the step's output any more: write EPIPE",
      "cancelled: nobody reads the step's output any more: write ENOSPC",
    ]);
  });
});

describe('when a process has done its work', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leaves late, and when the last write is through', () => {
    const host = new FakeHost();
    leaveSoon(host, new AbortController().signal);
    jest.advanceTimersByTime(999);
    expect(host.stdout.waiting).toHaveLength(0);
    jest.advanceTimersByTime(60_000);
    expect(host.exits).toBe(0);
    host.stdout.waiting.pop()?.();
    expect(host.exits).toBe(0);
    host.stderr.waiting.pop()?.();
    expect(host.exits).toBe(1);
  });

  it('waits for no reader once the job is cancelled', () => {
    const host = new FakeHost();
    const cancelled = new AbortController();
    leaveSoon(host, cancelled.signal);
    jest.advanceTimersByTime(60_000);
    expect(host.exits).toBe(0);
    cancelled.abort();
    expect(host.exits).toBe(1);
  });
});
