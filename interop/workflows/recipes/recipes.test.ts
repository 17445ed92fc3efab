import { readExamples } from '../../../scripts/examples.js';
import { asActReads } from './as-act-reads.js';
import { OUTCOMES } from './outcomes/all.js';
import { programsOf } from './stand-ins.js';
import { triggerName, triggersOf } from './triggers.js';

const examples = readExamples();

describe('when the examples are to be run', () => {
  it('each has an outcome for all that sets it off, and no outcome is of an example that is gone', () => {
    const setOff = examples.map(({ name, text }) => [name, triggersOf(text).map(triggerName).sort()]);
    const known = Object.entries(OUTCOMES).map(([name, outcomes]) => [name, Object.keys(outcomes).sort()]);
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(setOff));
  });

  it.each([
    ['on: push', ['push']],
    ['on: [push, pull_request]', ['push', 'pull_request']],
    ['on: { pull_request: , workflow_dispatch: }', ['workflow_dispatch', 'pull_request']],
    [
      "on: { schedule: [{ cron: '1 2 * * *', timezone: Europe/Berlin }, { cron: 3 4 * * * }] }",
      ['schedule 1 2 * * *', 'schedule 3 4 * * *'],
    ],
    [
      'on: { workflow_dispatch: { inputs: { dry: { type: boolean, default: true }, who: { type: string } } } }',
      ['workflow_dispatch', 'workflow_dispatch dry=false'],
    ],
    [
      'on: { workflow_dispatch: { inputs: { do: { type: choice, default: b, options: [a, b, c] } } } }',
      ['workflow_dispatch', 'workflow_dispatch do=a', 'workflow_dispatch do=c'],
    ],
  ])('%s is set off in every way', (workflow, names) => {
    expect(triggersOf(workflow).map(triggerName)).toEqual(names);
  });

  it.each(['on: pull_request', 'on: [push, pull_request]', 'on: { pull_request: }'])(
    '%s has a number',
    (workflow) => {
      const payload = expect.objectContaining({ number: 7 });
      expect(triggersOf(workflow)).toContainEqual({ event: 'pull_request', payload });
    },
  );

  it('what act has stays as it stands', () => {
    const text = `on:   push # so
concurrency: { group: a,   cancel-in-progress: true }
queue: kept
`;
    expect(asActReads(text)).toEqual({ text, lacking: [] });
  });

  it('parts that act lacks are replaced or removed, and named', () => {
    const { text, lacking } = asActReads(
      `concurrency: { group: a, queue: max }
run: \${{ strategy.job-index }}/\${{ strategy.job-total }}
`,
    );
    expect(text).toBe(`concurrency: { group: a }
run: \${{ matrix.share }}/\${{ 4 }}
`);
    expect(lacking).toEqual(['strategy.job-index', 'strategy.job-total', 'concurrency.queue']);
  });

  it('a part that lacks twice is named once', () => {
    const { lacking } = asActReads('on: { schedule: [{ cron: a, timezone: b }, { cron: c, timezone: b }] }');
    expect(lacking).toEqual(['schedule.timezone']);
  });

  it('a program that nothing stands in for is an error', () => {
    const workflow = (run: string) => `jobs: { a: { steps: [{ uses: ./ }, { run: ${run} }] } }`;
    expect(programsOf(workflow('npm test'))).toEqual(['npm']);
    expect(programsOf(workflow(`"jq '. | x' | npm test"`))).toEqual(['npm']);
    expect(() => programsOf(workflow('jq x | wget'))).toThrow(/a recipe calls wget/);
  });
});
