import { parse, stringify } from 'yaml';

const OURS = /OWNER\/fly-machines-action(\/[\w-]+)?@v1/g;
const HEADING_OR_YAML = /^#+ (?<heading>[^\n]+)$|^```yaml\n(?<yaml>.*?)^```$/gms;

/** A workflow in the README. */
export interface ReadmeWorkflow {
  /** Heading above it. */
  readonly title: string;
  /** Text as in the README if it is whole; an example of jobs or steps alone gets the missing frame. */
  readonly text: string;
}

/** Returns the README's YAML examples in their order. */
export function readmeExamples(readme: string): readonly ReadmeWorkflow[] {
  const examples: ReadmeWorkflow[] = [];
  let title = '';
  for (const { groups } of readme.matchAll(HEADING_OR_YAML)) {
    if (groups?.['heading'] !== undefined) title = groups['heading'];
    const text = groups?.['yaml'];
    if (text !== undefined) examples.push({ title, text: whole(text) });
  }
  return examples;
}

/**
 * Returns the README's examples as whole workflows, with this repository's own actions (`./auth`) in place of
 * published ones.
 */
export function readmeWorkflows(readme: string): readonly string[] {
  return readmeExamples(readme).map(({ text }) => text.replace(OURS, (_, path = '/') => `.${path}`));
}

function whole(text: string): string {
  const example: unknown = parse(text);
  if (typeof example !== 'object' || example === null)
    throw new Error(`this example is no workflow: ${text}`);
  return 'on' in example ? text : stringify(completed(example));
}

function completed(example: object): object {
  if (Array.isArray(example)) return completed({ steps: example });
  if ('steps' in example) return completed({ jobs: { job: { 'runs-on': 'ubuntu-latest', ...example } } });
  return { on: 'push', ...example };
}
