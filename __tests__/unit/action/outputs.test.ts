import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_ENDS, OUTPUTS, outputsOf, writeMachinesFile } from '../../../src/action/outputs.js';
import type { CommandResult } from '../../../src/commands/result.js';
import { failedStep } from '../../../src/commands/result.js';
import { ActionError } from '../../../src/errors.js';
import { machineReport, resultOf } from '../../support/results.js';

const NO_END = { usableUntil: undefined, tokenEnds: undefined };

const MIXED = resultOf([
  machineReport('a', 'changed'),
  machineReport('b', 'unchanged'),
  machineReport('c', 'requested'),
  machineReport('d', 'skipped', { reason: 'excluded by d' }),
  machineReport('e', 'failed', { error: 'timeout: not done' }),
]);

describe('when a step ends', () => {
  it('sets every output but the token', () => {
    expect([...Object.keys(outputsOf(MIXED, NO_END, '/f')), 'token'].sort()).toEqual(
      Object.keys(OUTPUTS).sort(),
    );
  });

  it('counts as selected what was not skipped, and as changed what was requested as well', () => {
    expect(outputsOf(MIXED, NO_END, '/tmp/file.json')).toMatchObject({
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

  it('has every machine in `machines`, with these fields', () => {
    const machines: object[] = JSON.parse(outputsOf(MIXED, NO_END, '').machines);
    expect(machines).toHaveLength(5);
    for (const machine of machines) {
      expect(Object.keys(machine)).toEqual([
        ...['app', 'id', 'name', 'region', 'process_group', 'private_ip', 'state', 'previous_state'],
        ...['outcome', 'reason', 'duration_ms', 'error'],
      ]);
    }
  });

  it.each([
    [undefined, ''],
    [Number.POSITIVE_INFINITY, ''],
    [Date.UTC(2025, 0, 15, 12, 0, 0, 999), '2025-01-15T12:00:00Z'],
  ])('tells the end %s as RFC 3339, or not at all', (end, text) => {
    const outputs = outputsOf(MIXED, { usableUntil: end, tokenEnds: end }, '');
    expect([outputs['expires-at'], outputs['token-expires-at']]).toEqual([text, text]);
  });

  it('leaves `machines` empty where it would be too large, and nothing else', () => {
    const many = (count: number): CommandResult =>
      resultOf(Array.from({ length: count }, (_, index) => machineReport(`m${index}`, 'changed')));
    const large = outputsOf(many(2_000), NO_END, '/f');
    expect(large.machines).toBe('');
    expect(JSON.parse(large['machine-ids'])).toHaveLength(2_000);
    expect(large['machines-file']).toBe('/f');
    expect(JSON.parse(outputsOf(many(500), NO_END, '/f').machines)).toHaveLength(500);
  });
});

describe('when a step ends before it has a result', () => {
  it('has the same outputs, each with nothing in its own form', () => {
    expect(outputsOf(failedStep('list', [], new ActionError('input', '')), NO_ENDS, '')).toEqual({
      machines: '[]',
      'machines-file': '',
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
  it('holds the same JSON, for this user only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    try {
      const path = writeMachinesFile(folder, 'stop-1', MIXED);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(MIXED.machines);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
