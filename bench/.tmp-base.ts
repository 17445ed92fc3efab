import { writeFileSync } from 'node:fs';
import { createJob } from '../runner/job.js';
import { startEmulator } from './emulator-process.js';
import { nodeForActions } from './node-binary.js';

const [root = '/tmp/bl/root', n = '1000', extra = ''] = process.argv.slice(2);
const emulator = await startEmulator([
  '--app',
  `many=worker*${n}:stopped`,
  '--latency',
  '80ms',
  '--boot',
  '2s',
  '--token-discharge',
]);
const job = createJob({
  root,
  node: nodeForActions().path,
  env: {
    FLY_FLAPS_BASE_URL: emulator.url,
    WAITS: process.env.WAITS ?? '400',
    ...(extra ? { NODE_OPTIONS: extra } : {}),
  },
});
const s = performance.now();
const r = await job.step({
  uses: './start',
  with: { token: emulator.token, app: 'many', machines: 'all', 'max-concurrent': '50' },
});
console.log(
  r.conclusion,
  (performance.now() - s).toFixed(),
  r.log.at(-1)?.text,
  emulator.requestLines().filter((l) => / 429 /.test(l)).length,
);
const lines = emulator.requestLines();
const t = (l: string) => {
  const [h, m, x] = l.slice(0, 12).split(':');
  return (Number(h) * 3600 + Number(m) * 60 + Number(x)) * 1000;
};
const t0 = Math.min(...lines.map(t));
const starts = lines
  .filter((l) => /\/start /.test(l))
  .map((l) => t(l) - t0)
  .sort((a, b) => a - b);
const waits = lines
  .filter((l) => /\/wait/.test(l))
  .map((l) => t(l) - t0)
  .sort((a, b) => a - b);
const dur = (re: RegExp) =>
  lines
    .filter((l) => re.test(l))
    .map((l) => Number(/ (\d+) ms/.exec(l)?.[1]))
    .sort((a, b) => a - b);
const q = (a: number[]) =>
  [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map((p) => a[Math.floor(p * (a.length - 1))]).concat(a.at(-1));
console.log('starts at', q(starts));
console.log('waits at', q(waits));
console.log('start dur', q(dur(/\/start /)));
console.log('wait dur', q(dur(/\/wait/)));
writeFileSync('/tmp/bl/req.log', lines.join('\n'));
writeFileSync('/tmp/bl/out.log', r.stdout);
job.end();
await emulator.close();
