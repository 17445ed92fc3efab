import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '@badrap/valita';
import { parse } from 'yaml';

const Workflow = v.object({
  jobs: v.record(v.object({ steps: v.array(v.object({ uses: v.string().optional() })) })),
});

/** Scripts that do on this computer what GitHub's own actions do there, by their names. Inputs come as variables. */
const ACTIONS: Readonly<Record<string, { readonly inputs: readonly string[]; readonly script: string }>> = {
  // The job has the Node of whoever runs this.
  'actions/setup-node': { inputs: [], script: 'node --version' },
  'actions/upload-artifact': {
    inputs: ['name', 'path'],
    script: 'mkdir "$SHARED/$IN_NAME" && cp -R "$IN_PATH/." "$SHARED/$IN_NAME"',
  },
  'actions/download-artifact': {
    inputs: ['name', 'path'],
    script: 'mkdir -p "./$IN_PATH" && cp -R "$SHARED/$IN_NAME/." "./$IN_PATH"',
  },
  'actions/attest': {
    inputs: ['subject-checksums', 'sbom-path'],
    script:
      '[ -f "$IN_SUBJECT_CHECKSUMS" ] && echo "attest $IN_SUBJECT_CHECKSUMS $IN_SBOM_PATH" >> "$SHARED/said"',
  },
};

/** Notes what it is told. */
export const GH = 'echo "gh $*" >> "$SHARED/said"';

/** Makes folders that stand in for the actions of a workflow, by `owner/name@ref`. Throws for one without a stand-in. */
export function githubStandIns(workflow: string, folder: string): Readonly<Record<string, string>> {
  const { jobs } = Workflow.parse(parse(workflow), { mode: 'strip' });
  const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  // act itself stands in for the checkout.
  const others = [...new Set(used)].filter((it) => !it.startsWith('actions/checkout@'));
  return Object.fromEntries(
    others.map((uses) => {
      const [name = ''] = uses.split('@');
      const action = ACTIONS[name];
      if (action === undefined)
        throw new Error(`the workflow uses ${name}: add a stand-in for it to ACTIONS`);
      const place = join(folder, name);
      mkdirSync(place, { recursive: true });
      const inputs = Object.fromEntries(action.inputs.map((it) => [it, { default: '' }]));
      const env = Object.fromEntries(
        action.inputs.map((it) => [`IN_${it.replaceAll('-', '_').toUpperCase()}`, `\${{ inputs.${it} }}`]),
      );
      const steps = [{ run: action.script, shell: 'bash', env }];
      writeFileSync(
        join(place, 'action.yml'),
        JSON.stringify({ name, description: name, inputs, runs: { using: 'composite', steps } }),
      );
      return [uses, place];
    }),
  );
}
