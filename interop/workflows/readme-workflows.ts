import { parse, stringify } from 'yaml';

const OURS = /OWNER\/fly-machines-action(\/\w+)?@v1/g;

/**
 * The README's YAML examples as whole workflows, with this repository's own actions (`./auth`) in place of published
 * ones. An example that is only jobs, or only steps, gets what it lacks around it.
 */
export function readmeWorkflows(readme: string): readonly string[] {
  return [...readme.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) =>
    stringify(whole(parse(text.replace(OURS, (_, path = '/') => `.${path}`)))),
  );
}

function whole(example: unknown): unknown {
  if (Array.isArray(example)) return whole({ steps: example });
  if (typeof example !== 'object' || example === null) throw new Error(`not a workflow: ${String(example)}`);
  if ('steps' in example) return whole({ jobs: { job: { 'runs-on': 'ubuntu-latest', ...example } } });
  return { on: 'push', ...example };
}
