import { parse } from 'yaml';
import { shortHelp } from '../src/action/inputs/help.js';
import { defaultOf, INPUT_NAMES, INPUTS, inputsOf } from '../src/action/inputs/table.js';
import { OUTPUTS } from '../src/action/report/outputs.js';
import { COMMAND_HELP, COMMAND_NAMES, leavesPost } from '../src/command-table.js';

/** Makes the action.yml files from the tables in the code; returns path to text. */
export function actionFiles(): ReadonlyMap<string, string> {
  const root = actionFile({
    name: 'Fly machines',
    description: 'Start, stop and look at Fly.io machines, with a token for one app.',
    inputs: [
      commandRow(),
      ...INPUT_NAMES.map((name) => ({
        name,
        help: shortHelp(name),
        default: INPUTS[name].default,
      })),
    ],
    shown: ["author: 'The fly-machines-action maintainers'", 'branding: { icon: server, color: purple }'],
    main: 'dist/index.js',
    post: 'dist/post.js',
  });
  const folders = COMMAND_NAMES.map((command) => {
    const inputs = inputsOf(command).map((name) => ({
      name,
      help: shortHelp(name, command),
      default: defaultOf(name, command),
    }));
    const text = actionFile({
      name: `Fly machines: ${command}`,
      description: COMMAND_HELP[command],
      inputs,
      main: `../dist/${command}.js`,
      post: leavesPost(command) ? '../dist/post.js' : undefined,
    });
    return [`${command}/action.yml`, text] as const;
  });
  return new Map([['action.yml', root], ...folders]);
}

interface Row {
  readonly name: string;
  readonly help: string;
  readonly default: string;
}

interface ActionParts {
  readonly name: string;
  readonly description: string;
  /** Lines of what only the marketplace shows. */
  readonly shown?: readonly string[];
  readonly inputs: readonly Row[];
  readonly main: string;
  readonly post: string | undefined;
}

function commandRow(): Row {
  return {
    name: 'command',
    help: `What to do: ${COMMAND_NAMES.map((it) => `\`${it}\``).join(', ')}.`,
    default: 'auth',
  };
}

/**
 * Returns the text of an action.yml, as short as can be, for the archive that each job downloads has all of them. The
 * marketplace shows only the root's author and icon, so no folder repeats them. YAML accepts JSON strings as they are.
 */
function actionFile({ name, description, shown = [], inputs, main, post }: ActionParts): string {
  return [
    '# By `npm run generate`; more: docs/inputs.md.',
    `name: ${JSON.stringify(name)}`,
    `description: ${JSON.stringify(description)}`,
    ...shown,
    'inputs:',
    ...inputs.flatMap((row) => [
      `  ${row.name}:`,
      `    description: ${plain(row.help)}`,
      `    default: ${word(row.default)}`,
    ]),
    'outputs:',
    ...Object.entries(OUTPUTS).flatMap(([output, help]) => [
      `  ${output}:`,
      `    description: ${plain(help)}`,
    ]),
    'runs:',
    '  using: node24',
    `  main: ${main}`,
    ...(post === undefined ? [] : [`  post: ${post}`]),
    '',
  ].join('\n');
}

/** Returns a description for YAML. It is no Markdown: a value of one word stands there without ticks. */
function plain(help: string): string {
  return JSON.stringify(help.replace(/`(\S+)`/g, '$1'));
}

/** Returns a word for YAML: in quotes where a reader of either version would take it for something else without. */
function word(text: string): string {
  const itself = (['1.1', '1.2'] as const).every((version) => parse(text, { version }) === text);
  return itself ? text : JSON.stringify(text);
}
