import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  leftOut,
  NO_ENDS,
  OUTPUTS,
  outputsOf,
  reportOf,
  writeMachinesFile,
} from '../../../../src/action/report/outputs.js';
import { failedStep, type Outcome } from '../../../../src/commands/result/result.js';
import { ActionError } from '../../../../src/errors.js';
import { filesIn } from '../../../../src/files/folder.js';
import { machineResult, resultOf } from '../../../support/results.js';

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

const unitsOf = (outputs: object) => Object.values(outputs).join('').length;

describe('when a step ends', () => {
  it('sets every output but the token', () => {
    expect([...Object.keys(outputsOf(MIXED, NO_ENDS, '/f')), 'token'].sort()).toEqual(
      Object.keys(OUTPUTS).sort(),
    );
  });

  it('counts as selected what was not skipped, and as changed what was requested as well', () => {
    expect(outputsOf(MIXED, NO_ENDS, '/tmp/file.json')).toMatchObject({
      'machine-ids': '["a","b","c","e"]',
      'changed-ids': '["a","c"]',
      'failed-ids': '["e"]',
      apps: '["my-app"]',
      count: '4',
      'changed-count': '2',
      'failed-count': '1',
      'machines-file': '/tmp/file.json',
    });
  });

  it('has every machine in `machines`, in its order', () => {
    expect(JSON.parse(outputsOf(MIXED, NO_ENDS, '').machines)).toEqual(MIXED.machines.map(reportOf));
  });

  it.each([
    [undefined, ''],
    [Number.POSITIVE_INFINITY, ''],
    [Date.UTC(2025, 0, 15, 12, 0, 0, 999), '2025-01-15T12:00:00Z'],
  ])('tells the end %s as RFC 3339, or not at all', (end, text) => {
    const outputs = outputsOf(MIXED, { usableUntil: end, tokenEnds: end }, '');
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
    const outputs = outputsOf(many(1_000, 'changed'), NO_ENDS, '/f');
    expect(JSON.parse(outputs.machines)).toHaveLength(1_000);
    expect(leftOut(outputs)).toEqual([]);
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('has the ids of ten thousand, and no machines', () => {
    const outputs = outputsOf(many(10_000, 'changed'), NO_ENDS, '/f');
    expect(leftOut(outputs)).toEqual(['machines']);
    expect(JSON.parse(outputs['machine-ids'])).toHaveLength(10_000);
    expect(JSON.parse(outputs['changed-ids'])).toHaveLength(10_000);
    expect(outputs).toMatchObject({ 'machines-file': '/f', count: '10000', machines: '' });
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('drops a list that alone is too large, and goes on with the next', () => {
    const outputs = outputsOf(many(20_000, 'failed'), NO_ENDS, '/f');
    expect(leftOut(outputs)).toEqual(['failed-ids', 'machines']);
    expect(outputs['changed-ids']).toBe('[]');
    expect(unitsOf(outputs)).toBeLessThan(GITHUB_UNITS);
  });

  it('counts characters beyond the first 65,536 twice, as GitHub does', () => {
    expect(leftOut(outputsOf(many(40, 'changed', '🔥'.repeat(5_000)), NO_ENDS, ''))).toEqual([]);
    expect(leftOut(outputsOf(many(60, 'changed', '🔥'.repeat(5_000)), NO_ENDS, ''))).toEqual(['machines']);
  });
});

describe('when a step ends before it has a result', () => {
  it('has the same outputs, each with nothing in its own form', () => {
    expect(outputsOf(failedStep('list', [], new ActionError('input', '')), NO_ENDS, '/f')).toEqual({
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
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
