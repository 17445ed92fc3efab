import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  leftOut,
  NO_ENDS,
  OUTPUTS,
  outputsOf,
  reportOf,
  type TokenEnds,
  writeMachinesFile,
} from '../../../../src/action/report/outputs.js';
import { type CommandResult, failedStep, type Outcome } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { filesIn } from '../../../../src/files/folder.js';
import { machineResult, resultOf } from '../../../support/results.js';
import { PRIVATE_MODE } from '../../../support/where.js';

/** GitHub's limit on all outputs of a job, in UTF-16 units of two bytes. */
const GITHUB_UNITS = 1_000_000 / 2;

const MIXED = resultOf([
  machineResult('a', 'changed'),
  machineResult('b', 'unchanged'),
  machineResult('c', 'requested'),
  machineResult('d', 'skipped', { reason: 'excluded by d' }),
  machineResult('e', 'failed'),
]);

const many = (count: number, outcome: Outcome, name = 'worker-1') =>
  resultOf(
    Array.from({ length: count }, (_, index) =>
      machineResult(`148e${String(index).padStart(10, '0')}`, outcome, {
        machine: { name, privateIp: 'fdaa:2:45b:a7b:1f60:6ad4:5a10:2', processGroup: 'worker' },
      }),
    ),
  );

const madeOf = (result: CommandResult, machinesFile: string, ends: TokenEnds = NO_ENDS) =>
  outputsOf(result, { ends, machinesFile, text: 'done, 2 s' });

const unitsOf = (outputs: object) => Object.values(outputs).join('').length;

describe('when a step ends', () => {
  it('sets every output but the token', () => {
    expect([...Object.keys(madeOf(MIXED, '/f')), 'token'].sort()).toEqual(Object.keys(OUTPUTS).sort());
  });

  it('counts as selected what was not skipped, and as changed what was requested as well', () => {
    expect(madeOf(MIXED, '/temp/file.json')).toMatchObject({
      'machine-ids': '["a","b","c","e"]',
      'changed-ids': '["a","c"]',
      'failed-ids': '["e"]',
      apps: '["my-app"]',
      count: '4',
      'changed-count': '2',
      'failed-count': '1',
      'machines-file': '/temp/file.json',
    });
  });

  it('tells what a dry run would have changed, apart from what else was skipped', () => {
    const would = machineResult('a', 'skipped', { wouldChange: 'stop' });
    const result = resultOf([would, machineResult('b', 'skipped', { reason: 'excluded by b' })]);
    expect(madeOf(result, '')).toMatchObject({ 'would-change-ids': '["a"]', 'would-change-count': '1' });
  });

  it('gives its last line as text, and the idle machine-hours where it knows them', () => {
    expect(madeOf({ ...MIXED, idleHours: 1.5 }, '')).toMatchObject({
      text: 'done, 2 s',
      'idle-hours': '1.5',
    });
  });

  it('has every machine in `machines`, in its order', () => {
    expect(JSON.parse(madeOf(MIXED, '').machines)).toEqual(MIXED.machines.map(reportOf));
  });

  it.each([
    [undefined, ''],
    [Number.POSITIVE_INFINITY, ''],
    [Date.UTC(2025, 0, 15, 12, 0, 0, 999), '2025-01-15T12:00:00Z'],
  ])('tells the end %s as RFC 3339, or not at all', (end, text) => {
    const outputs = madeOf(MIXED, '', { usableUntil: end, tokenEnds: end });
    expect([outputs['expires-at'], outputs['token-expires-at']]).toEqual([text, text]);
  });
});

describe('when a machine is shown in the outputs', () => {
  it('has exactly these fields, none of them undefined', () => {
    const result = machineResult('a', 'changed', {
      machine: { processGroup: undefined },
      state: 'stopped',
      durationMs: 1_200,
      spans: [{ phase: 'turn', from: 0, to: 1 }],
    });
    expect(reportOf(result)).toStrictEqual({
      app: 'my-app',
      id: 'a',
      name: 'name-a',
      region: 'fra',
      process_group: '',
      private_ip: 'fdaa::1',
      state: 'stopped',
      previous_state: 'started',
      outcome: 'changed',
      reason: '',
      duration_ms: 1_200,
      error: null,
    });
  });

  it('has class, message and request id of its error', () => {
    const error = new ActionError('no capacity', 'start machine a: no room', {
      hint: 'Move.',
      requestId: 'R1',
    });
    expect(reportOf(machineResult('a', 'failed', { error })).error).toBe(
      'no capacity: start machine a: no room (request R1)',
    );
  });

  it('has what a command printed, whether that went well or not', () => {
    const exec = { exitCode: 3, exitSignal: 0, stdout: 'out', stderr: 'err' };
    for (const outcome of ['changed', 'failed'] as const) {
      expect(reportOf(machineResult('a', outcome, { exec }))).toMatchObject({
        exit_code: 3,
        stdout: 'out',
        stderr: 'err',
      });
    }
  });
});

describe('when the outputs would be larger than GitHub takes', () => {
  it('still has a thousand machines whole', () => {
    const outputs = madeOf(many(1_000, 'changed'), '/f');
    expect(JSON.parse(outputs.machines)).toHaveLength(1_000);
    expect(leftOut(outputs)).toEqual([]);
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('has the ids of ten thousand, and no machines', () => {
    const outputs = madeOf(many(10_000, 'changed'), '/f');
    expect(leftOut(outputs)).toEqual(['machines']);
    expect(JSON.parse(outputs['machine-ids'])).toHaveLength(10_000);
    expect(JSON.parse(outputs['changed-ids'])).toHaveLength(10_000);
    expect(outputs).toMatchObject({ 'machines-file': '/f', count: '10000', machines: '' });
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('drops a list that alone is too large, and goes on with the next', () => {
    const outputs = madeOf(many(20_000, 'failed'), '/f');
    expect(leftOut(outputs)).toEqual(['failed-ids', 'machines']);
    expect(outputs['changed-ids']).toBe('[]');
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('counts characters beyond the first 65,536 twice, as GitHub does', () => {
    expect(leftOut(madeOf(many(40, 'changed', '🔥'.repeat(5_000)), ''))).toEqual([]);
    expect(leftOut(madeOf(many(60, 'changed', '🔥'.repeat(5_000)), ''))).toEqual(['machines']);
  });
});

describe('when a step ends before it has a result', () => {
  it('has the same outputs, each with nothing in its own form', () => {
    expect(madeOf(failedStep('list', [], new ActionError('input', '')), '/f')).toEqual({
      machines: '[]',
      'machines-file': '/f',
      report: '',
      'machine-ids': '[]',
      'changed-ids': '[]',
      'failed-ids': '[]',
      apps: '[]',
      count: '0',
      'changed-count': '0',
      'failed-count': '0',
      'would-change-ids': '[]',
      'would-change-count': '0',
      text: 'done, 2 s',
      'idle-hours': '',
      'expires-at': '',
      'token-expires-at': '',
    });
  });
});

describe('when the machines are written to a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['some', MIXED],
    ['more than are written at once', many(250, 'changed', 'x\n"|\u2028🔥')],
    ['none', resultOf([])],
  ])('holds the same JSON, for this user only: %s', (_, result) => {
    const path = writeMachinesFile(filesIn(folder), 'stop-1', result);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(result.machines.map(reportOf));
    expect(statSync(path).mode & 0o777).toBe(PRIVATE_MODE);
  });
});
