import { rmSync } from 'node:fs';
import { createJob } from '../../../runner/job.js';
import { renderStep } from '../../../runner/log/render.js';
import { writeActions } from './fixture-action.js';

describe('when a step is shown', () => {
  it('reads as the job log does', async () => {
    const main = `print('first'); print('::group::Machines'); print('m1 started'); print('::endgroup::');
      print('::error title=T::it failed%0Afor a reason'); print('::debug::unseen');
      set('STEP_SUMMARY', '## Done\\n\\n| id |'); process.exitCode = 1;`;
    const root = writeActions({ start: { main } });
    const job = createJob({ root, secrets: ['top-secret'] });
    try {
      const result = await job.step({ uses: './start', with: { word: 'top-secret' } });
      expect(renderStep(result)).toBe(`▸ Run ./start  ✗ failure
    with:
      word: ***
  first
  ▾ Machines
    m1 started
  Error: it failed
  for a reason

  Summary
  │ Done
  │
  │ id
`);
      expect(renderStep(result, { color: true })).toContain('\u001B[31m  Error: it failed\u001B[0m');
    } finally {
      job.end();
      rmSync(root, { recursive: true });
    }
  });
});
