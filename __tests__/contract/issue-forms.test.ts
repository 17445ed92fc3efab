import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const FOLDER = join('.github', 'ISSUE_TEMPLATE');
/** Keys that GitHub knows for a part of a form, by its type. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  input: ['label', 'description', 'placeholder', 'value'],
  textarea: ['label', 'description', 'placeholder', 'value', 'render'],
  checkboxes: ['label', 'description', 'options'],
};

interface Part {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: Readonly<Record<string, unknown>>;
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly labels?: readonly string[];
  readonly body: readonly Part[];
}

const forms = readdirSync(FOLDER)
  .filter((name) => name !== 'config.yml')
  // The tests below check the form.
  .map((name) => [name, parse(readFileSync(join(FOLDER, name), 'utf8')) as Form] as const);

/** Returns what GitHub would refuse in a form, which it then shows to nobody. */
function faults({ name, description, labels = [], body, ...others }: Form): string[] {
  const ids = body.map(({ id }) => id).filter((id) => id !== undefined);
  const labelled = body.map(({ attributes }) => attributes['label']).filter((label) => label !== undefined);
  return [
    ...(name.length > 0 && description.length > 0 ? [] : ['no name or description']),
    ...(labels.every((label) => typeof label === 'string') ? [] : ['a label that is no text']),
    ...Object.keys(others).map((key) => `unknown key ${key}`),
    ...(new Set(ids).size === ids.length ? [] : ['an id twice']),
    ...(new Set(labelled).size === labelled.length ? [] : ['a label twice']),
    ...(body.some(({ type }) => type !== 'markdown') ? [] : ['nothing to fill in']),
    ...body.flatMap(faultsOfPart),
  ];
}

function faultsOfPart({ type, id, attributes, validations = {}, ...others }: Part): string[] {
  const known = ATTRIBUTES[type];
  if (known === undefined) return [`unknown type ${type}`];
  const needed = type === 'markdown' ? 'value' : 'label';
  const options = Array.isArray(attributes['options']) ? attributes['options'] : [];
  return [
    ...Object.keys(attributes).filter((key) => !known.includes(key)),
    ...Object.keys(others),
    ...(typeof attributes[needed] === 'string' ? [] : [`${type} without ${needed}`]),
    ...(id === undefined || /^[\w-]+$/.test(id) ? [] : [`the id ${id}`]),
    ...(type === 'checkboxes' && options.length === 0 ? ['no options'] : []),
    ...Object.entries(validations)
      .filter(([key, value]) => key !== 'required' || typeof value !== 'boolean')
      .map(([key]) => `the validation ${key}`),
  ];
}

describe.each(forms)('when a person opens the form %s', (_, form) => {
  it('GitHub shows it', () => {
    expect(faults(form)).toEqual([]);
  });
});

describe('when a person reports a failure', () => {
  const bug = new Map(forms).get('bug.yml');
  const part = (id: string) => bug?.body.find((it) => it.id === id);

  it('is asked for version, step and log, and never for the token', () => {
    for (const id of ['version', 'step', 'log', 'expected'])
      expect(part(id)?.validations).toEqual({ required: true });
    expect(JSON.stringify(part('log'))).toContain('fm2_');
    expect(JSON.stringify(part('checks'))).toContain('no token in this report');
  });

  it('a form that GitHub would not take is found out', () => {
    const [log, step] = [part('log'), part('step')];
    expect(log !== undefined && step !== undefined && bug !== undefined).toBe(true);
    if (log === undefined || bug === undefined) return;
    expect(faults({ ...bug, body: [log, log] })).toEqual(['an id twice', 'a label twice']);
    expect(faults({ ...bug, body: [{ ...log, type: 'text' }] })).toEqual(['unknown type text']);
    expect(faults({ ...bug, body: [{ ...log, attributes: { title: 'x' } }] })).toEqual([
      'title',
      'textarea without label',
    ]);
  });
});
