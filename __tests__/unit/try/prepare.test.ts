import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../emulator/clock.js';
import { createFly } from '../../../emulator/fly.js';
import { systemRandom } from '../../../emulator/random.js';
import { readTryOptions } from '../../../try/options.js';
import { type Prepared, prepare } from '../../../try/prepare.js';

const TOKEN = `token: '\${{ secrets.FLY_DEPLOY_TOKEN }}'`;

describe("when a workflow of one's own is to be tried", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'try-test-'));
    mkdirSync(join(folder, 'run'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function tried(text: string, ...flags: string[]): Prepared {
    const file = join(folder, 'w.yml');
    writeFileSync(file, text);
    return prepare(readTryOptions([file, ...flags]), join(folder, 'run'));
  }

  /** Makes a workflow of one job with these steps, one a line. */
  function withSteps(...steps: string[]): string {
    return `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${steps.map((it) => `      - ${it}\n`).join('')}`;
  }

  function start(inputs: string): string {
    return `{ uses: acme/fly-machines-action/start@v1, with: { ${inputs} } }`;
  }

  /** Counts machines as `app group region state`. */
  function machinesOf({ apps }: Prepared): string[] {
    const fly = createFly({ clock: systemClock, random: systemRandom, apps });
    return apps.flatMap(({ name }) =>
      fly
        .machines(name)
        .map((it) => [name, it.config.metadata?.['fly_process_group'], it.region, it.state].join(' ')),
    );
  }

  describe('it has a Fly with what it names', () => {
    it.each<[string, string, string[]]>([
      ['an app', 'app: shop', ['shop app fra started', 'shop app fra started', 'shop app fra stopped']],
      [
        'a process group and a region',
        'app: shop, process-group: worker, region: ams',
        ['shop worker ams started', 'shop worker ams started', 'shop worker ams stopped'],
      ],
      [
        'a machine by id',
        'app: shop, machines: 148e21ea7e4689',
        ['shop app fra started', 'shop app fra started', 'shop app fra stopped', 'shop app fra stopped'],
      ],
    ])('%s', (_, inputs, machines) => {
      expect(machinesOf(tried(withSteps(start(`${TOKEN}, ${inputs}`))))).toEqual(machines);
    });

    it.each<[string, string, string[]]>([
      [
        'a pattern by two examples, an exclusion by one',
        "org: acme, app: 'staging-*, !staging-billing'",
        ['staging-web', 'staging-api', 'staging-billing'],
      ],
      ['all but one by it and two others', "org: acme, app: '!billing'", ['billing', 'my-web', 'my-api']],
      ['a whole organization by two', 'org: acme', ['my-web', 'my-api']],
      ['an app of an input', `app: '\${{ inputs.app }}'`, ['from-input']],
      ['nothing that it knows by a name', `app: '\${{ vars.NOBODY_KNOWS }}'`, ['my-app']],
    ])('%s', (_, inputs, names) => {
      const dispatch = withSteps(start(`${TOKEN}, ${inputs}`)).replace(
        'on: push',
        'on: { workflow_dispatch: { inputs: { app: { default: from-input } } } }',
      );
      expect(tried(dispatch).apps.map(({ name }) => name)).toEqual(names);
    });

    it('each machine once, however many steps name it, and the metadata and marks that they look for', () => {
      const { apps } = tried(
        withSteps(
          start(`${TOKEN}, app: shop, machines: worker-2`),
          start(`${TOKEN}, app: shop, machines: worker-2, exclude: keep=true`),
          start(`${TOKEN}, app: shop, metadata: 'sleeps=yes', marked: night`),
        ),
      );
      expect(apps[0]?.machines).toEqual([
        expect.objectContaining({ metadata: { sleeps: 'yes' } }),
        expect.objectContaining({ metadata: { keep: 'true' } }),
        expect.objectContaining({
          metadata: { sleeps: 'yes', 'marked-night': expect.stringMatching(/^20.*Z stopped \S+$/) },
        }),
        { name: 'worker-2', state: 'stopped' },
      ]);
    });

    it('the app of its fly.toml', () => {
      spawnSync('git', ['init', '-q', folder]);
      writeFileSync(join(folder, 'fly.toml'), 'app = "from-toml"\n');
      expect(tried(withSteps(start(TOKEN))).apps.map(({ name }) => name)).toEqual(['from-toml']);
    });

    it('the apps that are given instead', () => {
      const { apps } = tried(withSteps(start(`${TOKEN}, app: shop`)), '--app', 'other=web*2');
      expect(apps).toMatchObject([
        { name: 'other', machines: [{ processGroup: 'web' }, { processGroup: 'web' }] },
      ]);
    });
  });

  describe('its secrets get tokens', () => {
    it('for the apps of the steps that take them, or for the organization', () => {
      const { secrets } = tried(
        withSteps(
          start(`${TOKEN}, app: shop`),
          start(`token: '\${{ secrets.WIDE }}', org: my-org, app: '*'`),
          `run: deploy\n        env: { A: '\${{ secrets.FLY_API_TOKEN }}', B: '\${{ secrets.SLACK }}', C: '\${{ secrets.GITHUB_TOKEN }}' }`,
        ),
      );
      expect(secrets).toEqual([
        { name: 'FLY_DEPLOY_TOKEN', scope: { app: ['shop'] }, words: 'a deploy token for shop' },
        { name: 'WIDE', scope: { org: 'my-org' }, words: 'a token for the organization my-org' },
        {
          name: 'FLY_API_TOKEN',
          scope: { app: ['shop', 'my-web', 'my-api'] },
          words: 'a deploy token for shop, my-web, my-api',
        },
        { name: 'SLACK', scope: undefined, words: expect.stringContaining('--secret SLACK=') },
      ]);
    });

    it.each([
      ['deploy', { app: ['my-web'] }, 'a deploy token for my-web', '*'],
      ['org', { org: 'my-org' }, 'a token for the organization my-org', '*'],
      ['readonly', { org: 'my-org' }, 'a read-only token for the organization my-org', 'r'],
    ])('of the kind that was asked for, %s, whatever the steps need', (kind, scope, words, actions) => {
      const flags = ['--token-kind', kind, '--app', 'my-web=app*1'];
      const text = withSteps(start(`${TOKEN}, org: my-org, app: '*'`));
      expect(tried(text, ...flags).secrets).toEqual([{ name: 'FLY_DEPLOY_TOKEN', scope, words }]);
      expect(readTryOptions(['w.yml', ...flags]).emulator.token.actions).toBe(actions);
    });

    it('unless they are given', () => {
      const { secrets } = tried(withSteps(start(TOKEN)), '--secret', 'FLY_DEPLOY_TOKEN=nonsense');
      expect(secrets).toEqual([]);
    });
  });

  it('finds the action under each name and version that it has there', () => {
    const text = withSteps(
      start(TOKEN),
      'uses: acme/fly-machines-action@0123abc\n        with: { command: list }',
    );
    expect(tried(text).workflow.repositories).toEqual([
      'acme/fly-machines-action@v1',
      'acme/fly-machines-action@0123abc',
    ]);
  });

  describe('what leads to the real Fly keeps it from running', () => {
    it.each([
      [
        'an address',
        start(`${TOKEN}, api-url: 'https://api.machines.dev'`),
        /`api-url: https:\/\/api.machines.dev`/,
      ],
      ['an address that is filled in', start(`${TOKEN}, api-url: '\${{ vars.URL }}'`), /api-url/],
      [
        'metrics elsewhere',
        start(`${TOKEN}, prometheus-url: 'https://metrics.example.com'`),
        /prometheus-url/,
      ],
      ['a variable', `{ run: x, env: { FLY_FLAPS_BASE_URL: 'http://x' } }`, /sets FLY_FLAPS_BASE_URL itself/],
      ['a script', '{ run: curl https://api.fly.io/graphql }', /names api.fly.io/],
      ['a token', `{ run: echo fm2_${'a'.repeat(40)} }`, /a token in it/],
    ])('%s', (_, step, reason) => {
      expect(() => tried(withSteps(start(TOKEN), step))).toThrow(reason);
    });

    it('a token among the secrets that are given', () => {
      const secret = `FLY_DEPLOY_TOKEN=FlyV1 fm2_${'a'.repeat(40)}`;
      expect(() => tried(withSteps(start(TOKEN)), '--secret', secret)).toThrow(
        /--secret FLY_DEPLOY_TOKEN holds a token/,
      );
    });

    it('a token among the variables and inputs that are given', () => {
      const pair = `A=fm2_${'a'.repeat(40)}`;
      expect(() => tried(withSteps(start(TOKEN)), '--var', pair, '--input', pair)).toThrow(
        /--var A holds a token.*\n.*--input A holds a token/,
      );
    });

    it('the same in an action of its repository', () => {
      spawnSync('git', ['init', '-q', folder]);
      mkdirSync(join(folder, 'mine'));
      const step = start("api-url: 'https://api.machines.dev'");
      writeFileSync(
        join(folder, 'mine', 'action.yml'),
        `runs:\n  using: composite\n  steps:\n    - ${step}\n`,
      );
      expect(() => tried(withSteps(start(TOKEN), 'uses: ./mine'))).toThrow(/api.machines.dev/);
    });

    it('but not an address on loopback', () => {
      expect(() => tried(withSteps(start(`${TOKEN}, api-url: 'http://127.0.0.1:4281'`)))).not.toThrow();
    });
  });

  it('is refused without a step of this action', () => {
    expect(() => tried(withSteps('run: echo'))).toThrow(/no step that uses fly-machines-action/);
  });

  describe('it is set off', () => {
    const text = withSteps(start(TOKEN)).replace(
      'on: push',
      "on: { schedule: [{ cron: '1 2 * * *' }, { cron: '3 4 * * *' }], workflow_dispatch: }",
    );

    it.each([
      ['by its first event', [], { event: 'schedule', payload: { schedule: '1 2 * * *' } }],
      ['by a cron', ['--cron', '3 4 * * *'], { event: 'schedule', payload: { schedule: '3 4 * * *' } }],
      ['by hand', ['--event', 'workflow_dispatch'], { event: 'workflow_dispatch' }],
      [
        'by hand where an input is given',
        ['--input', 'a=b=c'],
        { event: 'workflow_dispatch', inputs: { a: 'b=c' } },
      ],
    ])('%s', (_, flags, trigger) => {
      expect(tried(text, ...flags).trigger).toMatchObject(trigger);
    });

    it.each([
      [['--event', 'push'], /push doesn't set this workflow off; it runs on schedule 1 2 \* \* \*, /],
      [['--cron', '* * * * *'], /schedule \* \* \* \* \* doesn't set/],
      [['--event', 'schedule', '--input', 'a=b'], /--input is for workflow_dispatch/],
    ])("by nothing that it doesn't know: %j", (flags, message) => {
      expect(() => tried(text, ...flags)).toThrow(message);
    });
  });
});

describe('when the command line of a try is read', () => {
  it('hands the emulator what is its own', () => {
    const { emulator, stubs, hasApps } = readTryOptions([
      'w.yml',
      '--boot',
      '5s',
      '--stub',
      'flyctl',
      '--token-actions=r',
    ]);
    expect({ stubs, hasApps }).toEqual({ stubs: ['flyctl'], hasApps: false });
    expect(emulator).toMatchObject({ port: 0, settings: { bootMs: 5_000 }, token: { actions: 'r' } });
  });

  it.each([
    [[], /give one workflow/],
    [['a.yml', 'b.yml'], /give one workflow/],
    [['a.yml', '--input', 'x'], /--input takes NAME=VALUE/],
    [['a.yml', '--boot', 'soon'], /--boot takes a duration/],
    [['a.yml', '--stub', './x.sh'], /--stub takes the name of a program/],
    [['a.yml', '--nothing'], /nothing/],
    [['a.yml', '--token-kind', 'any'], /--token-kind takes deploy, org or readonly/],
    [['a.yml', '--token-app', 'my-app'], /--token-app is not for a try: .*--app names the apps/],
    [['a.yml', '--end-with-parent'], /--end-with-parent is not for a try/],
  ])('refuses %j', (args, message) => {
    expect(() => readTryOptions(args)).toThrow(message);
  });
});
