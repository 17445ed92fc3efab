import { createFly, type Fly, type FlyOptions } from '../../../emulator/fly.js';
import type { Parts } from '../../../interop/documents/judge.js';
import { judging } from './judging.js';

/** Faults since the last test. */
const faults: string[] = [];

function expectNone(): void {
  expect(faults.splice(0)).toEqual([]);
}
afterEach(expectNone);
// Whatever comes of a hook after the last test.
afterAll(expectNone);

/** Creates an emulated Fly, in front of which a test fails that shows a fault by Fly's own document. */
export function createJudgedFly(options: FlyOptions, parts?: Parts): Fly {
  return createFly(judging(options, faults, parts));
}
